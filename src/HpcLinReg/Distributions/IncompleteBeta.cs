namespace HpcLinReg.Distributions;

/// <summary>
/// The regularized incomplete beta function I_x(a, b) = ∫₀ˣ tᵃ⁻¹(1 − t)ᵇ⁻¹dt / B(a, b), its logarithm and its inverse.
/// </summary>
/// <remarks>
/// <para>
/// I_x(a, b) = K/D: K = xᵃyᵇ/B(a, b) in saddle-point form (Loader 2000), in which no large terms cancel, and D a continued fraction
/// (Didonato and Morris 1992, BFRAC). The fraction is evaluated for the tail away from the mean; the other tail is 1 minus it.
/// </para>
/// <para>Errors are those of the exponent of K, at most a few u·|ln K|, and of rounding. No allocation; thread-safe.</para>
/// </remarks>
internal static class IncompleteBeta
{
    /// <summary>
    /// Below this ln(x(1 + a + b)) the first term of the power series is all of it: the second is smaller by a factor of e⁻⁵⁰.
    /// </summary>
    private const double FirstTermAlone = -50;

    /// <summary>Newton's method doubles the digits: a step of this size in ln(y/x) is the last one.</summary>
    private const double LastStep = 1e-10;

    /// <summary>Two units in the last place; NaN ends the fraction, too.</summary>
    private const double LastFactor = 4.5e-16;

    /// <summary>At most 16 steps were needed for a and b from 0.25 to 1e9; without convergence the result is NaN.</summary>
    private const int MaxSteps = 100;

    /// <summary>At most 200 + √min(a, b)/2 terms were needed for a and b from 0.25 to 1e9; without convergence the result is NaN.</summary>
    private const int MaxTerms = 1_000_000;

    /// <summary>Returns I_x(a, b).</summary>
    internal static double Lower(in BetaPoint point) =>
        point.IsUpper ? 1 - FromFraction(point.Mirrored) : FromFraction(point);

    /// <summary>Returns ln I_x(a, b), which is finite where I_x(a, b) itself underflows.</summary>
    internal static double LogLower(in BetaPoint point) =>
        point.IsUpper ? NearZero.LogOnePlus(-FromFraction(point.Mirrored)) : Math.Min(0, LogKernel(point) - Math.Log(Fraction(point)));

    /// <summary>Returns (y/x)^power at the x where I_x(a, b) = lower.</summary>
    /// <param name="a">Positive.</param>
    /// <param name="b">Positive.</param>
    /// <param name="lower">Between 0 and 1.</param>
    /// <param name="upper">1 − lower; the smaller of the two decides the digits.</param>
    /// <param name="power">1, or ½ for the square root, which has twice the range.</param>
    internal static double InverseOdds(double a, double b, double lower, double upper, double power)
    {
        return lower <= Lower(BetaPoint.AtRatio(a, b, BetaPoint.SwitchOdds(a, b) * (a / b), 0))
            ? LowerTailOdds(a, b, Math.Log(lower), power)
            : 1 / LowerTailOdds(b, a, Math.Log(upper), power);
    }

    /// <summary>
    /// Returns I_x(a, b) by the fraction of x itself, accurate up to and a little beyond where <see cref="BetaPoint.IsUpper"/> changes.
    /// </summary>
    internal static double FromFraction(in BetaPoint point) => Math.Min(1, Kernel(point) / Fraction(point));

    /// <summary>
    /// Returns (y/x)^power where ln I_x(a, b) = target and the fraction is that of x, by Newton's method for ln I over w = −a·ln x.
    /// </summary>
    /// <remarks>
    /// dI/dw is proportional to e⁻ʷ(1 − x)ᵇ⁻¹, so ln I is concave in w for b ≥ 1 and convex for b ≤ 1. The first term of the power series,
    /// I ≈ xᵃ/(a·B(a, b)), overestimates I for b ≥ 1 and underestimates it for b ≤ 1. So Newton's method that starts from it approaches the
    /// root from one side and needs no safeguard.
    /// </remarks>
    private static double LowerTailOdds(double a, double b, double target, double power)
    {
        double w = -target - Math.Log(a) - LogBeta(a, b);
        if (Math.Log(1 + a + b) - (w / a) < FirstTermAlone)
        {
            return Math.Exp(power * w / a);
        }

        double least = a * NearZero.LogOnePlus(BetaPoint.SwitchOdds(a, b));
        for (int step = 0; step < MaxSteps; step++)
        {
            w = Math.Max(w, least);
            double odds = NearZero.ExpMinusOne(w / a);
            var point = BetaPoint.AtRatio(a, b, odds * (a / b), 0);
            double fraction = Fraction(point);
            double change = (LogKernel(point) - Math.Log(fraction) - target) / fraction;
            if (Math.Abs(change) < LastStep)
            {
                return Math.Pow(odds + (odds * change), power);
            }

            w += change * a * point.Y;
        }

        return double.NaN;
    }

    /// <summary>Returns ln B(a, b): at the mean, xᵃyᵇ/B(a, b) is its scale times the remainders.</summary>
    private static double LogBeta(double a, double b)
    {
        double logKernelAtMean = Remainders(a, b) + (0.5 * Math.Log(a / (a + b) * b / (2 * Math.PI)));
        return -(a * NearZero.LogOnePlus(b / a)) - (b * NearZero.LogOnePlus(a / b)) - logKernelAtMean;
    }

    /// <summary>Returns ln of xᵃyᵇ/B(a, b).</summary>
    private static double LogKernel(in BetaPoint point) => Exponent(point) + (0.5 * Math.Log(SquaredScale(point)));

    private static double Kernel(in BetaPoint point) => Math.Sqrt(SquaredScale(point)) * Math.Exp(Exponent(point));

    /// <summary>ab/(2π(a + b)).</summary>
    private static double SquaredScale(in BetaPoint point) => point.A / (point.A + point.B) * point.B / (2 * Math.PI);

    /// <summary>
    /// With e = x(a + b)/a − 1 and g = y(a + b)/b − 1, a·e + b·g is 0, so that a·ln(1 + e) + b·ln(1 + g) is −a(e − ln(1 + e)) − b(g − ln(1
    /// + g)): two terms of one sign. The remainders of Stirling's formula are the rest of B(a, b).
    /// </summary>
    private static double Exponent(in BetaPoint point)
    {
        double fromX = point.A * NearZero.ExcessOverLog(-point.Gap / point.A, point.LogXOverMean);
        double fromY = point.B * NearZero.ExcessOverLog(point.Gap / point.B, point.LogYOverMean);
        return Remainders(point.A, point.B) - fromX - fromY;
    }

    private static double Remainders(double a, double b) => StirlingRemainder.Of(a + b) - StirlingRemainder.Of(a) - StirlingRemainder.Of(b);

    /// <summary>
    /// The continued fraction D = b₀ + a₁/(b₁ + a₂/(b₂ + …)), by the modified method of Lentz (Thompson and Barnett 1986).
    /// </summary>
    private static double Fraction(in BetaPoint point)
    {
        (double a, double b, double x) = (point.A, point.B, point.X);
        double value = a * (point.Gap + 1) / (a + 1);
        double c = value;
        double d = 0;
        for (int n = 1; n < MaxTerms; n++)
        {
            double below = a + ((2 * n) - 1);
            double alpha = (a + (n - 1)) / below * n * ((a + b + (n - 1)) / below * x) * ((b - n) * x);
            double beta = n + (n * ((b - n) * x / below)) + ((a + n) / (below + 2) * (point.Gap + 1 + (n * (1 + point.Y))));
            c = beta + (alpha / c);
            d = 1 / (beta + (alpha * d));
            double factor = c * d;
            value *= factor;
            if (!(Math.Abs(factor - 1) > LastFactor))
            {
                return value;
            }
        }

        return double.NaN;
    }
}
