using HpcLinReg.Polynomials;
using HpcLinReg.Solver;

namespace HpcLinReg;

/// <summary>The result of a least-squares fit of a polynomial: the model, and the fit's statistics and accuracy.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class PolynomialFit
{
    private readonly DoubleDoubleModel _solution;
    private readonly PowerConversion _conversion;

    internal PolynomialFit(Fit basisFit, DoubleDoubleModel solution, PowerConversion conversion)
    {
        BasisFit = basisFit;
        Model = new PolynomialModel(conversion.Variables.AsSpan(), basisFit.Model.Weights, basisFit.Model.Intercept, basisFit.HasIntercept);
        _solution = solution;
        _conversion = conversion;
    }

    /// <summary>Gets the model, which predicts from the variables themselves.</summary>
    public PolynomialModel Model { get; }

    /// <summary>
    /// Gets the fit on the model's terms: sums of squares, rank, ridge, standard errors and certificate of its weights, and factor and
    /// means of the terms that <see cref="PolynomialModel.Expand{T}"/> computes, from which leverages and intervals follow.
    /// </summary>
    /// <remarks>
    /// Its <see cref="Fit.Model"/> takes terms, not variables and not powers of them. Aliased terms are those that the terms before them
    /// determine; with <see cref="RankDeficiency.MinimumNorm"/> the weights have the smallest norm on these terms.
    /// </remarks>
    public Fit BasisFit { get; }

    /// <summary>
    /// Computes the coefficients of the powers x, x², …, xᵏ of the variables, for reading; to predict, use <see cref="Model"/>, which does
    /// not lose digits.
    /// </summary>
    /// <returns>The coefficients with their error bounds and standard errors.</returns>
    /// <exception cref="OverflowException">A power or a coefficient leaves the range of double; the model is not affected.</exception>
    /// <remarks>Computed anew by each call in double-double: about 100K²k + 10K³ operations for K terms and the degree k.</remarks>
    public PowerCoefficients ToPowers() => RawPowers.Of(BasisFit, _solution, _conversion);
}
