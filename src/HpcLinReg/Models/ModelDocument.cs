using System.Text.Json.Serialization;

namespace HpcLinReg.Models;

/// <summary>
/// A model file of version 2 as JSON has it (docs/model-file.md); everything may be absent until <see cref="ModelReader"/> has checked it.
/// </summary>
internal sealed record ModelDocument
{
    internal const string FormatName = "hpclinreg-model";
    internal const int CurrentVersion = 2;

    public string? Format { get; init; }

    public int? Version { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>Gets the time in UTC; not part of the fingerprint.</summary>
    public string? Created { get; init; }

    /// <summary>Gets the SHA-256 of the canonical file without time and fingerprint.</summary>
    public string? Fingerprint { get; init; }

    public string? Target { get; init; }

    public bool? Intercept { get; init; }

    public double? Ridge { get; init; }

    public bool? RidgeStandardized { get; init; }

    public string? RankDeficient { get; init; }

    public ColumnDocument[]? Columns { get; init; }

    public FeatureDocument[]? Features { get; init; }

    public CoefficientDocument[]? Coefficients { get; init; }

    public AliasDocument[]? Aliased { get; init; }

    /// <summary>Gets the coefficients of powers, for reading; null where there are none.</summary>
    public PowersDocument? Powers { get; init; }

    public TrainingDocument? Training { get; init; }

    public CertificateDocument? Certificate { get; init; }

    public UncertaintyDocument? Uncertainty { get; init; }
}

/// <summary>A column that is read.</summary>
internal sealed record ColumnDocument
{
    public string? Name { get; init; }

    public string? Kind { get; init; }

    public string? Format { get; init; }

    public string[]? Levels { get; init; }

    public double? Mean { get; init; }

    public double? Least { get; init; }

    public double? Most { get; init; }

    /// <summary>Gets the number that a missing value counts as; null where it is missing.</summary>
    public double? WhenMissing { get; init; }
}

/// <summary>A feature: one of column, expression and sql, or the parts of an interaction.</summary>
internal sealed record FeatureDocument
{
    public string? Name { get; init; }

    public string? Column { get; init; }

    public string? Expression { get; init; }

    public string? Sql { get; init; }

    public int? Degree { get; init; }

    /// <summary>Gets the shift of t = (x − shift)·scale; of a polynomial within an interaction only.</summary>
    public double? Shift { get; init; }

    public double? Scale { get; init; }

    /// <summary>Gets whether a text has an indicator for its baseline too because the model has no intercept; null for no.</summary>
    public bool? AllLevels { get; init; }

    public FeatureDocument[]? Interaction { get; init; }
}

/// <summary>A coefficient: of the intercept first if there is one, then of the terms.</summary>
internal sealed record CoefficientDocument
{
    public string? Term { get; init; }

    /// <summary>Gets the estimate; null for a term that was dropped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Estimate { get; init; }

    public double? ErrorBound { get; init; }

    public double? StandardError { get; init; }

    /// <summary>Gets the power of t = (x − shift)·scale; null in a model without polynomials.</summary>
    public int? Power { get; init; }

    public double? Shift { get; init; }

    public double? Scale { get; init; }
}

/// <summary>A term that other terms determine: intercept + Σ coefficient·term over the terms before it.</summary>
internal sealed record AliasDocument
{
    public string? Term { get; init; }

    public double? Intercept { get; init; }

    public double[]? Coefficients { get; init; }
}

/// <summary>The coefficients of the powers of the variables: of the intercept first if there is one, then of the terms.</summary>
internal sealed record PowersDocument
{
    public double? Digits { get; init; }

    public CoefficientDocument[]? Coefficients { get; init; }

    public AliasDocument[]? Aliased { get; init; }
}

/// <summary>The training rows' counts, ranges and means in the file.</summary>
internal sealed record TrainingDocument
{
    public double? Rows { get; init; }

    public long? RowsDropped { get; init; }

    public double? TotalWeight { get; init; }

    /// <summary>Gets <c>flag</c> for a target of true and false; null for numbers, or where it is not known.</summary>
    public string? TargetKind { get; init; }

    public string? Weights { get; init; }

    public double? SumOfLogWeights { get; init; }

    public double? ResidualSumOfSquares { get; init; }

    public double? TotalSumOfSquares { get; init; }

    public string? RowDigest { get; init; }

    public SortedDictionary<string, string>? Reading { get; init; }
}

/// <summary>The accuracy of the arithmetic in the file.</summary>
internal sealed record CertificateDocument
{
    public int? Rung { get; init; }

    public string? Cause { get; init; }

    public string? Reason { get; init; }

    public bool? RankIsCertain { get; init; }

    public string? StandardErrors { get; init; }

    public double? StandardErrorDigits { get; init; }

    public int? Rank { get; init; }

    public double? ReciprocalCondition { get; init; }

    public double? Digits { get; init; }

    public int? RefinementSteps { get; init; }
}

/// <summary>The numbers in the file from which standard errors of predictions follow.</summary>
internal sealed record UncertaintyDocument
{
    public double? ResidualStandardError { get; init; }

    public double? ResidualDegreesOfFreedom { get; init; }

    public double[]? TermMeans { get; init; }

    /// <summary>Gets the rows of R from the diagonal on, RᵀR = XᵀX + λI of the (centred) terms.</summary>
    public double[][]? Factor { get; init; }

    /// <summary>Gets the rows of M, the covariance of the weights being s²R⁻¹MR⁻ᵀ; null for the identity.</summary>
    public double[][]? Middle { get; init; }

    /// <summary>Gets whether predictions have standard errors; null for yes.</summary>
    public bool? Known { get; init; }

    /// <summary>Gets the robust covariance; null for that of equally noisy, independent rows.</summary>
    public RobustDocument? Robust { get; init; }
}

/// <summary>A robust covariance.</summary>
internal sealed record RobustDocument
{
    public string? Kind { get; init; }

    public int? Lag { get; init; }

    public string? Cluster { get; init; }

    public int? Clusters { get; init; }

    public double? DegreesOfFreedom { get; init; }

    /// <summary>Gets the rows of M, which is symmetric, from the diagonal on.</summary>
    public double[][]? Middle { get; init; }
}

/// <summary>
/// How documents are written: indented, names in camel case, members that are null left out, NaN and infinities as texts.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NewLine = "\n",
    WriteIndented = true)]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(FirstModelDocument))]
internal sealed partial class ModelJson : JsonSerializerContext;
