namespace HpcLinReg.Distributions;

/// <summary>Functions of small arguments whose textbook formulas cancel.</summary>
internal static class NearZero
{
    /// <summary>Returns ln(1 + x) to a few roundings for every x above −1.</summary>
    /// <remarks>1 + x is rounded to u; ln u is corrected by the part that the rounding lost (Kahan; Goldberg 1991, theorem 4).</remarks>
    internal static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return double.IsInfinity(u) || u == 0 ? Math.Log(u) : Math.Log(u) + ((x - (u - 1)) / u);
    }

    /// <summary>Returns eˣ − 1 to a few roundings.</summary>
    /// <remarks>With u = eˣ rounded, (u − 1)·x/ln u: the errors of u in both factors cancel (Kahan; Higham 2002, section 1.14.1).</remarks>
    internal static double ExpMinusOne(double x)
    {
        double u = Math.Exp(x);
        return u == 1 ? x
            : Math.Abs(x) > 1 ? u - 1
            : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>Returns e − ln(1 + e), which is never negative, to a few roundings of itself.</summary>
    /// <param name="e">More than −1, or −1 to rounding.</param>
    /// <param name="logOnePlus">
    /// ln(1 + e), used where e is far from 0. It is an argument because the caller has 1 + e without cancellation.
    /// </param>
    /// <remarks>
    /// With v = e/(2 + e), e − ln(1 + e) = e·v − 2v³(1/3 + v²/5 + v⁴/7 + …) (Loader 2000). |v| is below 1/4, so 13 terms are enough for a
    /// double.
    /// </remarks>
    internal static double ExcessOverLog(double e, double logOnePlus)
    {
        if (e is < -0.4 or > 0.65)
        {
            return e - logOnePlus;
        }

        double v = e / (2 + e);
        double square = v * v;
        double sum = 0;
        for (int term = 12; term >= 0; term--)
        {
            sum = (sum * square) + (1.0 / ((2 * term) + 3));
        }

        return v * (e - (2 * square * sum));
    }
}
