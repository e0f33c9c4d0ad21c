using HpcLinReg.SelfTest.Bits;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// Every kernel against plain loops, on the very problems the digests are made of. The bounds are those documented at the kernels, and hold
/// with fused multiply-add and without.
/// </summary>
internal sealed class KernelChecks
{
    private const double Intercept = 0.75;
    private const int BlockRows = 2048;
    private const int Lanes = 8;

    private readonly BoundCheck _predict = new("predict");
    private readonly BoundCheck _residuals = new("residuals");
    private readonly BoundCheck _transposeMultiply = new("Xᵀr");
    private readonly BoundCheck _gradient = new("gradient");
    private readonly BoundCheck _moments = new("moments");
    private readonly FitChecks _fits = new();
    private readonly FactorChecks _factors = new();

    /// <summary>Runs all checks.</summary>
    internal static IReadOnlyList<CheckResult> Run(CancellationToken cancellation)
    {
        var checks = new KernelChecks();
        foreach (FixedProblem problem in FixedProblem.All)
        {
            cancellation.ThrowIfCancellationRequested();
            checks.CheckPasses(problem);
            var reference = new PlainMoments(problem);
            checks.CheckMoments(problem, reference);
            checks._fits.Check(problem, reference);
        }

        checks._factors.Check();
        return
        [
            .. new[] { checks._predict, checks._residuals, checks._transposeMultiply, checks._gradient, checks._moments }
                .Select(check => check.Result),
            .. checks._fits.Results,
            .. checks._factors.Results,
        ];
    }

    private void CheckPasses(FixedProblem problem)
    {
        int n = problem.Rows;
        int d = problem.Columns;
        string shape = $"{n} × {d}";
        double[] expected = PlainLoops.Predict(problem.X, problem.Weights, Intercept);
        double[] scale = PlainLoops.PredictScale(problem.X, problem.Weights, Intercept);
        double[] predictions = new double[n];
        double[] residuals = new double[n];
        LinearRegression.Predict(problem.X, problem.Weights, Intercept, predictions.AsSpan());
        LinearRegression.Residuals(problem.X, problem.Y, problem.Weights, Intercept, residuals);

        // The roundings of Kernels/Reduce.cs and one for the intercept; the subtraction of y is another.
        int roundings = d < Lanes ? d + 1 : ((d + 31) / 32) + 7;
        double[] residualErrors = new double[n];
        for (int i = 0; i < n; i++)
        {
            _predict.Compare(expected[i], predictions[i], PlainLoops.Gamma(roundings) * scale[i], $"prediction {i} of {shape}");
            residualErrors[i] = PlainLoops.Gamma(roundings + 1) * (scale[i] + Math.Abs(problem.Y[i]));
            _residuals.Compare(expected[i] - problem.Y[i], residuals[i], residualErrors[i], $"residual {i} of {shape}");
        }

        // Rows in the longest chain and its fold, Kernels/Gradient/TransposeMultiply.cs and Gradient1To7.cs, then one addition a block.
        int inBlock = Math.Min(n, BlockRows);
        double chain = PlainLoops.Gamma((d < Lanes ? ((inBlock + Lanes - 1) / Lanes) + 4 : inBlock) + (n / BlockRows) + 1);
        double[] products = new double[d];
        LinearRegression.TransposeMultiply(problem.X, residuals, products);
        double[] expectedProducts = PlainLoops.TransposeMultiply(problem.X, residuals);
        double[] productScales = PlainLoops.TransposeMultiplyScale(problem.X, residuals);
        for (int j = 0; j < d; j++)
        {
            _transposeMultiply.Compare(expectedProducts[j], products[j], chain * productScales[j], $"sum {j} of {shape}");
        }

        CheckGradient(problem, residuals, residualErrors, chain, expectedProducts, productScales);
    }

    /// <summary>Sums of residuals have the error of a sum and the residuals' own errors.</summary>
    private void CheckGradient(FixedProblem problem, double[] residuals, double[] residualErrors, double chain, double[] products,
        double[] productScales)
    {
        int n = problem.Rows;
        string shape = $"{n} × {problem.Columns}";
        double[] gradient = new double[problem.Columns];
        LossGradient result = LinearRegression.Gradient(problem.X, problem.Y, problem.Weights, Intercept, gradient);
        double[] ones = [.. Enumerable.Repeat(1.0, n)];
        double[] sizes = Array.ConvertAll(residuals, Math.Abs);
        double squares = (double)PlainLoops.Dot(residuals, residuals);

        // Dot products over a block, Kernels/Reduce.cs, or eight chains, Kernels/Gradient/Gradient1To7.cs; a division by n.
        double sum = PlainLoops.Gamma((Math.Min(n, BlockRows) / Lanes) + (n / BlockRows) + 8);
        _gradient.Compare(
            squares / n,
            result.Loss,
            ((sum * squares) + (2 * (double)PlainLoops.Dot(sizes, residualErrors))) / n,
            $"loss of {shape}");
        _gradient.Compare(
            2 * (double)PlainLoops.Dot(residuals, ones) / n,
            result.InterceptGradient,
            2 * ((sum * sizes.Sum()) + residualErrors.Sum()) / n,
            $"derivative by the intercept of {shape}");
        double[] inherited = PlainLoops.TransposeMultiplyScale(problem.X, residualErrors);
        for (int j = 0; j < gradient.Length; j++)
        {
            double bound = 2 * ((chain * productScales[j]) + inherited[j] + (PlainLoops.Roundoff * Math.Abs(products[j]))) / n;
            _gradient.Compare(2 * products[j] / n, gradient[j], bound, $"derivative {j} of {shape}");
        }
    }

    private void CheckMoments(FixedProblem problem, PlainMoments reference)
    {
        int columns = problem.Columns + 1;
        var moments = Pieces.Together(problem).ToMoments();

        // As documented at Moments, Σ|a||b| being at most the product of the lengths; two columns have eight chains over a block instead
        // (Kernels/Gram1To2.cs). Two roundings centre a row.
        int chain = columns <= 2 ? (BlockRows / Lanes) + 4 : 128 + 16;
        double gamma = PlainLoops.Gamma(chain + 2 + Math.Max(0, Math.Log2((double)problem.Rows / BlockRows)));
        double[] lengths = [.. Enumerable.Range(0, columns).Select(j => Math.Sqrt((double)reference.Product(j, j, centred: true)))];
        for (int i = 0; i < columns; i++)
        {
            for (int j = i; j < columns; j++)
            {
                int k = (i * columns) + j;
                double bound = (gamma * lengths[i] * lengths[j]) + Centring(problem.Rows);
                _moments.Compare((double)reference.Product(i, j, centred: true), moments.CrossProducts[k], bound, $"product {i}, {j} of {problem.Rows} × {problem.Columns}");
            }
        }
    }

    /// <summary>
    /// Numbers below 2 are centred with an absolute error of u at most, which is all there is when a row is its own mean.
    /// </summary>
    private static double Centring(int rows) => rows * PlainLoops.Roundoff * PlainLoops.Roundoff * 16;
}
