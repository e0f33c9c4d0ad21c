using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>Checks a file of version 1, whose expressions are SQL and keep that meaning.</summary>
/// <param name="reader">Names the file in messages.</param>
internal sealed class FirstModelReader(ModelReader reader)
{
    internal ModelState Check(FirstModelDocument document)
    {
        FirstTerm[] terms = document.Terms ?? throw reader.Missing("terms");
        FirstCategorical[] categoricals = document.Categoricals ?? throw reader.Missing("categoricals");
        for (int i = 0; i < categoricals.Length; i++)
        {
            CheckCategorical(categoricals[i], $"categoricals[{i}]");
        }

        ImmutableArray<ModelColumn> columns =
            [.. (document.Inputs ?? throw reader.Missing("inputs")).Select((input, i) => Column(input, i, categoricals))];
        Feature[] features = [.. Features(terms, categoricals, columns)];
        RefusePowers(terms);
        Design design = reader.Design(columns, features);
        bool hasIntercept = document.Intercept ?? throw reader.Missing("intercept");
        double?[] estimates = Estimates(document.Coefficients ?? throw reader.Missing("coefficients"), terms, hasIntercept);
        int d = terms.Length, offset = hasIntercept ? 1 : 0;
        double degrees = document.ResidualDegreesOfFreedom is >= 0 and { } given ? given : throw reader.Wrong("residualDegreesOfFreedom", "is missing or negative");
        double variance = document.ResidualVariance is { } known ? reader.Finite(known, "residualVariance", 0) : double.NaN;
        long rows = document.Rows is >= 1 and { } count ? count : throw reader.Wrong("rows", "is missing or less than 1");
        RequireRank(document.Rank, estimates);
        ImmutableArray<double> factor = reader.Triangle(document.Factor, "factor", d);
        new ModelConsistency(reader).RequireFactor(factor.AsSpan(), d, i => estimates[i + offset] is null, "factor");

        return new ModelState
        {
            Target = document.Target ?? throw reader.Missing("target"),
            Design = design,
            HasIntercept = hasIntercept,
            Intercept = hasIntercept ? reader.Finite(estimates[0], "coefficients[0].estimate") : 0,
            Weights = [.. estimates.Skip(offset).Select(estimate => estimate ?? 0)],
            Variables = default,
            ErrorBounds = [.. Enumerable.Repeat(double.NaN, d)],
            InterceptErrorBound = hasIntercept ? double.NaN : 0,
            StandardErrors = [.. Enumerable.Repeat(double.NaN, d)],
            InterceptStandardError = double.NaN,
            // Version 1 names dropped terms and not the combinations they equal.
            Aliased = [],
            IsMinimumNorm = false,
            Ridge = reader.Finite(document.Ridge, "ridge", 0),
            RowCount = rows,
            TotalWeight = rows,
            ResidualDegreesOfFreedom = degrees,
            ResidualStandardError = Math.Sqrt(variance),
            ResidualSumOfSquares = variance * degrees,
            TotalSumOfSquares = double.NaN,
            TermMeans = [.. reader.Finite(document.FeatureMeans, "featureMeans", hasIntercept ? d : 0)],
            Factor = factor,
            Middle = [],
            // The covariance under a penalty needs more than version 1 kept, and so does a sum of weights.
            HasUncertainty = false,
            Certificate = null,
            Facts = new TrainingFacts(),
            Created = null,
            CreatedBy = "",
            FileVersion = 1,
        };
    }

    /// <summary>Refuses a rank that is not the number of coefficients that were kept.</summary>
    private void RequireRank(int? rank, double?[] estimates)
    {
        int kept = estimates.Count(estimate => estimate is not null);
        if (rank != kept)
        {
            throw reader.Wrong("rank", rank is null ? "is missing" : $"is {rank}, but {kept} coefficients are not null");
        }
    }

    private ModelColumn Column(FirstInput? input, int i, FirstCategorical[] categoricals)
    {
        string name = input?.Name is { Length: > 0 } given ? given : throw reader.Missing($"inputs[{i}].name");
        string[] levels = categoricals.FirstOrDefault(categorical => categorical.Column == name)?.Levels ?? [];
        return input.Kind switch
        {
            "numeric" => new ModelColumn(name, CellKind.Number),
            "boolean" => new ModelColumn(name, CellKind.Flag),
            "date" => new ModelColumn(name, CellKind.Time),
            "text" => new ModelColumn(name, CellKind.Text) { Levels = [.. levels] },
            _ => throw reader.Wrong($"inputs[{i}].kind", "is not numeric, boolean, text or date"),
        };
    }

    private IEnumerable<Feature> Features(FirstTerm[] terms, FirstCategorical[] categoricals, ImmutableArray<ModelColumn> columns)
    {
        for (int i = 0; i < terms.Length; i++)
        {
            string member = $"terms[{i}]";
            string name = terms[i]?.Name is { Length: > 0 } given ? given : throw reader.Missing($"{member}.name");
            switch (terms[i].Kind)
            {
                case "column":
                    yield return Feature.Column(InputOf(columns, terms[i].Column, $"{member}.column")).As(name);
                    break;
                case "expression":
                    yield return Feature.Sql(terms[i].Expression is { Length: > 0 } text ? text : throw reader.Missing($"{member}.expression")).As(name);
                    break;
                case "level":
                    FirstCategorical categorical = LevelsFrom(categoricals, terms, i);
                    yield return Feature.Column(InputOf(columns, categorical.Column, "categoricals")).As(categorical.Name!);
                    i += categorical.Levels!.Length - 2;
                    break;
                default:
                    throw reader.Wrong($"{member}.kind", "is not column, expression or level");
            }
        }

        foreach (FirstCategorical single in categoricals.Where(categorical => categorical.Levels!.Length == 1))
        {
            yield return Feature.Column(InputOf(columns, single.Column, "categoricals")).As(single.Name!);
        }
    }

    private FirstCategorical LevelsFrom(FirstCategorical[] categoricals, FirstTerm[] terms, int first)
    {
        FirstCategorical categorical = Array.Find(categoricals, c => c.Levels!.Length > 1 && terms[first].Name == $"{c.Name}[{c.Levels[1]}]")
            ?? throw reader.Wrong($"terms[{first}]", "is not the first level after the reference of a categorical");
        for (int level = 1; level < categorical.Levels!.Length; level++)
        {
            int i = first + level - 1;
            if (i >= terms.Length || terms[i] is not { Kind: "level" } term || term.Column != categorical.Column ||
                term.Level != categorical.Levels[level] || term.Name != $"{categorical.Name}[{categorical.Levels[level]}]")
            {
                throw reader.Wrong($"terms[{i}]", $"is not the level \"{categorical.Levels[level]}\" of '{categorical.Name}'");
            }
        }

        return categorical;
    }

    private void CheckCategorical(FirstCategorical? categorical, string member)
    {
        _ = categorical?.Name ?? throw reader.Missing($"{member}.name");
        _ = categorical.Column ?? throw reader.Missing($"{member}.column");
        string[] levels = categorical.Levels ?? throw reader.Missing($"{member}.levels");
        if (levels.Length == 0 || levels.Contains(null) || levels.Distinct(StringComparer.Ordinal).Count() != levels.Length)
        {
            throw reader.Wrong($"{member}.levels", "is empty or names a level twice");
        }

        if (categorical.Reference != levels[0])
        {
            throw reader.Wrong($"{member}.reference", "is not the first of its levels");
        }
    }

    /// <summary>
    /// Refuses a file that an earlier version wrote for a polynomial: its coefficients are right, but evaluated in double the powers
    /// cancel.
    /// </summary>
    private void RefusePowers(FirstTerm[] terms)
    {
        for (int i = 1; i < terms.Length; i++)
        {
            FirstTerm first = terms[i - 1];
            string square = first.Kind == "column" ? $"\"{first.Column?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"^2" : $"({first.Expression})^2";
            if (first.Kind != "level" && terms[i].Kind == "expression" && terms[i].Name == $"{first.Name}^2" && terms[i].Expression == square)
            {
                throw reader.Wrong("terms", $"holds powers of '{first.Name}', written for --polynomial by an earlier version; powers of a column as it is cancel when they are evaluated, so the predictions would be wrong: fit again");
            }
        }
    }

    private double?[] Estimates(FirstCoefficient[] coefficients, FirstTerm[] terms, bool hasIntercept)
    {
        string[] expected =
            [.. hasIntercept ? [RegressionModel.InterceptName] : Array.Empty<string>(), .. terms.Select(term => term.Name!)];
        if (coefficients.Length != expected.Length)
        {
            throw reader.Wrong("coefficients", $"has {coefficients.Length} elements for {expected.Length} terms");
        }

        for (int i = 0; i < expected.Length; i++)
        {
            if (coefficients[i]?.Term != expected[i])
            {
                throw reader.Wrong($"coefficients[{i}].term", $"is not \"{expected[i]}\"");
            }

            if (coefficients[i].Estimate is { } estimate)
            {
                _ = reader.Finite(estimate, $"coefficients[{i}].estimate");
            }
        }

        return [.. coefficients.Select(coefficient => coefficient.Estimate)];
    }

    private string InputOf(ImmutableArray<ModelColumn> columns, string? column, string member) =>
        column is not null && columns.Any(known => known.Name == column) ? column
        : throw reader.Wrong(member, column is null ? "is missing" : $"names '{column}', which is not among the inputs");
}
