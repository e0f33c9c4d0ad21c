using System.Numerics;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// The chapter's formulas in plain loops. Sums are carried in twice the precision (two-sum and two-product), so that the reference's own
/// error does not count against the engine's bound.
/// </summary>
internal static class Naive
{
    /// <summary>Unit roundoff of double.</summary>
    internal const double Roundoff = 1.0 / (1L << 53);

    /// <summary>γ(k) = ku/(1 − ku), Higham 2002, §3.1.</summary>
    internal static double Gamma(double k) => k * Roundoff / (1 - (k * Roundoff));

    internal static double[] Predict(double[,] x, double[] w, double b) =>
        [.. Rows(x).Select(i => Sum(Columns(x).Select(j => (x[i, j], w[j])).Append((b, 1))))];

    /// <summary>Σ|xⱼwⱼ| + |b| for each row: the scale of a prediction's error.</summary>
    internal static double[] PredictScale(double[,] x, double[] w, double b) =>
        [.. Rows(x).Select(i => Columns(x).Sum(j => Math.Abs(x[i, j] * w[j])) + Math.Abs(b))];

    internal static double[] TransposeMultiply(double[,] x, double[] r) =>
        [.. Columns(x).Select(j => Sum(Rows(x).Select(i => (x[i, j], r[i]))))];

    internal static double[] TransposeMultiplyScale(double[,] x, double[] r) =>
        [.. Columns(x).Select(j => Rows(x).Sum(i => Math.Abs(x[i, j] * r[i])))];

    /// <summary>
    /// The least-squares solution by Gaussian elimination with complete rationals: the cells are taken as the doubles they
    /// are, so the answer is exact until the last conversion. Returns null when the design is rank deficient.
    /// </summary>
    internal static double[]? ExactFit(double[,] x, double[] y, bool intercept, double ridge = 0)
    {
        int n = x.GetLength(0);
        int d = x.GetLength(1);
        int p = d + (intercept ? 1 : 0);
        Rational Cell(int i, int j) => j == d ? Rational.One : Rational.From(x[i, j]);
        var a = new Rational[p, p + 1];
        for (int r = 0; r < p; r++)
        {
            for (int c = 0; c < p; c++)
            {
                a[r, c] = Enumerable.Range(0, n).Aggregate(Rational.Zero, (sum, i) => sum + (Cell(i, r) * Cell(i, c)));
            }

            a[r, p] = Enumerable.Range(0, n).Aggregate(Rational.Zero, (sum, i) => sum + (Cell(i, r) * Rational.From(y[i])));
            if (r < d)
            {
                a[r, r] += Rational.From(ridge);
            }
        }

        for (int k = 0; k < p; k++)
        {
            int pivot = Enumerable.Range(k, p - k).FirstOrDefault(r => !a[r, k].IsZero, -1);
            if (pivot < 0)
            {
                return null;
            }

            for (int c = k; c <= p; c++)
            {
                (a[k, c], a[pivot, c]) = (a[pivot, c], a[k, c]);
            }

            for (int r = 0; r < p; r++)
            {
                if (r != k && !a[r, k].IsZero)
                {
                    Rational factor = a[r, k] / a[k, k];
                    for (int c = k; c <= p; c++)
                    {
                        a[r, c] -= factor * a[k, c];
                    }
                }
            }
        }

        return [.. Enumerable.Range(0, p).Select(k => (a[k, p] / a[k, k]).ToDouble())];
    }

    private static double Sum(IEnumerable<(double X, double Y)> terms)
    {
        double sum = 0;
        double error = 0;
        foreach ((double x, double y) in terms)
        {
            double product = x * y;
            double next = sum + product;
            double part = next - sum;
            error += (sum - (next - part)) + (product - part) + Math.FusedMultiplyAdd(x, y, -product);
            sum = next;
        }

        return sum + error;
    }

    private static IEnumerable<int> Rows(double[,] x) => Enumerable.Range(0, x.GetLength(0));

    private static IEnumerable<int> Columns(double[,] x) => Enumerable.Range(0, x.GetLength(1));
}

/// <summary>A fraction of whole numbers without limit.</summary>
internal readonly record struct Rational(BigInteger Numerator, BigInteger Denominator)
{
    internal static Rational Zero => new(0, 1);

    internal static Rational One => new(1, 1);

    internal bool IsZero => Numerator.IsZero;

    public static Rational operator +(Rational a, Rational b) => Reduced((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => Reduced((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator *(Rational a, Rational b) => Reduced(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => Reduced(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>The exact value of a double.</summary>
    internal static Rational From(double value)
    {
        if (value == 0)
        {
            return Zero;
        }

        int exponent = Math.ILogB(value) - 52;
        var mantissa = new BigInteger(Math.ScaleB(value, -exponent));
        return exponent >= 0 ? new Rational(mantissa << exponent, 1) : Reduced(mantissa, BigInteger.One << -exponent);
    }

    /// <summary>The nearest double to within an ulp.</summary>
    internal double ToDouble()
    {
        if (IsZero)
        {
            return 0;
        }

        int shift = 80 - (int)(Numerator.GetBitLength() - Denominator.GetBitLength());
        BigInteger quotient = shift >= 0 ? (Numerator << shift) / Denominator : Numerator / (Denominator << -shift);
        return Math.ScaleB((double)quotient, -shift);
    }

    private static Rational Reduced(BigInteger numerator, BigInteger denominator)
    {
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * (denominator.Sign < 0 ? -1 : 1);
        return new Rational(numerator / divisor, denominator / divisor);
    }
}
