using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// The coefficients of a fitted polynomial as powers of the variables themselves: b + w₁x + w₂x² + … + wₖxᵏ, the powers of the first variable, then those
/// of the second, and so on. They are for reading: evaluated in double they cancel, so <see cref="PolynomialModel"/> predicts and these do not.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class PowerCoefficients
{
    internal PowerCoefficients()
    {
    }

    /// <summary>Gets the coefficients of the powers; 0 for an aliased power, unless the minimum norm was asked for.</summary>
    public required ImmutableArray<double> Weights { get; init; }

    /// <summary>Gets b; 0 without an intercept.</summary>
    public required double Intercept { get; init; }

    /// <summary>Gets an absolute error bound for each coefficient, as <see cref="Certificate.WeightErrorBounds"/>; NaN for an aliased power.</summary>
    public required ImmutableArray<double> WeightErrorBounds { get; init; }

    /// <summary>Gets an absolute error bound for b; 0 without an intercept.</summary>
    public required double InterceptErrorBound { get; init; }

    /// <summary>Gets how many decimal digits the worst coefficient has at least, counted as <see cref="Certificate.Digits"/>.</summary>
    public required double Digits { get; init; }

    /// <summary>Gets the standard error of each coefficient; NaN for an aliased power and where <see cref="Fit.ResidualStandardError"/> is.</summary>
    public required ImmutableArray<double> StandardErrors { get; init; }

    /// <summary>Gets the standard error of b; NaN without an intercept and where <see cref="Fit.ResidualStandardError"/> is.</summary>
    public required double InterceptStandardError { get; init; }

    /// <summary>Gets the powers that the ones before them determine on the rows fitted, in ascending order, with the combination they equal.</summary>
    public required ImmutableArray<AliasedColumn> Aliased { get; init; }
}
