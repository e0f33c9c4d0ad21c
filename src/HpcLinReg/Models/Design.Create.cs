using System.Collections.Immutable;
using HpcLinReg.Models;
using HpcLinReg.Terms;

namespace HpcLinReg;

/// <content>Finds the columns of features.</content>
public sealed partial class Design
{
    /// <summary>Returns the design that features make of columns, for a model with an intercept.</summary>
    /// <param name="columns">
    /// The columns there are; a text column with its levels. Those that no feature reads are left out of <see cref="Columns"/>.
    /// </param>
    /// <param name="features">The features.</param>
    /// <returns>The design.</returns>
    /// <exception cref="ArgumentException">
    /// A feature names a column that does not exist or cannot be used as it is, an expression is none of ours, or two columns or terms have
    /// one name.
    /// </exception>
    public static Design Create(IReadOnlyList<ModelColumn> columns, params ReadOnlySpan<Feature> features) =>
        Create(columns, hasIntercept: true, features);

    /// <summary>Returns the design that features make of columns, for a model with or without an intercept.</summary>
    /// <param name="columns">
    /// The columns there are; a text column with its levels. Those that no feature reads are left out of <see cref="Columns"/>.
    /// </param>
    /// <param name="hasIntercept">
    /// Whether the model has an intercept. Without one the first text has an indicator for its baseline too, as in R: that of the first
    /// feature with a text, features of fewer parts coming first; in an interaction of several texts the one that was named first among all
    /// features.
    /// </param>
    /// <param name="features">The features.</param>
    /// <returns>The design.</returns>
    /// <exception cref="ArgumentException">
    /// A feature names a column that does not exist or cannot be used as it is, an expression is none of ours, or two columns or terms have
    /// one name.
    /// </exception>
    public static Design Create(IReadOnlyList<ModelColumn> columns, bool hasIntercept, params ReadOnlySpan<Feature> features)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Dictionary<string, ModelColumn> known = ByName(columns);
        Feature[] resolved = [.. features.ToArray().Select(feature => Resolve(feature, known))];
        if (!hasIntercept)
        {
            CodeFirstTextWithAllLevels(resolved, known);
        }

        HashSet<string> used = [.. resolved.SelectMany(feature => feature.Parts).SelectMany(ColumnsOf)];
        bool hasSql = resolved.SelectMany(feature => feature.Parts).Any(part => part.Kind == FeaturePartKind.Sql);
        ImmutableArray<ModelColumn> read = [.. columns.Where(column => hasSql || used.Contains(column.Name))];
        return Create(read, [.. resolved]);
    }

    /// <summary>Returns the design of columns that a file stores, all of which are read.</summary>
    internal static Design Create(ImmutableArray<ModelColumn> columns, ImmutableArray<Feature> features)
    {
        ImmutableArray<string> sql = [.. features.SelectMany(feature => feature.Parts).Where(part => part.Kind == FeaturePartKind.Sql)
            .Select(part => part.Text).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++)
        {
            places.Add(columns[i].Name, i);
        }

        MarginIndex margins = new(features);
        var codings = new ImmutableArray<Coding>[features.Length];
        for (int f = 0; f < features.Length; f++)
        {
            ImmutableArray<FeaturePart> parts = features[f].Parts;
            ImmutableArray<Coding>.Builder coded = ImmutableArray.CreateBuilder<Coding>(parts.Length);
            for (int p = 0; p < parts.Length; p++)
            {
                if (parts[p].Degree > 1 && IsText(parts[p]))
                {
                    throw new ArgumentException($"The column '{parts[p].Text}' is text and has no powers; leave it out of the polynomials.");
                }

                bool hasBaseline = IsText(parts[p]) && (parts[p].AllLevels || (parts.Length > 1 && !margins.Has(f, p)));
                coded.Add(Code(parts[p], p == 0, hasBaseline, parts.Length > 1 ? parts[p].Degree : 1, columns, places, sql));
            }

            codings[f] = coded.ToImmutable();
        }

        return new Design(columns, features, sql, codings);

        bool IsText(FeaturePart part) => part.Kind == FeaturePartKind.Column && columns[places[part.Text]].Kind == CellKind.Text;
    }

    /// <summary>Returns the same design with means and ranges of its columns.</summary>
    internal Design With(TrainingFacts facts)
    {
        if (facts.Least.IsEmpty && facts.Means.IsEmpty)
        {
            return this;
        }

        return Create([.. Columns
            .Select((column, i) =>
            column.Kind == CellKind.Text ? column : column.With(At(facts.Means, i), At(facts.Least, i), At(facts.Most, i)))], Features);

        static double At(ImmutableArray<double> values, int i) => i < values.Length ? values[i] : double.NaN;
    }

    private static Dictionary<string, ModelColumn> ByName(IReadOnlyList<ModelColumn> columns)
    {
        Dictionary<string, ModelColumn> known = new(StringComparer.Ordinal);
        foreach (ModelColumn column in columns)
        {
            RequireText("column", column.Name);
            foreach (string level in column.Levels)
            {
                RequireText("level", level);
            }

            if (!known.TryAdd(column.Name, column))
            {
                throw new ArgumentException($"Two columns are named '{column.Name}'; rename one of them.", nameof(columns));
            }
        }

        return known;
    }

    /// <summary>Marks the text that R codes by indicators of all levels where there is no intercept (modelmatrix in R's model.c).</summary>
    private static void CodeFirstTextWithAllLevels(Feature[] features, Dictionary<string, ModelColumn> columns)
    {
        Feature? first = features.OrderBy(feature => feature.Parts.Length).FirstOrDefault(feature => feature.Parts.Any(IsText));
        if (first is null)
        {
            return;
        }

        List<string> named = [.. features.SelectMany(feature => feature.Parts).Where(IsText).Select(part => part.Text)];
        string text = first.Parts.Where(IsText).Select(part => part.Text).MinBy(named.IndexOf)!;
        features[Array.IndexOf(features, first)] = Feature.Of(first.Name,
            [.. first.Parts.Select(part => IsText(part) && part.Text == text ? part with { AllLevels = true } : part)]);

        bool IsText(FeaturePart part) => part.Kind == FeaturePartKind.Column && columns[part.Text].Kind == CellKind.Text;
    }

    private static IEnumerable<string> ColumnsOf(FeaturePart part) => part.Kind switch
    {
        FeaturePartKind.Column => [part.Text],
        FeaturePartKind.Expression => Expression.Parse(part.Text).Columns,
        _ => [],
    };

    private static Feature Resolve(Feature feature, Dictionary<string, ModelColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(feature);
        RequireText("feature", feature.Name);
        ImmutableArray<FeaturePart> parts = [.. feature.Parts.Select(part => Resolve(part, columns))];
        HashSet<FeaturePart> seen = [];
        foreach (FeaturePart part in parts)
        {
            // x:x is x in R and x² elsewhere.
            if (!seen.Add(part.Plain))
            {
                throw new ArgumentException($"The interaction '{feature.Name}' has the part '{part.Text}' twice; name it once, and write a square as an expression: ({part.Text})^2.");
            }
        }

        return Feature.Of(feature.Name, parts);
    }

    /// <summary>Refuses a name that a file cannot keep: with half of a surrogate pair it would be read back as another.</summary>
    internal static void RequireText(string what, string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && (!char.IsHighSurrogate(name[i]) || i + 1 == name.Length || !char.IsLowSurrogate(name[++i])))
            {
                throw new ArgumentException($"The {what} '{name}' is no Unicode text: half of a surrogate pair stands alone in it; rename it.");
            }
        }
    }

    private static FeaturePart Resolve(FeaturePart part, Dictionary<string, ModelColumn> columns)
    {
        if (part.Kind == FeaturePartKind.Sql)
        {
            RequireText("expression", part.Text);
            return part;
        }

        if (part.Kind is FeaturePartKind.Column or FeaturePartKind.Either && columns.TryGetValue(part.Text, out ModelColumn? column))
        {
            return column.Kind switch
            {
                CellKind.Time => throw new ArgumentException($"The column '{part.Text}' holds times; make a number of them: epoch({part.Text}) for seconds, or year({part.Text})."),
                not CellKind.Text when part.AllLevels => throw new ArgumentException($"The column '{part.Text}' is no text, but is marked to be coded by all levels."),
                CellKind.Text when part.Degree > 1 => throw new ArgumentException($"The column '{part.Text}' is text and has no powers; leave it out of the polynomials."),
                CellKind.Text when column.Levels.IsEmpty => throw new ArgumentException($"The text column '{part.Text}' has no levels."),
                _ => part with { Kind = FeaturePartKind.Column },
            };
        }

        if (part.Kind == FeaturePartKind.Column)
        {
            throw new ArgumentException($"There is no column '{part.Text}'; the columns are {Listed(columns)}.");
        }

        if (!Expression.TryParse(part.Text, out Expression? tree, out string reason))
        {
            throw new ArgumentException($"'{part.Text}' is neither a column nor an expression: {reason.TrimEnd('.')}. The columns are {Listed(columns)}. The product of two columns a and b is Feature.Interaction(\"a\", \"b\").");
        }

        foreach (string name in tree!.Columns)
        {
            if (!columns.TryGetValue(name, out ModelColumn? read))
            {
                throw new ArgumentException($"The expression '{part.Text}' reads the column '{name}', which does not exist; the columns are {Listed(columns)}.");
            }

            if (read.Kind == CellKind.Text)
            {
                throw new ArgumentException($"The expression '{part.Text}' reads the column '{name}', which is text; use the column itself, or an interaction with it.");
            }
        }

        RequireKinds(part.Text, tree, columns);
        return tree.Columns.IsEmpty ? throw new ArgumentException($"The expression '{part.Text}' is a constant; the intercept is one already.")
            : part with { Kind = FeaturePartKind.Expression };
    }

    private static string Listed(Dictionary<string, ModelColumn> columns) => string.Join(", ", columns.Keys.Take(20).Select(name => $"'{name}'"));

    /// <summary>
    /// Refuses an expression that has no value for any row, because a time stands where a number is needed or the other way round.
    /// </summary>
    private static void RequireKinds(string text, Expression tree, Dictionary<string, ModelColumn> columns)
    {
        Scalar[] sample = [.. tree.Columns.Select(name => columns[name].Kind switch
        {
            CellKind.Time => Scalar.OfTime(0),
            CellKind.Flag => Scalar.OfFlag(true),
            CellKind.Whole => Scalar.OfWhole(1),
            _ => Scalar.OfNumber(1),
        })];
        _ = tree.Evaluate(sample, out ExpressionFault fault);
        if (fault == ExpressionFault.WrongKind)
        {
            string times = string.Join(", ", tree.Columns.Where(name => columns[name].Kind == CellKind.Time).Select(name => $"'{name}'"));
            throw new ArgumentException(times.Length > 0
                ? $"The expression '{text}' takes times for numbers ({times}); make numbers of them with epoch, year, month, day, hour or dayofweek."
                : $"The expression '{text}' takes numbers for times; year, month, day, hour, dayofweek and epoch are of a column of times.");
        }
    }

    private static Coding Code(FeaturePart part, bool isFirst, bool hasBaseline, int powers, ImmutableArray<ModelColumn> columns,
        Dictionary<string, int> places, ImmutableArray<string> sql)
    {
        switch (part.Kind)
        {
            case FeaturePartKind.Sql:
                return new Coding { Part = part, IsFirst = isFirst, Powers = powers, Place = columns.Length + sql.IndexOf(part.Text) };
            case FeaturePartKind.Expression:
                var tree = Expression.Parse(part.Text);
                ImmutableArray<int> read = [.. tree.Columns.Select(name => places[name])];
                return new Coding
                {
                    Part = part,
                    IsFirst = isFirst,
                    Powers = powers,
                    Place = -1,
                    Tree = tree,
                    TreePlaces = read,
                    TreeColumns = [.. read.Select(place => columns[place])]
                };
            default:
                int place = places[part.Text];
                return new Coding
                {
                    Part = part,
                    IsFirst = isFirst,
                    HasBaseline = hasBaseline,
                    Powers = powers,
                    Place = place,
                    Column = columns[place]
                };
        }
    }
}
