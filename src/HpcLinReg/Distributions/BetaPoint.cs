namespace HpcLinReg.Distributions;

/// <summary>
/// Where an incomplete beta function is evaluated: a, b, x and y = 1 − x, with the differences that would cancel if they were computed from
/// x. The mean of the beta distribution is x = a/(a + b); the point is described by its distance from it.
/// </summary>
internal readonly struct BetaPoint
{
    private BetaPoint(double a, double b, double x, double y, double gap, double logX, double logY) =>
        (A, B, X, Y, Gap, LogXOverMean, LogYOverMean) = (a, b, x, y, gap, logX, logY);

    internal double A { get; }

    internal double B { get; }

    internal double X { get; }

    internal double Y { get; }

    /// <summary>a·y − b·x = a − (a + b)x: positive below the mean.</summary>
    internal double Gap { get; }

    /// <summary>
    /// Gets whether the continued fraction converges faster for 1 − I_x(a, b): x is above (a + 1)/(a + b + 2) (Didonato and Morris 1992).
    /// </summary>
    internal bool IsUpper => Gap < X - Y;

    /// <summary>ln(x(a + b)/a).</summary>
    internal double LogXOverMean { get; }

    /// <summary>ln(y(a + b)/b).</summary>
    internal double LogYOverMean { get; }

    /// <summary>Gets the same point seen from the other end: I_y(b, a) is 1 − I_x(a, b).</summary>
    internal BetaPoint Mirrored => new(B, A, Y, X, -Gap, LogYOverMean, LogXOverMean);

    /// <summary>Returns y/x where <see cref="IsUpper"/> changes.</summary>
    internal static double SwitchOdds(double a, double b) => (b + 1) / (a + 1);

    /// <summary>Returns the point with (y/b)/(x/a) = f, which is Fisher's F of 2b and 2a degrees of freedom; nothing cancels.</summary>
    /// <param name="a">Positive; half of the denominator's degrees of freedom.</param>
    /// <param name="b">Positive; half of the numerator's degrees of freedom.</param>
    /// <param name="f">0 to infinity.</param>
    /// <param name="logF">ln f, used where f itself is out of the range of double.</param>
    internal static BetaPoint AtRatio(double a, double b, double f, double logF)
    {
        double n = a + b;
        double weight = b * f;
        if (weight > 1e200 * a || double.IsInfinity(weight))
        {
            return new(a, b, 0, 1, a, Math.Log(n / b) - logF, Math.Log(n / b));
        }

        double sum = a + weight;
        double x = a / sum;
        double meanY = n / sum;
        return new(a, b, x, weight / sum, b * x * (f - 1), Math.Log(meanY), f < 1e-200 ? Math.Log(meanY) + logF : Math.Log(meanY * f));
    }
}
