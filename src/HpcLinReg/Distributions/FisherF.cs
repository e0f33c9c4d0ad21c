using HpcLinReg.Distributions;

namespace HpcLinReg;

/// <summary>Fisher's F distribution with any positive degrees of freedom, whole or not: p values of groups of coefficients.</summary>
/// <remarks>
/// <para>P(F &gt; f) = I_x(d₂/2, d₁/2) with x = d₂/(d₂ + d₁f), the regularized incomplete beta function.</para>
/// <para>
/// Accuracy: relative errors are at most 1e-12 for d₁ from 1 to 1000 and d₂ from 0.5 to 1e8, of p where it is at least 1e-300 and of ln p
/// for every f. Infinite d₂ is χ²/d₁ with d₁ degrees of freedom, for f to 1e120. docs/numerics.md states the method and the measured
/// errors.
/// </para>
/// <para>No allocation; thread-safe. Source: DLMF 8.17; Didonato and Morris 1992; Loader 2000.</para>
/// </remarks>
public static class FisherF
{
    /// <summary>Infinite degrees of freedom are computed as this many: the tails differ by (d₁f)²/10¹⁴⁰ of their logarithm.</summary>
    internal const double Infinite = 1e140;

    /// <summary>Returns P(F &gt; f), the p value of an F statistic.</summary>
    /// <param name="f">The statistic; 0 and less give 1, NaN gives NaN.</param>
    /// <param name="numerator">d₁, the degrees of freedom of the numerator: how many coefficients are tested. Positive.</param>
    /// <param name="denominator">
    /// d₂, the degrees of freedom of the denominator: those of the residuals. Positive; infinity gives χ²/d₁.
    /// </param>
    /// <returns>
    /// 0 to 1; NaN where both degrees of freedom are so large that a million terms are too few. Where it would be below 1e-300,
    /// <see cref="LogUpperTail"/> still has all digits.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Degrees of freedom are 0, negative or NaN.</exception>
    public static double UpperTail(double f, double numerator, double denominator) =>
        IncompleteBeta.Lower(Point(f, numerator, denominator));

    /// <summary>Returns ln P(F &gt; f), which is finite for every finite f.</summary>
    /// <param name="f">The statistic; 0 and less give 0, NaN gives NaN.</param>
    /// <param name="numerator">d₁, the degrees of freedom of the numerator: how many coefficients are tested. Positive.</param>
    /// <param name="denominator">
    /// d₂, the degrees of freedom of the denominator: those of the residuals. Positive; infinity gives χ²/d₁.
    /// </param>
    /// <returns>The natural logarithm; divide by ln 10 for the decimal exponent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Degrees of freedom are 0, negative or NaN.</exception>
    public static double LogUpperTail(double f, double numerator, double denominator) =>
        IncompleteBeta.LogLower(Point(f, numerator, denominator));

    private static BetaPoint Point(double f, double numerator, double denominator)
    {
        Throw.UnlessPositive(numerator);
        Throw.UnlessPositive(denominator);
        double ratio = f < 0 ? 0 : f;
        return BetaPoint.AtRatio(Math.Min(denominator, Infinite) / 2, Math.Min(numerator, Infinite) / 2, ratio, Math.Log(ratio));
    }
}
