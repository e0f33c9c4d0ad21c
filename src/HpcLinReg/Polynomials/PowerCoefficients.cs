using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// The coefficients of a fitted polynomial as powers of the variables themselves: b + w₁x + w₂x² + … + wₖxᵏ, the powers of the first
/// variable, then those of the second, and so on. They are for reading: evaluated in double they cancel, so <see cref="PolynomialModel"/>
/// predicts and these do not.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class PowerCoefficients
{
    internal PowerCoefficients()
    {
    }

    /// <summary>Gets the coefficients of the powers; 0 for an aliased power, unless the minimum norm was asked for.</summary>
    public ImmutableArray<double> Weights { get; internal init; }

    /// <summary>Gets b; 0 without an intercept.</summary>
    public double Intercept { get; internal init; }

    /// <summary>
    /// Gets an absolute error bound for each coefficient, as <see cref="Certificate.WeightErrorBounds"/>; NaN for an aliased power.
    /// </summary>
    public ImmutableArray<double> WeightErrorBounds { get; internal init; }

    /// <summary>Gets an absolute error bound for b; 0 without an intercept.</summary>
    public double InterceptErrorBound { get; internal init; }

    /// <summary>Gets how many decimal digits the worst coefficient has at least, counted as <see cref="Certificate.Digits"/>.</summary>
    public double Digits { get; internal init; }

    /// <summary>
    /// Gets the standard error of each coefficient; NaN for an aliased power and where <see cref="Fit.ResidualStandardError"/> is.
    /// </summary>
    public ImmutableArray<double> StandardErrors { get; internal init; }

    /// <summary>Gets the standard error of b; NaN without an intercept and where <see cref="Fit.ResidualStandardError"/> is.</summary>
    public double InterceptStandardError { get; internal init; }

    /// <summary>
    /// Gets the powers that the ones before them determine on the rows fitted, in ascending order, with the combination they equal.
    /// </summary>
    public ImmutableArray<AliasedColumn> Aliased { get; internal init; }
}
