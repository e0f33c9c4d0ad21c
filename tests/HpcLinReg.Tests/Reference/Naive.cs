using HpcLinReg.SelfTest.Checks;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// The chapter's formulas in plain loops, on matrices as tests write them: those of <c>hpclinreg selftest</c>, whose sums are carried in twice
/// the precision, so that the reference's own error does not count against the engine's bound.
/// </summary>
internal static class Naive
{
    /// <summary>Unit roundoff of double.</summary>
    internal const double Roundoff = PlainLoops.Roundoff;

    /// <summary>γ(k) = ku/(1 − ku), Higham 2002, §3.1.</summary>
    internal static double Gamma(double k) => PlainLoops.Gamma(k);

    internal static double[] Predict(double[,] x, double[] w, double b) => PlainLoops.Predict(new MatrixSpan<double>(x), w, b);

    /// <summary>Σ|xⱼwⱼ| + |b| for each row: the scale of a prediction's error.</summary>
    internal static double[] PredictScale(double[,] x, double[] w, double b) => PlainLoops.PredictScale(new MatrixSpan<double>(x), w, b);

    internal static double[] TransposeMultiply(double[,] x, double[] r) => PlainLoops.TransposeMultiply(new MatrixSpan<double>(x), r);

    internal static double[] TransposeMultiplyScale(double[,] x, double[] r) => PlainLoops.TransposeMultiplyScale(new MatrixSpan<double>(x), r);

    /// <summary>The exact least-squares solution, rounded once; the intercept comes last. Null when the design is rank deficient.</summary>
    internal static double[]? ExactFit(double[,] x, double[] y, bool intercept, double ridge = 0)
    {
        var exact = new ExactLeastSquares(x, y, intercept, ridge);
        return exact.Aliased.Length > 0 ? null : [.. exact.Coefficients.Concat(intercept ? [exact.Intercept] : []).Select(b => b.ToDouble())];
    }

    /// <summary>Σxy in twice the precision.</summary>
    internal static double Sum(IEnumerable<(double X, double Y)> terms) => (double)PlainLoops.Dot([.. terms.Select(term => term.X)], [.. terms.Select(term => term.Y)]);
}
