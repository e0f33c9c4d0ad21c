using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace HpcLinReg.Models;

/// <summary>Turns a file into a model, or says which member is wrong.</summary>
/// <param name="name">The name of the file in messages.</param>
internal sealed class ModelReader(string name)
{
    /// <summary>The names of column kinds in model files.</summary>
    internal static readonly FrozenDictionary<CellKind, string> KindNames = new Dictionary<CellKind, string>
    {
        [CellKind.Number] = "number",
        [CellKind.Whole] = "whole",
        [CellKind.Flag] = "flag",
        [CellKind.Time] = "time",
        [CellKind.Text] = "text",
    }.ToFrozenDictionary();

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a file of either version.</summary>
    internal static RegressionModel Read(byte[] json, string name)
    {
        ModelReader reader = new(name);
        if (json is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new InvalidDataException($"{name} is text in UTF-16; save it as UTF-8.");
        }

        ReadOnlyMemory<byte> text = json.AsSpan().StartsWith(ByteOrderMark) ? json.AsMemory(ByteOrderMark.Length) : json;
        try
        {
            return reader.Version(text) == 1
                ? new RegressionModel(
                    new FirstModelReader(reader).Check(JsonSerializer.Deserialize(text.Span, ModelJson.Default.FirstModelDocument)!))
                : new RegressionModel(reader.CheckAll(JsonSerializer.Deserialize(text.Span, ModelJson.Default.ModelDocument)!));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{name} is not a valid model file: {OneLine(WhatIsWrong(exception))}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // The parser throws this exception for a text that is not Unicode.
            throw new InvalidDataException($"{name} is not a valid model file: it has bytes or escapes that are no UTF-8 text", exception);
        }
    }

    /// <summary>Reads a design alone.</summary>
    internal static Design ReadDesign(byte[] json, string name)
    {
        ModelReader reader = new(name);
        try
        {
            using var any = JsonDocument.Parse(json);
            new ModelConsistency(reader).RequireValues(any.RootElement, "");
            ModelDocument document = JsonSerializer.Deserialize(json, ModelJson.Default.ModelDocument) ?? throw reader.Missing("columns");
            return reader.Design([.. (document.Columns ?? throw reader.Missing("columns")).Select(reader.Column)],
                [.. (document.Features ?? throw reader.Missing("features")).Select(reader.Feature)]);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{name} is not valid: {OneLine(WhatIsWrong(exception))}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException($"{name} is not valid: it has bytes or escapes that are no UTF-8 text", exception);
        }
    }

    internal InvalidDataException Wrong(string member, string what) => new($"{name} is not a valid model file: its member \"{member}\" {OneLine(what)}.");

    /// <summary>Returns what the parser found, without the types of this program that it names.</summary>
    private static string WhatIsWrong(JsonException exception)
    {
        string place = exception.Path is { Length: > 2 } ? $"the member {exception.Path[2..]} is wrong: " : "", message = exception.Message.Split(" Path:", 2)[0];
        string[] quoted = message.Split('\'');
        return message.Contains("could not be converted", StringComparison.Ordinal) ? $"{place}its value is of another kind (a text in quotes where a number belongs, or the like)."
            : message.Contains("could not be mapped", StringComparison.Ordinal) && quoted.Length > 1 ? $"it has a member \"{quoted[1]}\", which files of this version do not have ({exception.Path?[2..]})."
            : message.StartsWith("Duplicate", StringComparison.Ordinal) && quoted.Length > 1 ? $"it has the member \"{quoted[1]}\" twice (a duplicate; {exception.Path?[2..]})."
            : place + message;
    }

    /// <summary>Replaces control characters, which names in a file may have, by spaces.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    internal InvalidDataException Missing(string member) => Wrong(member, "is missing");

    internal double Finite(double? value, string member, double least = double.NegativeInfinity) =>
        value is not { } number ? throw Missing(member)
        : !double.IsFinite(number) || number < least ? throw Wrong(member, double.IsFinite(least) ? $"is not a finite number of at least {least}" : "is not finite")
        : number;

    /// <summary>Reads the size of an error; NaN where it is not known.</summary>
    internal double Size(double? value, string member) => value is < 0 ? throw Wrong(member, "is negative") : value ?? double.NaN;

    internal double[] Finite(double[]? values, string member, int length)
    {
        double[] numbers = values ?? throw Missing(member);
        return numbers.Length != length ? throw Wrong(member, $"has {numbers.Length} elements, not {length}")
            : Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw Wrong(member, "is not finite");
    }

    /// <summary>Reads the rows of a triangle from the diagonal on into a square.</summary>
    internal ImmutableArray<double> Triangle(double[][]? rows, string member, int order)
    {
        double[][] triangle = rows ?? throw Missing(member);
        if (triangle.Length != order)
        {
            throw Wrong(member, $"has {triangle.Length} rows for {order} terms");
        }

        // Each row is checked before the square is allocated, so that a small file cannot ask for much memory.
        for (int i = 0; i < order; i++)
        {
            _ = Finite(triangle[i], $"{member}[{i}]", order - i);
        }

        double[] square = new double[order * order];
        for (int i = 0; i < order; i++)
        {
            triangle[i].CopyTo(square, (i * order) + i);
        }

        return [.. square];
    }

    /// <summary>Makes the design; a refusal names the member that is wrong.</summary>
    internal Design Design(ImmutableArray<ModelColumn> columns, Feature[] features)
    {
        Design design;
        try
        {
            design = HpcLinReg.Design.Create(columns, features);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw Wrong("features", $"is refused: {exception.Message.Split(" (Parameter", 2)[0].TrimEnd('.')}");
        }

        return design.Columns.Length == columns.Length ? design
            : throw Wrong("columns", $"has the column '{columns.First(column => !design.Columns.Contains(column)).Name}', which no feature reads");
    }

    private int Version(ReadOnlyMemory<byte> json)
    {
        // The format is checked first, so that a file of another kind is refused as such and not for one of its members.
        using var any = JsonDocument.Parse(json);
        if (any.RootElement.ValueKind != JsonValueKind.Object || !any.RootElement.TryGetProperty("format", out JsonElement format) ||
            format.ValueKind != JsonValueKind.String || format.GetString() != ModelDocument.FormatName)
        {
            throw Wrong("format", $"is not \"{ModelDocument.FormatName}\"; this is no model file");
        }

        if (!any.RootElement.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.Number ||
            !version.TryGetInt32(out int number) ||
            number is not (1 or ModelDocument.CurrentVersion))
        {
            throw Wrong("version", $"is not 1 or {ModelDocument.CurrentVersion}; a later version of this program reads it");
        }

        if (number == ModelDocument.CurrentVersion)
        {
            new ModelConsistency(this).RequireValues(any.RootElement, "");
        }

        return number;
    }

    private ModelState CheckAll(ModelDocument document)
    {
        ModelState state = Check(document);
        new ModelConsistency(this).Require(state,
            [.. document.Coefficients!.Skip(state.HasIntercept ? 1 : 0).Select(coefficient => coefficient.Estimate is not null)]);
        return document.Fingerprint is null
            || document.Fingerprint.Equals(ModelWriter.FingerprintOf(document), StringComparison.OrdinalIgnoreCase) ? state
            : throw Wrong("fingerprint", "does not match the other members: the file was changed after it was written; copy it again or, if the change is meant, delete this member");
    }

    private ModelState Check(ModelDocument document)
    {
        Design design = Design([.. (document.Columns ?? throw Missing("columns")).Select(Column)],
            [.. (document.Features ?? throw Missing("features")).Select(Feature)]);
        bool hasIntercept = document.Intercept ?? throw Missing("intercept");
        CoefficientDocument[] all = document.Coefficients ?? throw Missing("coefficients");
        CoefficientDocument[] slopes = hasIntercept ? [.. all.Skip(1)] : all;
        int offset = hasIntercept ? 1 : 0;
        ImmutableArray<PolynomialVariable> variables = Variables(design, slopes, offset);
        ImmutableArray<string> names = design.TermNames;
        RequireTerms(all, hasIntercept ? [RegressionModel.InterceptName, .. names] : names, "coefficients");
        TrainingDocument training = document.Training ?? throw Missing("training");
        UncertaintyDocument uncertainty = document.Uncertainty ?? throw Missing("uncertainty");
        int d = names.Length;
        bool hasFactor = uncertainty is not { Known: false, Factor: null, TermMeans: null };
        ImmutableArray<AliasedColumn> aliased = [.. (document.Aliased ?? []).Select((alias, i) => Alias(alias, i, names))];
        bool isMinimumNorm = (document.RankDeficient ?? throw Missing("rankDeficient")) switch
        {
            "drop" => false,
            "minimumNorm" => true,
            _ => throw Wrong("rankDeficient", "is not drop or minimumNorm"),
        };
        HashSet<int> dropped = isMinimumNorm ? [] : [.. aliased.Select(column => column.Column)];
        ModelStatistics statistics = new(this);
        return new ModelState
        {
            Robust = uncertainty.Robust is { } robust ? statistics.Robust(robust, d + offset) : null,
            Powers = document.Powers is { } powers ? statistics.Powers(powers, names, offset, isMinimumNorm) : null,
            Target = document.Target is { Length: > 0 } target ? target : throw Missing("target"),
            Design = design,
            HasIntercept = hasIntercept,
            Intercept = hasIntercept ? Finite(all[0].Estimate, "coefficients[0].estimate") : 0,
            Weights = [.. slopes.Select((slope, i) => dropped.Contains(i) && slope.Estimate is null ? 0 : Finite(slope.Estimate, $"coefficients[{i + offset}].estimate"))],
            Variables = variables,
            ErrorBounds = [.. slopes.Select((slope, i) => Size(slope.ErrorBound, $"coefficients[{i + offset}].errorBound"))],
            InterceptErrorBound = hasIntercept ? Size(all[0].ErrorBound, "coefficients[0].errorBound") : 0,
            StandardErrors = [.. slopes.Select((slope, i) => Size(slope.StandardError, $"coefficients[{i + offset}].standardError"))],
            InterceptStandardError = hasIntercept ? Size(all[0].StandardError, "coefficients[0].standardError") : double.NaN,
            Aliased = aliased,
            IsMinimumNorm = isMinimumNorm,
            Ridge = Finite(document.Ridge, "ridge", 0),
            IsRidgeStandardized = document.RidgeStandardized == true,
            RowCount = Finite(training.Rows, "training.rows", 0),
            TotalWeight = Finite(training.TotalWeight, "training.totalWeight", double.Epsilon),
            ResidualDegreesOfFreedom = Finite(uncertainty.ResidualDegreesOfFreedom, "uncertainty.residualDegreesOfFreedom", 0),
            ResidualStandardError = uncertainty.ResidualStandardError is { } s ? Finite(s, "uncertainty.residualStandardError", 0) : double.NaN,
            ResidualSumOfSquares = training.ResidualSumOfSquares is { } residual ? Finite(residual, "training.residualSumOfSquares", 0) : double.NaN,
            TotalSumOfSquares = training.TotalSumOfSquares is { } total ? Finite(total, "training.totalSumOfSquares", 0) : double.NaN,
            TermMeans = hasFactor ? [.. Finite(uncertainty.TermMeans, "uncertainty.termMeans", hasIntercept ? d : 0)] : [],
            Factor = hasFactor ? Triangle(uncertainty.Factor, "uncertainty.factor", d) : [],
            Middle = uncertainty.Middle is null ? [] : Middle(uncertainty.Middle, d),
            HasUncertainty = uncertainty.Known ?? true,
            Certificate = document.Certificate is { } certificate ? Certificate(certificate, all, offset) : null,
            Facts = Facts(training, design),
            Created = document.Created is { } created ? Time(created) : null,
            CreatedBy = document.CreatedBy ?? "",
        };
    }

    /// <summary>Refuses coefficients that are not those of the terms, in their order.</summary>
    internal void RequireTerms(CoefficientDocument[] coefficients, ImmutableArray<string> names, string member)
    {
        if (coefficients.Length != names.Length)
        {
            throw Wrong(member, $"has {coefficients.Length} elements for {names.Length} terms");
        }

        for (int i = 0; i < coefficients.Length; i++)
        {
            if (coefficients[i]?.Term != names[i])
            {
                throw Wrong($"{member}[{i}].term", $"is not \"{names[i]}\"");
            }
        }
    }

    private ModelColumn Column(ColumnDocument? column, int i)
    {
        string member = $"columns[{i}]";
        string title = column?.Name is { Length: > 0 } given ? given : throw Missing($"{member}.name");
        CellKind kind = KindNames.FirstOrDefault(pair => pair.Value == column.Kind).Key;
        if (kind == CellKind.Missing)
        {
            throw Wrong($"{member}.kind", "is not number, whole, flag, time or text");
        }

        string[] levels = column.Levels ?? [];
        if (levels.Contains(null) || levels.Distinct(StringComparer.Ordinal).Count() != levels.Length
            || (levels.Length > 0 && kind != CellKind.Text))
        {
            throw Wrong($"{member}.levels", kind == CellKind.Text ? "names a level twice" : "belongs to a column that is no text");
        }

        return new ModelColumn(title, kind)
        {
            WhenMissing = column.WhenMissing is not { } filled ? double.NaN
                : double.IsFinite(filled) && kind is CellKind.Number or CellKind.Whole ? filled
                : throw Wrong($"{member}.whenMissing", "is not a finite number of a column of numbers"),
            Levels = [.. levels],
            Format = column.Format,
            Mean = column.Mean ?? double.NaN,
            Least = column.Least ?? double.NaN,
            Most = column.Most ?? double.NaN,
        };
    }

    private Feature Feature(FeatureDocument? feature, int i)
    {
        string member = $"features[{i}]";
        string title = feature?.Name is { Length: > 0 } given ? given : throw Missing($"{member}.name");
        if (feature.Interaction is not { } parts)
        {
            return feature is { Shift: null, Scale: null } ? HpcLinReg.Feature.Of(title, [Part(feature, member)])
                : throw Wrong(feature.Shift is null ? $"{member}.scale" : $"{member}.shift", "belongs to a polynomial within an interaction");
        }

        return parts.Length >= 2
            && feature is { Column: null, Expression: null, Sql: null, Degree: null, Shift: null, Scale: null, AllLevels: null }
            && Array.TrueForAll(parts, part => part is { Interaction: null, Name: null })
            ? HpcLinReg.Feature.Of(title, [.. parts.Select((part, p) => PartOfInteraction(part, $"{member}.interaction[{p}]"))])
            : throw Wrong($"{member}.interaction", "is not two or more parts, each of one column, expression or sql");
    }

    /// <summary>
    /// Reads a part of an interaction: a polynomial brings the shift and scale of its powers, which the fit of a polynomial alone keeps
    /// with the coefficients.
    /// </summary>
    private FeaturePart PartOfInteraction(FeatureDocument part, string member)
    {
        if (part.Degree is null or 1)
        {
            return part is { Degree: null, Shift: null, Scale: null } ? Part(part, member)
                : throw Wrong(member, "has a degree, shift or scale, but only powers of degree 2 and more have them");
        }

        return Part(part, member) with { Shift = Finite(part.Shift, $"{member}.shift"), Scale = Finite(part.Scale, $"{member}.scale", double.Epsilon) };
    }

    private FeaturePart Part(FeatureDocument part, string member)
    {
        int degree = part.Degree ?? 1;
        if (degree is < 1 or > PolynomialVariable.MostDegree)
        {
            throw Wrong($"{member}.degree", $"is not 1 to {PolynomialVariable.MostDegree}");
        }

        if (part is { AllLevels: true, Column: null })
        {
            throw Wrong($"{member}.allLevels", "belongs to a part that is no text column");
        }

        return part switch
        {
            { Column: { } column, Expression: null, Sql: null } =>
                new FeaturePart(FeaturePartKind.Column, column, degree, part.AllLevels ?? false),
            { Column: null, Expression: { } expression, Sql: null } => new FeaturePart(FeaturePartKind.Expression, expression, degree),
            { Column: null, Expression: null, Sql: { } sql } => new FeaturePart(FeaturePartKind.Sql, sql, degree),
            _ => throw Wrong(member, "has not one of column, expression, sql and interaction"),
        };
    }

    /// <summary>Reads how the variables of a model with polynomials enter; default where the model has none.</summary>
    private ImmutableArray<PolynomialVariable> Variables(Design design, CoefficientDocument[] slopes, int offset)
    {
        ImmutableArray<int> degrees = design.Degrees;
        if (degrees.All(degree => degree == 1))
        {
            return default;
        }

        ImmutableArray<PolynomialVariable>.Builder variables = ImmutableArray.CreateBuilder<PolynomialVariable>();
        int term = 0;
        foreach (int degree in degrees)
        {
            for (int power = 1; power <= degree; power++, term++)
            {
                string member = $"coefficients[{term + offset}]";
                CoefficientDocument slope = (term < slopes.Length ? slopes[term] : null) ?? throw Missing(member);
                PolynomialVariable variable = new(degree, Finite(slope.Shift, $"{member}.shift"), Finite(slope.Scale, $"{member}.scale", double.Epsilon));
                if (slope.Power != power || (power > 1 && variable != variables[^1]))
                {
                    throw Wrong(member, $"is not power {power} with the shift and scale of power 1");
                }

                if (power == 1)
                {
                    variables.Add(variable);
                }
            }
        }

        return variables.ToImmutable();
    }

    internal AliasedColumn Alias(AliasDocument? alias, int i, ImmutableArray<string> names)
    {
        string member = $"aliased[{i}]";
        int column = names.IndexOf(alias?.Term ?? throw Missing($"{member}.term"));
        return column < 0 ? throw Wrong($"{member}.term", "is no term")
            : new AliasedColumn(column, Finite(alias.Intercept, $"{member}.intercept"), [.. Finite(alias.Coefficients, $"{member}.coefficients", column)]);
    }

    private ImmutableArray<double> Middle(double[][] rows, int order)
    {
        if (rows.Length != order)
        {
            throw Wrong("uncertainty.middle", $"has {rows.Length} rows for {order} terms");
        }

        return [.. rows.SelectMany((row, i) => Finite(row, $"uncertainty.middle[{i}]", order))];
    }

    private Certificate Certificate(CertificateDocument document, CoefficientDocument[] coefficients, int offset) => new()
    {
        Rung = document.Rung is >= 1 and <= 4 ? (SolverRung)document.Rung.Value : throw Wrong("certificate.rung", "is not 1 to 4"),
        Cause = Choice<CertificateCause>(document.Cause, "certificate.cause"),
        Description = document.Reason ?? throw Missing("certificate.reason"),
        IsRankCertain = document.RankIsCertain ?? false,
        StandardErrors = Choice<StandardErrorState>(document.StandardErrors, "certificate.standardErrors"),
        StandardErrorDigits = document.StandardErrorDigits ?? double.NaN,
        Rank = document.Rank is >= 0 ? document.Rank.Value : throw Wrong("certificate.rank", "is missing or negative"),
        ReciprocalCondition = document.ReciprocalCondition ?? throw Missing("certificate.reciprocalCondition"),
        Digits = document.Digits ?? throw Missing("certificate.digits"),
        RefinementSteps = document.RefinementSteps ?? throw Missing("certificate.refinementSteps"),
        WeightErrorBounds = [.. coefficients.Skip(offset).Select(coefficient => coefficient.ErrorBound ?? double.NaN)],
        InterceptErrorBound = offset > 0 ? coefficients[0].ErrorBound ?? double.NaN : 0,
    };

    /// <summary>Returns the value of that name in camelCase; the default where the file does not state one.</summary>
    private T Choice<T>(string? name, string member)
        where T : struct, Enum
    {
        int place = Array.FindIndex(Enum.GetNames<T>(), known => JsonNames.Of(known) == name);
        return name is null ? default
            : place > 0 ? Enum.GetValues<T>()[place]
            : throw Wrong(member, $"is none of {string.Join(", ", Enum.GetNames<T>().Skip(1).Select(JsonNames.Of))}");
    }

    private TrainingFacts Facts(TrainingDocument training, Design design) => new()
    {
        Means = [.. design.Columns.Select(column => column.Mean)],
        Least = [.. design.Columns.Select(column => column.Least)],
        Most = [.. design.Columns.Select(column => column.Most)],
        RowsDropped = training.RowsDropped is null or >= 0 ? training.RowsDropped : throw Wrong("training.rowsDropped", "is negative"),
        SumOfLogWeights = training.SumOfLogWeights ?? double.NaN,
        RowDigest = training.RowDigest ?? "",
        TargetKind = training.TargetKind switch
        {
            null => CellKind.Missing,
            "flag" => CellKind.Flag,
            _ => throw Wrong("training.targetKind", "is not flag"),
        },
        Weights = training.Weights switch
        {
            null => null,
            "precision" => WeightKind.Precision,
            "frequency" => WeightKind.Frequency,
            _ => throw Wrong("training.weights", "is not precision or frequency"),
        },
        Reading = (training.Reading ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    private DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time : throw Wrong("created", "is no time in UTC, such as 2026-01-31T12:00:00Z");
}
