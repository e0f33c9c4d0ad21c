using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

public class WeightedGradientTests
{
    [Fact]
    public void Every_shape_agrees_with_the_reference_within_its_bound()
    {
        foreach ((int rows, int columns) in Problem.Shapes().Where(shape => shape.Rows > 0))
        {
            Check(rows, columns, seed: (rows * 43) + columns);
        }
    }

    [Theory]
    [InlineData(127, 3)]
    [InlineData(129, 9)]
    [InlineData(2048, 17)]
    public void Rows_around_a_panel_agree_with_the_reference_within_their_bound(int rows, int columns) => Check(rows, columns, seed: 12);

    [Fact]
    public void Weights_of_zero_leave_only_the_other_rows()
    {
        using var problem = new Problem(50, 9, seed: 3);
        double[] v = [.. Enumerable.Range(0, 50).Select(i => i < 20 ? 1.0 : 0)];
        double[] all = new double[9];
        double[] some = new double[9];
        (double, double) sums = WeightedGradient.BlockSums(problem.Design, problem.Y, v, problem.Weights, 1, all);
        Assert.Equal(WeightedGradient.BlockSums(problem.Design.SliceRows(0, 20), problem.Y[..20], v.AsSpan(0, 20), problem.Weights, 1, some), sums);
        Assert.Equal(some, all);
    }

    private static void Check(int rows, int columns, int seed)
    {
        using var problem = new Problem(rows, columns, seed, extraStride: columns % 3);
        using var rowWeights = new GuardedBuffer<double>(rows);
        var random = new Random(seed);
        foreach (ref double weight in rowWeights.Span)
        {
            weight = random.Next(4) == 0 ? 0 : random.NextDouble() * 3;
        }

        double[] v = rowWeights.Span.ToArray();
        double[] sums = new double[columns];
        double[] floatSums = new double[columns];
        (double squares, double sum) = WeightedGradient.BlockSums(problem.Design, problem.Y, rowWeights.Span, problem.Weights, problem.Intercept, sums);
        Assert.Equal((squares, sum), WeightedGradient.BlockSums(problem.FloatDesign, problem.FloatY, rowWeights.Span, problem.Weights, problem.Intercept, floatSums));
        Assert.Equal(sums, floatSums);

        // A residual errs by γ(d + 2) of its scale s = Σ|xw| + |b| + |y|; products and sums add n + 3 roundings, of r² twice the residual's.
        double[] r = [.. Naive.Predict(problem.X, problem.Weights, problem.Intercept).Select((value, i) => value - problem.Targets[i])];
        double[] scale = [.. Naive.PredictScale(problem.X, problem.Weights, problem.Intercept).Select((value, i) => value + Math.Abs(problem.Targets[i]))];
        double bound = Naive.Gamma((2 * columns) + rows + 8);
        string shape = $"{rows} × {columns}, seed {seed}";
        AssertWithin(Naive.Sum(r.Select((value, i) => (v[i] * value, value))), squares, bound * scale.Select((s, i) => v[i] * s * s).Sum(), $"Σvr² of {shape}");
        AssertWithin(Naive.Sum(r.Select((value, i) => (v[i], value))), sum, bound * scale.Select((s, i) => v[i] * s).Sum(), $"Σvr of {shape}");
        for (int j = 0; j < columns; j++)
        {
            double expected = Naive.Sum(r.Select((value, i) => (v[i] * value, problem.X[i, j])));
            AssertWithin(expected, sums[j], bound * scale.Select((s, i) => v[i] * s * Math.Abs(problem.X[i, j])).Sum(), $"Xᵀvr {j} of {shape}");
        }
    }

    private static void AssertWithin(double expected, double actual, double bound, string what) =>
        Assert.True(Math.Abs(expected - actual) <= bound, $"{what}: {actual:R} instead of {expected:R}, bound {bound:R}");
}
