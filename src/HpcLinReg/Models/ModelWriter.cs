using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HpcLinReg.Models;

/// <summary>Describes models as documents, which are canonical: one model gives the same bytes every time.</summary>
internal static class ModelWriter
{
    /// <summary>Quotes, brackets and letters of any language stay as they are; a file is read as JSON, never as a part of a page.</summary>
    private static readonly ModelJson Json =
        new(new JsonSerializerOptions(ModelJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes the file: UTF-8 without a mark, lines ended by LF.</summary>
    internal static byte[] Write(RegressionModel model)
    {
        ModelDocument document = Describe(model);
        string? created = model.Created?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Serialize(document with { Created = created, Fingerprint = FingerprintOf(document) });
    }

    /// <summary>Writes a design alone.</summary>
    internal static byte[] Write(Design design) =>
        Serialize(new ModelDocument { Columns = [.. design.Columns.Select(Describe)], Features = [.. design.Features.Select(Describe)] });

    /// <summary>Returns the fingerprint: SHA-256, in hexadecimal digits, of the canonical file without time and fingerprint.</summary>
    internal static string Fingerprint(RegressionModel model) => FingerprintOf(Describe(model));

    /// <summary>Returns the fingerprint of a document, whatever time and fingerprint it has.</summary>
    internal static string FingerprintOf(ModelDocument document) =>
        Convert.ToHexStringLower(SHA256.HashData(Serialize(document with { Created = null, Fingerprint = null })));

    private static byte[] Serialize(ModelDocument document) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(document, Json.ModelDocument), (byte)'\n'];

    private static ModelDocument Describe(RegressionModel model)
    {
        ModelState state = model.State;
        int d = state.Weights.Length;
        bool hasFactor = state.HasUncertainty || state.Factor.Length == d * d;
        return new ModelDocument
        {
            Format = ModelDocument.FormatName,
            Version = ModelDocument.CurrentVersion,
            CreatedBy = state.CreatedBy.Length > 0 ? state.CreatedBy : null,
            Target = state.Target,
            Intercept = state.HasIntercept,
            Ridge = state.Ridge,
            RidgeStandardized = state.IsRidgeStandardized ? true : null,
            RankDeficient = state.IsMinimumNorm ? "minimumNorm" : "drop",
            Columns = [.. state.Design.Columns.Select(Describe)],
            Features = [.. state.Design.Features.Select(Describe)],
            Coefficients = [.. Coefficients(model)],
            Aliased = state.Aliased.IsEmpty ? null : [.. state.Aliased.Select(aliased => Describe(aliased, model))],
            Powers = state.Powers is not { } powers ? null : Describe(powers, model),
            Training = DescribeTraining(state),
            Certificate = state.Certificate is not { } certificate ? null : new CertificateDocument
            {
                Rung = (int)certificate.Rung,
                Cause = certificate.Cause == CertificateCause.NotStated ? null : JsonNames.Of(certificate.Cause),
                Reason = certificate.Describe(),
                RankIsCertain = certificate.Cause == CertificateCause.NotStated ? null : certificate.IsRankCertain,
                StandardErrors = certificate.StandardErrors == StandardErrorState.NotStated ? null
                    : JsonNames.Of(certificate.StandardErrors),
                StandardErrorDigits = Known(certificate.StandardErrorDigits),
                Rank = certificate.Rank,
                ReciprocalCondition = certificate.ReciprocalCondition,
                Digits = certificate.Digits,
                RefinementSteps = certificate.RefinementSteps,
            },
            Uncertainty = new UncertaintyDocument
            {
                ResidualStandardError = Known(state.ResidualStandardError),
                ResidualDegreesOfFreedom = state.ResidualDegreesOfFreedom,
                TermMeans = hasFactor ? [.. state.TermMeans] : null,
                Factor = !hasFactor ? null : [.. Enumerable.Range(0, d).Select(i => state.Factor.AsSpan((i * d) + i, d - i).ToArray())],
                Middle = state.Middle.IsEmpty ? null : [.. Enumerable.Range(0, d).Select(i => state.Middle.AsSpan(i * d, d).ToArray())],
                Known = state.HasUncertainty ? null : false,
                Robust = state.Robust is not { } robust ? null : Describe(robust, d + (state.HasIntercept ? 1 : 0)),
            },
        };
    }

    private static TrainingDocument DescribeTraining(ModelState state) => new()
    {
        Rows = state.RowCount,
        RowsDropped = state.Facts.RowsDropped,
        TotalWeight = state.TotalWeight,
        TargetKind = state.Facts.TargetKind == CellKind.Flag ? "flag" : null,
        Weights = state.Facts.Weights switch { null => null, WeightKind.Frequency => "frequency", _ => "precision" },
        SumOfLogWeights = Known(state.Facts.SumOfLogWeights),
        ResidualSumOfSquares = Known(state.ResidualSumOfSquares),
        TotalSumOfSquares = Known(state.TotalSumOfSquares),
        RowDigest = state.Facts.RowDigest.Length > 0 ? state.Facts.RowDigest : null,
        Reading = state.Facts.Reading.IsEmpty ? null
            : new SortedDictionary<string, string>(state.Facts.Reading, StringComparer.Ordinal),
    };

    private static RobustDocument Describe(RobustCovariance robust, int order) => new()
    {
        Kind = JsonNames.Of(robust.Kind),
        Lag = robust.Kind == RobustKind.Hac ? robust.Lag : null,
        Cluster = robust.Kind == RobustKind.Cluster ? robust.Cluster : null,
        Clusters = robust.Kind == RobustKind.Cluster ? robust.Clusters : null,
        DegreesOfFreedom = robust.DegreesOfFreedom,
        Middle = [.. Enumerable.Range(0, order).Select(i => robust.Middle.AsSpan((i * order) + i, order - i).ToArray())],
    };

    private static PowersDocument Describe(PowerCoefficients powers, RegressionModel model)
    {
        HashSet<int> dropped = model.IsMinimumNorm ? [] : [.. powers.Aliased.Select(aliased => aliased.Column)];
        IEnumerable<CoefficientDocument> intercept = !model.HasIntercept ? []
            : [new() { Term = RegressionModel.InterceptName, Estimate = powers.Intercept, ErrorBound = Known(powers.InterceptErrorBound),
                StandardError = Known(powers.InterceptStandardError) }];
        return new PowersDocument
        {
            Digits = powers.Digits,
            Coefficients =
            [
                .. intercept, .. powers.Weights.Select((weight, j) => new CoefficientDocument
                {
                    Term = model.Terms[j].Name,
                    Estimate = dropped.Contains(j) ? null : weight,
                    ErrorBound = Known(powers.WeightErrorBounds[j]),
                    StandardError = Known(powers.StandardErrors[j]),
                }),
            ],
            Aliased = powers.Aliased.IsEmpty ? null : [.. powers.Aliased.Select(aliased => Describe(aliased, model))],
        };
    }

    private static ColumnDocument Describe(ModelColumn column) => new()
    {
        Name = column.Name,
        Kind = ModelReader.KindNames[column.Kind],
        Format = column.Format,
        Levels = column.Kind == CellKind.Text ? [.. column.Levels] : null,
        Mean = Known(column.Mean),
        Least = Known(column.Least),
        Most = Known(column.Most),
        WhenMissing = Known(column.WhenMissing),
    };

    private static FeatureDocument Describe(Feature feature) =>
        feature.Parts is [var only] ? Describe(only) with { Name = feature.Name }
        : new FeatureDocument
        {
            Name = feature.Name,
            Interaction = [.. feature.Parts
                .Select(part => part.Degree == 1 ? Describe(part) : Describe(part) with { Shift = part.Shift, Scale = part.Scale })],
        };

    private static FeatureDocument Describe(FeaturePart part)
    {
        int? degree = part.Degree > 1 ? part.Degree : null;
        return part.Kind switch
        {
            FeaturePartKind.Sql => new FeatureDocument { Sql = part.Text, Degree = degree },
            FeaturePartKind.Expression => new FeatureDocument { Expression = part.Text, Degree = degree },
            _ => new FeatureDocument { Column = part.Text, Degree = degree, AllLevels = part.AllLevels ? true : null },
        };
    }

    private static IEnumerable<CoefficientDocument> Coefficients(RegressionModel model)
    {
        ModelState state = model.State;
        if (state.HasIntercept)
        {
            yield return Describe(model.Intercept);
        }

        int term = 0;
        for (int v = 0; v < state.Design.VariableNames.Length; v++)
        {
            PolynomialVariable? variable = state.Variables.IsDefault ? null : state.Variables[v];
            for (int power = 1; power <= (variable?.Degree ?? 1); power++, term++)
            {
                CoefficientDocument coefficient = Describe(model.Terms[term]);
                yield return variable is not { } shifted ? coefficient
                    : coefficient with { Power = power, Shift = shifted.Shift, Scale = shifted.Scale };
            }
        }
    }

    private static CoefficientDocument Describe(ModelTerm term) => new()
    {
        Term = term.Name,
        Estimate = term.IsDropped ? null : term.Coefficient,
        ErrorBound = Known(term.ErrorBound),
        StandardError = Known(term.StandardError),
    };

    private static AliasDocument Describe(AliasedColumn aliased, RegressionModel model) => new()
    {
        Term = model.Terms[aliased.Column].Name,
        Intercept = aliased.Intercept,
        Coefficients = [.. aliased.Coefficients],
    };

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
