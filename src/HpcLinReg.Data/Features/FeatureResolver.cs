using DuckDB.NET.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>Turns a request's texts into a target and features of a source.</summary>
internal sealed class FeatureResolver
{
    private readonly DataSource _source;
    private readonly string[] _names;

    internal FeatureResolver(DataSource source)
    {
        _source = source;
        _names = [.. source.Columns.Select(column => column.Name)];
    }

    private IReadOnlyList<SourceColumn> Columns => _source.Table.Columns;

    /// <summary>Finds the target.</summary>
    internal int Target(string name) => Number(name, "target");

    /// <summary>Finds the column of weights.</summary>
    internal int Weight(string name) => Number(name, "weight");

    private int Number(string name, string role)
    {
        int index = ColumnNames.Find(_names, name.Trim());
        if (index < 0)
            throw new DataException($"There is no column '{name}' for the {role}; the columns are {ColumnNames.List(_names)}.");
        SourceColumn column = Columns[index];
        if (column.IsEmpty)
            throw new DataException($"The {role} '{column.Name}' has no value in any row.");
        return column.Kind switch
        {
            ColumnKind.Numeric or ColumnKind.Boolean => index,
            ColumnKind.Text when column.Oddity is not null =>
                throw new DataException($"The {role} '{column.Name}' is text because of {column.Oddity}; correct the cell, or leave it empty (or NA) if the value is missing."),
            ColumnKind.Text => throw new DataException($"The {role} '{column.Name}' is text; a regression needs a number or true/false."),
            ColumnKind.Date => throw new DataException($"The {role} '{column.Name}' holds dates; give --sql a query that turns them into numbers, such as epoch({Sql.Identifier(column.Name)})."),
            _ => throw new DataException($"The {role} '{column.Name}' is of type {column.CellType}, not a number."),
        };
    }

    /// <summary>
    /// Resolves the features named, or takes every numeric or boolean column beside target and weight. Columns that stand for their powers are
    /// features even if the list lacks them.
    /// </summary>
    internal List<Feature> Features(string? features, int target, int weight, IEnumerable<string> polynomials)
    {
        List<Feature> resolved = features is null
            ? [.. Default(target).Where(feature => feature.Column != weight)]
            : [.. FeatureList.Split(features, _names).Select(item => Item(item, target))];
        foreach (string name in polynomials)
        {
            if (!resolved.Exists(feature => feature.Name == name))
                resolved.Add(Item(name, target));
            if (resolved.Exists(feature => feature.Name == name && feature.IsText))
                throw new UsageException($"The column '{name}' is text and has no powers; leave it out of the polynomials.");
        }

        if (resolved.Count == 0)
        {
            throw new DataException(
                $"{_source.Description} has no numeric column beside the target '{_names[target]}'; name text columns as features to use their levels. The columns are {ColumnNames.List(_names)}.");
        }

        foreach (IGrouping<string, Feature> same in resolved.GroupBy(feature => feature.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            throw new UsageException($"Two features are named '{same.Key}'; leave one out, or rename one with AS (a column that the file has twice must be renamed there).");
        return resolved;
    }

    /// <summary>Says what the default left out.</summary>
    internal IEnumerable<string> LeftOut(int target)
    {
        foreach (SourceColumn column in Columns.Where((column, i) => i != target && column.Oddity is not null))
            yield return $"The column '{column.Name}' is left out: it is text because of {column.Oddity}.";
        string text = string.Join(", ", Columns.Where((column, i) => i != target && column is { Kind: ColumnKind.Text, IsEmpty: false, Oddity: null }).Select(column => $"'{column.Name}'"));
        if (text.Length > 0)
            yield return $"Text columns are left out unless named as features: {text}.";
        string dates = string.Join(", ", Columns.Where((column, i) => i != target && column.Kind == ColumnKind.Date).Select(column => $"'{column.Name}'"));
        if (dates.Length > 0)
            yield return $"Columns of dates are left out; name an expression such as epoch(column) to use them: {dates}.";
    }

    /// <summary>Says which named columns would be numbers but for a cell.</summary>
    internal IEnumerable<string> TakenAsText(IEnumerable<Feature> features) =>
        from feature in features
        where feature.IsText && feature.Expression is null && Columns[feature.Column].Oddity is not null
        select $"The column '{feature.Source}' enters as text, with {feature.Levels.Length} levels, because of {Columns[feature.Column].Oddity}; correct the cell, or leave it empty (or NA) if the value is missing.";

    private IEnumerable<Feature> Default(int target) => Columns
        .Select((column, i) => (column, i))
        .Where(pair => pair.i != target && pair.column.Kind is ColumnKind.Numeric or ColumnKind.Boolean)
        .Select(pair => new Feature(pair.column.Name, pair.column.Name, pair.i, null, IsText: false));

    private Feature Item(string item, int target)
    {
        int column = ColumnNames.Find(_names, item);
        if (column >= 0)
            return OfColumn(column, null, target);
        Expression expression = Expression.Parse(_source.Session, item, _names);
        if (expression.SoleColumn >= 0)
            return OfColumn(expression.SoleColumn, expression.Alias, target);
        if (expression.Used.Contains(target))
            throw new UsageException($"The feature \"{item}\" is computed from the target '{_names[target]}'; leave it out.");
        if (expression.Used.Count == 0)
            throw new UsageException($"The feature \"{item}\" is a constant; the intercept is one already.");
        RequireNumber(item, expression);
        return new Feature(expression.Alias ?? item, WithoutAlias(item, expression.Alias), -1, expression, IsText: false);
    }

    private Feature OfColumn(int index, string? alias, int target)
    {
        if (index == target)
            throw new UsageException($"The target '{_names[target]}' is among the features; leave it out.");
        SourceColumn column = Columns[index];
        string name = alias ?? column.Name;
        return column.Kind switch
        {
            _ when column.IsEmpty => throw new DataException($"The column '{column.Name}' has no value in any row; leave it out of the features."),
            ColumnKind.Numeric or ColumnKind.Boolean => new Feature(name, column.Name, index, null, IsText: false),
            ColumnKind.Text => new Feature(name, column.Name, index, null, IsText: true),
            ColumnKind.Date => throw new DataException(
                $"The column '{column.Name}' holds dates; make a number of them: epoch({Sql.Identifier(column.Name)}) for seconds, or date_part('year', {Sql.Identifier(column.Name)})."),
            _ => throw new DataException($"The column '{column.Name}' is of type {column.CellType}, which is no number; select a number from it in a query (--sql)."),
        };
    }

    private void RequireNumber(string item, Expression expression)
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
                reason = reason.Replace($"\"{Sql.Column(i)}\"", $"\"{_names[i]}\"", StringComparison.Ordinal);
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
            throw new UsageException($"The feature \"{item}\" gives {remedy}.");
    }

    // The stored expression is the text before AS; the alias is the last word, so the text is cut at the last AS.
    private static string WithoutAlias(string item, string? alias)
    {
        if (alias is null)
            return item;
        string[] endings = [Sql.Identifier(alias), alias];
        string trimmed = item.TrimEnd();
        foreach (string ending in endings)
        {
            if (trimmed.EndsWith(ending, StringComparison.Ordinal))
            {
                string before = trimmed[..^ending.Length].TrimEnd();
                return before.EndsWith("as", StringComparison.OrdinalIgnoreCase) ? before[..^2].TrimEnd() : before;
            }
        }

        return item;
    }
}
