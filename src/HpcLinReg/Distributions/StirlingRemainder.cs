namespace HpcLinReg.Distributions;

/// <summary>
/// The remainder δ of Stirling's formula: ln Γ(z) = (z − ½)·ln z − z + ½·ln 2π + δ(z). Ratios of gamma functions are computed from their
/// remainders, because the logarithms themselves cancel: at z = 10⁸ they have lost ten digits.
/// </summary>
internal static class StirlingRemainder
{
    /// <summary>From here on seven terms of the asymptotic series are exact to 2e-18.</summary>
    private const double Least = 16;

    /// <summary>Returns δ(z) for positive z; the absolute error is less than 5e-15.</summary>
    /// <remarks>
    /// Below 16, with Z = z + k and Γ(z) = Γ(Z)/(z(z + 1)…(Z − 1)), δ(z) = δ(Z) + (z − ½)·ln(Z/z) − ln(z(z + 1)…(Z − 1)/Zᵏ) − k. Series:
    /// DLMF 5.11.1.
    /// </remarks>
    internal static double Of(double z)
    {
        if (z >= Least)
        {
            return Series(z);
        }

        double steps = Math.Ceiling(Least - z);
        double shifted = z + steps;
        double product = 1;
        for (int step = 0; step < steps; step++)
        {
            product *= (z + step) / shifted;
        }

        return Series(shifted) + ((z - 0.5) * Math.Log(shifted / z)) - Math.Log(product) - steps;
    }

    private static double Series(double z)
    {
        double s = 1 / z / z;
        double sum = 1.0 / 156;
        sum = (sum * s) - (691.0 / 360360);
        sum = (sum * s) + (1.0 / 1188);
        sum = (sum * s) - (1.0 / 1680);
        sum = (sum * s) + (1.0 / 1260);
        sum = (sum * s) - (1.0 / 360);
        sum = (sum * s) + (1.0 / 12);
        return sum / z;
    }
}
