using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>Everything a model holds, as it is stored.</summary>
internal sealed record ModelState
{
    internal required string Target { get; init; }

    internal required Design Design { get; init; }

    internal required bool HasIntercept { get; init; }

    internal required double Intercept { get; init; }

    /// <summary>Gets the weights of the terms, with 0 for a dropped one.</summary>
    internal required ImmutableArray<double> Weights { get; init; }

    /// <summary>Gets how each variable of the design enters; default without polynomials, where the terms are the variables.</summary>
    internal required ImmutableArray<PolynomialVariable> Variables { get; init; }

    internal required ImmutableArray<double> ErrorBounds { get; init; }

    internal required double InterceptErrorBound { get; init; }

    internal required ImmutableArray<double> StandardErrors { get; init; }

    internal required double InterceptStandardError { get; init; }

    internal required ImmutableArray<AliasedColumn> Aliased { get; init; }

    internal required bool IsMinimumNorm { get; init; }

    internal required double Ridge { get; init; }

    internal bool IsRidgeStandardized { get; init; }

    internal required double RowCount { get; init; }

    internal required double TotalWeight { get; init; }

    internal required double ResidualDegreesOfFreedom { get; init; }

    internal required double ResidualStandardError { get; init; }

    internal required double ResidualSumOfSquares { get; init; }

    internal required double TotalSumOfSquares { get; init; }

    internal required ImmutableArray<double> TermMeans { get; init; }

    /// <summary>Gets R, row-major, RᵀR = XᵀX + λI of the (centred) terms.</summary>
    internal required ImmutableArray<double> Factor { get; init; }

    /// <summary>Gets M of <see cref="Uncertainty"/>, row-major; empty for the identity.</summary>
    internal required ImmutableArray<double> Middle { get; init; }

    /// <summary>Gets whether leverages and standard errors of predictions are known.</summary>
    internal required bool HasUncertainty { get; init; }

    /// <summary>Gets the robust covariance; null for that of equally noisy, independent rows.</summary>
    internal RobustCovariance? Robust { get; init; }

    /// <summary>Gets the coefficients of powers, for reading; null where there are none.</summary>
    internal PowerCoefficients? Powers { get; init; }

    internal required Certificate? Certificate { get; init; }

    internal required TrainingFacts Facts { get; init; }

    internal required DateTimeOffset? Created { get; init; }

    internal required string CreatedBy { get; init; }

    /// <summary>Gets the version of the file it was read from.</summary>
    internal int FileVersion { get; init; } = 2;
}
