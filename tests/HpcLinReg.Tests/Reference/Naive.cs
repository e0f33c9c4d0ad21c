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

    /// <summary>The exact least-squares solution, rounded once; the intercept comes last. Null when the design is rank deficient.</summary>
    internal static double[]? ExactFit(double[,] x, double[] y, bool intercept, double ridge = 0)
    {
        var exact = new ExactLeastSquares(x, y, intercept, ridge);
        return exact.Aliased.Length > 0 ? null : [.. exact.Coefficients.Concat(intercept ? [exact.Intercept] : []).Select(b => b.ToDouble())];
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
