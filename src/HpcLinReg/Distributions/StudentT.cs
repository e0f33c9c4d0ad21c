using HpcLinReg.Distributions;

namespace HpcLinReg;

/// <summary>
/// Student's t distribution with any positive degrees of freedom ν, whole or not: p values of coefficients, and the quantiles that
/// confidence and prediction limits are made of.
/// </summary>
/// <remarks>
/// <para>P(|T| &gt; t) = I_x(ν/2, ½) with x = ν/(ν + t²), the regularized incomplete beta function.</para>
/// <para>
/// Accuracy: relative errors are at most 1e-12 for ν from 0.5 to 1e8, of p where it is at least 1e-300, of ln p for every t, and of
/// quantiles. Infinite ν is the normal distribution, for |t| to 1e60. docs/numerics.md states the method and the measured errors.
/// </para>
/// <para>No allocation; thread-safe. Source: DLMF 8.17; Didonato and Morris 1992; Loader 2000.</para>
/// </remarks>
public static class StudentT
{
    /// <summary>Returns P(|T| &gt; |t|), the two-sided p value of a t statistic.</summary>
    /// <param name="t">The statistic. Its sign does not matter; NaN gives NaN.</param>
    /// <param name="degreesOfFreedom">ν, positive; infinity is the normal distribution.</param>
    /// <returns>0 to 1. Where it would be below 1e-300, <see cref="LogTwoSidedP"/> still has all digits.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degreesOfFreedom"/> is 0, negative or NaN.</exception>
    public static double TwoSidedP(double t, double degreesOfFreedom) => IncompleteBeta.Lower(Point(t, degreesOfFreedom));

    /// <summary>Returns ln P(|T| &gt; |t|), which is finite for every finite t.</summary>
    /// <param name="t">The statistic. Its sign does not matter; NaN gives NaN.</param>
    /// <param name="degreesOfFreedom">ν, positive; infinity is the normal distribution.</param>
    /// <returns>The natural logarithm; divide by ln 10 for the decimal exponent. 0 at t = 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degreesOfFreedom"/> is 0, negative or NaN.</exception>
    public static double LogTwoSidedP(double t, double degreesOfFreedom) => IncompleteBeta.LogLower(Point(t, degreesOfFreedom));

    /// <summary>Returns the t with P(T ≤ t) = probability.</summary>
    /// <param name="probability">0 to 1; 0 gives −∞ and 1 gives ∞.</param>
    /// <param name="degreesOfFreedom">ν, positive; infinity is the normal distribution.</param>
    /// <returns>The quantile; ±∞ where it is beyond the range of double, as for ν = 0.5 and probabilities below 1e-154.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or NaN.</exception>
    public static double Quantile(double probability, double degreesOfFreedom)
    {
        Throw.UnlessProbability(probability);
        return probability < 0.5
            ? -FromCentre(1 - (2 * probability), 2 * probability, degreesOfFreedom)
            : FromCentre((2 * probability) - 1, 2 * (1 - probability), degreesOfFreedom);
    }

    /// <summary>Returns the t with P(|T| ≤ t) = level: limits at this level lie t standard errors on both sides of the estimate.</summary>
    /// <param name="level">0 to 1, such as 0.95; 0 gives 0 and 1 gives ∞.</param>
    /// <param name="degreesOfFreedom">ν, positive; infinity is the normal distribution.</param>
    /// <returns>The quantile, never negative. The level as a double is exact: near 1, <c>1 - level</c> decides the digits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or NaN.</exception>
    public static double TwoSidedQuantile(double level, double degreesOfFreedom)
    {
        Throw.UnlessProbability(level);
        return FromCentre(level, 1 - level, degreesOfFreedom);
    }

    private static double FromCentre(double inside, double outside, double degreesOfFreedom)
    {
        Throw.UnlessPositive(degreesOfFreedom);
        if (inside == 0 || outside == 0)
        {
            return inside == 0 ? 0 : double.PositiveInfinity;
        }

        double nu = Math.Min(degreesOfFreedom, FisherF.Infinite);
        return Math.Sqrt(nu) * IncompleteBeta.InverseOdds(nu / 2, 0.5, outside, inside, 0.5);
    }

    private static BetaPoint Point(double t, double degreesOfFreedom)
    {
        Throw.UnlessPositive(degreesOfFreedom);
        double nu = Math.Min(degreesOfFreedom, FisherF.Infinite);
        return BetaPoint.AtRatio(nu / 2, 0.5, t * t, 2 * Math.Log(Math.Abs(t)));
    }
}
