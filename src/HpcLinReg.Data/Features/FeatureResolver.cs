using System.Collections.Immutable;
using DuckDB.NET.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>Turns a request's texts into a target and features of a source.</summary>
internal sealed class FeatureResolver
{
    /// <summary>How messages about an expression begin.</summary>
    private const string AFeature = "The feature";

    private readonly DataSource _source;
    private readonly string[] _names;

    internal FeatureResolver(DataSource source)
    {
        _source = source;
        _names = [.. source.Columns.Select(column => column.Name)];
    }

    private IReadOnlyList<SourceColumn> Columns => _source.Table.Columns;

    /// <summary>Finds the target: a column, or an expression.</summary>
    internal RowNumber Target(string text) => ColumnOrExpression(text, "target");

    /// <summary>Finds the weights: a column, or an expression.</summary>
    internal RowNumber Weights(string text) => ColumnOrExpression(text, "weight");

    /// <summary>Finds the column of weights.</summary>
    internal int Weight(string name) => Number(name, "weight");

    /// <summary>Finds the column of groups, of any kind.</summary>
    internal int Group(string name)
    {
        int index = ColumnNames.Find(_names, name.Trim());
        if (index < 0)
        {
            throw new DataException($"There is no column '{name}' for the cluster; the columns are {ColumnNames.List(_names)}.{Suggestion.Question(name, _names)}");
        }

        return !Columns[index].IsEmpty ? index : throw new DataException($"The cluster '{Columns[index].Name}' has no value in any row.");
    }

    private RowNumber ColumnOrExpression(string text, string role)
    {
        string trimmed = text.Trim();
        if (ColumnNames.Find(_names, trimmed) >= 0 || FeatureItem.IsName(trimmed))
        {
            int column = Number(text, role);
            return new RowNumber(_names[column], column);
        }

        (string expression, string? alias) = FeatureItem.SplitAlias(trimmed);
        NamedFeature computed;
        try
        {
            computed = Part(expression, -1);
        }
        catch (Exception exception) when (exception is UsageException or DataException
            && exception.Message.StartsWith(AFeature, StringComparison.Ordinal))
        {
            string message = $"The {role}{exception.Message[AFeature.Length..]}";
            throw exception is UsageException ? new UsageException(message, exception) : new DataException(message, exception);
        }

        if (computed.Columns is [var only] && Columns[only].Kind == ColumnKind.Text && computed.Feature.Name == _names[only])
        {
            _ = Number(_names[only], role);
        }

        string name = alias ?? computed.Feature.Name;
        return new RowNumber(name, -1, computed with { Feature = computed.Feature.As(name) }, expression);
    }

    private int Number(string name, string role)
    {
        int index = ColumnNames.Find(_names, name.Trim());
        if (index < 0)
        {
            throw new DataException($"There is no column '{name}' for the {role}; the columns are {ColumnNames.List(_names)}.{Suggestion.Question(name, _names)}");
        }

        SourceColumn column = Columns[index];
        if (column.IsEmpty)
        {
            throw new DataException($"The {role} '{column.Name}' has no value in any row.");
        }

        return column.Kind switch
        {
            ColumnKind.Numeric or ColumnKind.Boolean => index,
            ColumnKind.Text when column.CommaNumber is not null =>
                throw new DataException($"The {role} '{column.Name}' is text: {Commas(column)}; {CommaRemedy}."),
            ColumnKind.Text when column.Oddity is not null =>
                throw new DataException($"The {role} '{column.Name}' is text because of {column.Oddity}; correct the cell, or leave it empty (or NA) if the value is missing."),
            ColumnKind.Text => throw new DataException($"The {role} '{column.Name}' is text; a regression needs a number or true/false."),
            ColumnKind.Date => throw new DataException($"The {role} '{column.Name}' holds dates; give --sql a query that turns them into numbers, such as epoch({Sql.Identifier(column.Name)})."),
            _ => throw new DataException($"The {role} '{column.Name}' is of type {column.CellType}, not a number."),
        };
    }

    /// <summary>
    /// Resolves the features named, or takes every numeric or boolean column beside target and weight. Columns that stand for their powers
    /// are features even if the list lacks them.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="target">The only column that the target reads, of which no feature is computed; −1 where there is none.</param>
    /// <param name="others">The columns that are no features unless they are named.</param>
    internal List<NamedFeature> Features(FitRequest request, int target, IReadOnlyList<int> others)
    {
        List<NamedFeature> resolved = request.Features is not { } features
            ? [.. Default(target, request.Categories).Where(feature => !others.Contains(feature.Columns[0]))]
            : [.. FeatureList.Split(features, _names).Select(item => Item(item, target))];
        foreach ((string name, int degree) in request.Polynomials)
        {
            if (!resolved.Exists(feature => feature.Feature.Name == name))
            {
                resolved.Add(Item(name, target));
            }

            int index = resolved.FindIndex(feature => feature.Feature.Name == name);
            if (index < 0)
            {
                throw new UsageException($"There is no feature '{name}' for the polynomial; the features are {string.Join(", ", resolved.Select(feature => $"'{feature.Feature.Name}'"))}.");
            }

            if (resolved[index].Columns is [var only] && Columns[only].Kind == ColumnKind.Text)
            {
                throw new UsageException($"The column '{name}' is text and has no powers; leave it out of the polynomials.");
            }

            try
            {
                resolved[index] = resolved[index] with { Feature = Feature.Polynomial(resolved[index].Feature, degree) };
            }
            catch (ArgumentException exception)
            {
                throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
            }
        }

        if (resolved.Count == 0)
        {
            throw new DataException(
                $"{_source.Description} has no numeric column beside the target '{(target < 0 ? request.Target : _names[target])}'; name text columns as features to use their levels, or an expression that makes numbers of them (x::double). The columns are {ColumnNames.List(_names)}.{string.Concat(LeftOut(target, []).Select(word => $" {word}"))}");
        }

        foreach (IGrouping<string, NamedFeature> same in resolved.GroupBy(feature => feature.Feature.Name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1))
        {
            throw new UsageException($"Two features are named '{same.Key}'; leave one out, or rename one with AS (a column that the file has twice must be renamed there).");
        }

        return resolved;
    }

    /// <summary>Returns a warning for the columns that the default features leave out.</summary>
    internal IEnumerable<string> LeftOut(int target, IReadOnlyList<string> categories)
    {
        HashSet<int> named = Named(categories);
        foreach (SourceColumn column in Columns.Where((column, i) => i != target && column.Oddity is not null))
        {
            yield return $"The column '{column.Name}' is left out: it is text because of {column.Oddity}.";
        }

        foreach (SourceColumn column in Columns.Where((column, i) => i != target && column.CommaNumber is not null))
        {
            yield return $"The column '{column.Name}' is left out: {Commas(column)}; {CommaRemedy}, and {ReadingSettings.KindOption(column.Name, ReadAs.Text)} keeps them as text.";
        }

        string text = string.Join(", ",
            Columns.Where((column, i) => i != target && !named.Contains(i)
            && column is { Kind: ColumnKind.Text, IsEmpty: false, Oddity: null, CommaNumber: null, IsFolderKey: false })
            .Select(column => $"'{column.Name}'"));
        if (text.Length > 0)
        {
            yield return $"Text columns are left out unless named as features: {text}.{(_source.Table is CsvTable ? "" : $" Numbers in quotes are read by {ReadingSettings.KindOption("NAME", ReadAs.Number)}.")}";
        }

        string keys = string.Join(", ", Columns.Where((column, i) => i != target && column.IsFolderKey).Select(column => $"'{column.Name}'"));
        if (keys.Length > 0)
        {
            yield return $"Keys of folders are left out unless named as features: {keys}.";
        }

        string dates = string.Join(", ",
            Columns.Where((column, i) => i != target && column is { Kind: ColumnKind.Date, IsFolderKey: false }).Select(column => $"'{column.Name}'"));
        if (dates.Length > 0)
        {
            yield return $"Columns of dates are left out; name an expression such as epoch(column) to use them: {dates}.";
        }
    }

    /// <summary>Returns a warning for each named column that a single cell makes text.</summary>
    internal IEnumerable<string> TakenAsText(Design design) =>
        from column in design.Columns
        where column.Kind == CellKind.Text && column.Levels.Length > 0
        let oddity = Columns[Array.IndexOf(_names, column.Name)].Oddity
        where oddity is not null
        select $"The column '{column.Name}' enters as text, with {column.Levels.Length} levels, because of {oddity}; correct the cell, or leave it empty (or NA) if the value is missing.";

    /// <summary>Says which dates could have been read in another order of day, month and year.</summary>
    internal IEnumerable<string> UnsureDates(Design design) =>
        UnsureDates(design.Columns.Where(column => column.Kind == CellKind.Time)
            .Select(column => Columns[Array.IndexOf(_names, column.Name)]));

    /// <summary>Says which of some dates could have been read in another order of day, month and year.</summary>
    internal static IEnumerable<string> UnsureDates(IEnumerable<SourceColumn> columns) =>
        from found in columns
        where found.OtherDateFormat is not null
        select $"The dates in '{found.Name}' are read as {DateFormats.Describe(found.Rule!.Format!)}, but every one could also be {DateFormats.Describe(found.OtherDateFormat!)}; say which is meant (--dates dmy, mdy or ymd), or write them as 2024-12-31.";

    /// <summary>Says which columns are read as numbers, though they look like codes.</summary>
    internal IEnumerable<string> PerhapsIdentifiers(Design design, string target) =>
        from column in Columns
        let looks = column.Identifier
        where looks is not null && (column.Name == target || design.Columns.Any(used => used.Name == column.Name))
        select $"'{column.Name}' is read as numbers, though \"{looks}\" may {(looks!.Contains('.', StringComparison.Ordinal) ? "have a point between thousands" : "be a code")}; {ReadingSettings.KindOption(column.Name, ReadAs.Text)} reads it as text.";

    private static string Commas(SourceColumn column) => $"cells such as \"{column.CommaNumber}\" could be numbers with a decimal comma, or have commas between thousands";

    private const string CommaRemedy = "--decimal , reads them as numbers with a decimal comma, --thousands , as numbers with commas between thousands";

    /// <summary>Describes a column for the engine; a text with the levels that are known.</summary>
    internal ModelColumn ModelColumnOf(int index, ImmutableArray<string> levels)
    {
        SourceColumn column = Columns[index];
        return column.Kind switch
        {
            ColumnKind.Text => new ModelColumn(column.Name, CellKind.Text) { Levels = levels },
            ColumnKind.Boolean => new ModelColumn(column.Name, CellKind.Flag),
            ColumnKind.Date => new ModelColumn(column.Name, CellKind.Time) { Format = column.Rule?.Kept },
            _ => new ModelColumn(column.Name, column.IsWhole ? CellKind.Whole : CellKind.Number) { Format = column.Rule?.Kept },
        };
    }

    private HashSet<int> Named(IReadOnlyList<string> names) =>
        [.. names.Select(name => ColumnNames.Find(_names, name)).Where(index => index >= 0)];

    private IEnumerable<NamedFeature> Default(int target, IReadOnlyList<string> categories)
    {
        HashSet<int> named = Named(categories);
        return Columns.Index()
            .Where(pair => pair.Index != target && (named.Contains(pair.Index)
                || pair.Item is { Kind: ColumnKind.Numeric or ColumnKind.Boolean, IsFolderKey: false }))
            .Select(pair => new NamedFeature(Feature.Column(pair.Item.Name), [pair.Index]));
    }

    private NamedFeature Item(string item, int target)
    {
        int column = ColumnNames.Find(_names, item);
        if (column >= 0)
        {
            return OfColumn(column, target);
        }

        (string text, string? alias) = FeatureItem.SplitAlias(item);
        IReadOnlyList<string> parts = FeatureItem.SplitInteraction(text);
        NamedFeature feature = parts.Count > 1 ? Interaction(parts, target) : Part(text, target);
        return alias is null ? feature : feature with { Feature = feature.Feature.As(alias) };
    }

    private NamedFeature Interaction(IReadOnlyList<string> parts, int target)
    {
        if (parts.Any(part => part.Length == 0))
        {
            throw new UsageException($"The interaction \"{string.Join(':', parts)}\" has an empty part; write a:b, with a column or an expression on each side.");
        }

        NamedFeature[] features = [.. parts.Select(part => Part(part, target))];
        return new NamedFeature(Feature.Interaction([.. features.Select(feature => feature.Feature)]),
            [.. features.SelectMany(feature => feature.Columns).Distinct()]);
    }

    /// <summary>Resolves a column, an expression of the engine's grammar, or else one in SQL.</summary>
    private NamedFeature Part(string text, int target)
    {
        int column = ColumnNames.Find(_names, text);
        if (column >= 0)
        {
            return OfColumn(column, target);
        }

        if (Expression.TryParse(FeatureItem.WithExactNames(text, _names), out Expression? tree, out string reason)
            && tree.Columns.All(name => Array.IndexOf(_names, name) >= 0))
        {
            return OfTree(text, tree, target);
        }

        var expression = SqlExpression.Parse(_source.Session, text, _names);
        if (expression.Alias is { } alias)
        {
            return Part(WithoutAlias(text, alias), target) is var named ? named with { Feature = named.Feature.As(alias) } : named;
        }

        if (expression.SoleColumn >= 0)
        {
            return OfColumn(expression.SoleColumn, target);
        }

        if (expression.Calls("log"))
        {
            throw new UsageException($"The feature \"{text}\" cannot be used: log(x) means another logarithm to every reader; write ln(x) for the natural one or log10(x) for that of base 10.");
        }

        Require(text, expression.Used, target);
        RequireNumber(text, expression);
        return new NamedFeature(Feature.Sql(text), [.. expression.Used.Order()]);
    }

    private NamedFeature OfTree(string text, Expression tree, int target)
    {
        int[] used = [.. tree.Columns.Select(name => ColumnNames.Find(_names, name))];
        if (used is [var only] && (tree.Text == _names[only] || tree.Text == Sql.Identifier(_names[only])))
        {
            return OfColumn(only, target);
        }

        Require(text, used, target);
        foreach (SourceColumn column in used.Select(i => Columns[i]))
        {
            if (column.IsEmpty)
            {
                throw new DataException($"The column '{column.Name}' has no value in any row; leave it out of the features.");
            }

            if (column.Kind is ColumnKind.Text or ColumnKind.Other)
            {
                throw new UsageException($"The feature \"{text}\" cannot be computed: the column '{column.Name}' is {(column.Kind == ColumnKind.Text ? "text" : $"of type {column.CellType}")}{(column.Oddity is null ? "; " : $" because of {column.Oddity}; correct the cell, or leave it empty (or NA) if the value is missing; else ")}compare it (column = 'value'), or use an interaction with it.");
            }
        }

        return new NamedFeature(Feature.Expression(tree.Text).As(text), used);
    }

    private void Require(string text, IEnumerable<int> used, int target)
    {
        if (used.Contains(target))
        {
            throw new UsageException($"The feature \"{text}\" is computed from the target '{_names[target]}'; leave it out.");
        }

        if (!used.Any())
        {
            throw new UsageException($"The feature \"{text}\" is a constant; the intercept is one already.");
        }
    }

    private NamedFeature OfColumn(int index, int target)
    {
        if (index == target)
        {
            throw new UsageException($"The target '{_names[target]}' is among the features; leave it out.");
        }

        SourceColumn column = Columns[index];
        return column.Kind switch
        {
            _ when column.IsEmpty => throw new DataException($"The column '{column.Name}' has no value in any row; leave it out of the features."),
            ColumnKind.Text when column.CommaNumber is not null => throw new DataException($"The column '{column.Name}' is text: {Commas(column)}; {CommaRemedy}, and {ReadingSettings.KindOption(column.Name, ReadAs.Text)} keeps them as text."),
            ColumnKind.Numeric or ColumnKind.Boolean or ColumnKind.Text => new NamedFeature(Feature.Column(column.Name), [index]),
            ColumnKind.Date => throw new DataException(
                $"The column '{column.Name}' holds dates; make a number of them: epoch({Sql.Identifier(column.Name)}) for seconds, or year({Sql.Identifier(column.Name)})."),
            _ => throw new DataException($"The column '{column.Name}' is of type {column.CellType}, which is no number; select a number from it in a query (--sql)."),
        };
    }

    private void RequireNumber(string item, SqlExpression expression)
    {
        string type;
        try
        {
            string sql = expression.ToSql(_source.Session, Sql.Column, i => Columns[i].Kind);
            type = _source.Session.Table($"DESCRIBE SELECT TRY({sql}) FROM ({_source.Table.TypedRows()})")[0][1]!;
        }
        catch (DuckDBException exception)
        {
            string reason = ReadFailure.Reason(exception.Message);
            foreach (int i in expression.Used.OrderDescending())
            {
                reason = reason.Replace($"\"{Sql.Column(i)}\"", $"\"{_names[i]}\"", StringComparison.Ordinal);
            }

            throw new UsageException($"The feature \"{item}\" cannot be computed: {reason}", exception);
        }

        string? remedy = TypedTable.KindOf(type) switch
        {
            ColumnKind.Numeric or ColumnKind.Boolean => null,
            ColumnKind.Text => "text; name the column itself, or compare it: column = 'value'",
            ColumnKind.Date => "a date; make a number of it with epoch(...) or date_part('year', ...)",
            _ => $"{type}, which is no number",
        };
        if (remedy is not null)
        {
            throw new UsageException($"The feature \"{item}\" gives {remedy}.");
        }
    }

    // The alias is the last word of the item; AS before it is optional.
    private static string WithoutAlias(string item, string alias)
    {
        foreach (string ending in (string[])[Sql.Identifier(alias), alias])
        {
            if (item.EndsWith(ending, StringComparison.Ordinal))
            {
                return item[..^ending.Length].TrimEnd();
            }
        }

        throw new UsageException($"The feature \"{item}\" has a name that is not at its end; write it as: expression AS name.");
    }
}
