using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Each primitive against the naive reference, over all tail shapes, strides and storage types, between guard pages.</summary>
public class PrimitiveTests
{
    [Fact]
    public void Every_shape_agrees_with_the_reference_within_its_bound()
    {
        foreach ((int rows, int columns) in Problem.Shapes())
        {
            Check(rows, columns, seed: (rows * 41) + columns, extraStride: (rows + columns) % 3);
        }
    }

    [Law(MaxTest = 300)]
    public void Random_shapes_agree_with_the_reference_within_their_bound(byte rows, byte columns, byte extraStride, Seed seed) =>
        Check(rows % 101, 1 + (columns % 40), seed, extraStride % 5);

    [Theory]
    [InlineData(2047, 3)]
    [InlineData(2048, 9)]
    [InlineData(2049, 17)]
    [InlineData(4500, 7)]
    [InlineData(2100, 600)]
    public void Rows_beyond_a_block_agree_with_the_reference_within_their_bound(int rows, int columns) =>
        Check(rows, columns, seed: 11, extraStride: 1);

    [Fact]
    public void A_matrix_without_columns_is_its_intercept()
    {
        var x = new MatrixSpan<double>([], 3, 0, 0);
        double[] predictions = new double[3];
        LinearRegression.Predict(x, [], 2.5, predictions.AsSpan());
        Assert.Equal([2.5, 2.5, 2.5], predictions);
        LossGradient gradient = LinearRegression.Gradient(x, [2.5, 2.5, 5.5], [], 2.5, []);
        Assert.Equal(new LossGradient(3, -2), gradient);
    }

    private static void Check(int rows, int columns, int seed, int extraStride)
    {
        using var problem = new Problem(rows, columns, seed, extraStride);
        using var predictions = new GuardedBuffer<double>(rows);
        using var residuals = new GuardedBuffer<double>(rows);
        using var products = new GuardedBuffer<double>(columns);
        string shape = $"{rows} × {columns}, stride {problem.Stride}, seed {seed}";

        LinearRegression.Predict(problem.Design, problem.Weights, problem.Intercept, predictions.Span);
        double[] expected = Naive.Predict(problem.X, problem.Weights, problem.Intercept);
        double[] scale = Naive.PredictScale(problem.X, problem.Weights, problem.Intercept);
        for (int i = 0; i < rows; i++)
        {
            // At most one rounding for each of d products and additions, and one for the intercept, in any order.
            AssertWithin(expected[i], predictions.Span[i], Naive.Gamma(columns + 1) * scale[i], $"prediction {i} of {shape}");
        }

        LinearRegression.Residuals(problem.Design, problem.Y, problem.Weights, problem.Intercept, residuals.Span);
        for (int i = 0; i < rows; i++)
        {
            AssertWithin(
                expected[i] - problem.Targets[i],
                residuals.Span[i],
                Naive.Gamma(columns + 2) * (scale[i] + Math.Abs(problem.Targets[i])),
                $"residual {i} of {shape}");
        }

        LinearRegression.TransposeMultiply(problem.Design, residuals.Span, products.Span);
        double[] r = residuals.Span.ToArray();
        double[] transposed = Naive.TransposeMultiply(problem.X, r);
        double[] transposedScale = Naive.TransposeMultiplyScale(problem.X, r);
        for (int j = 0; j < columns; j++)
        {
            AssertWithin(transposed[j], products.Span[j], Naive.Gamma(rows + 1) * transposedScale[j], $"product {j} of {shape}");
        }

        CheckFloat(problem, predictions.Span, residuals.Span, products.Span);
        if (rows > 0)
        {
            CheckGradient(problem, r, products.Span, shape);
        }
    }

    /// <summary>The same numbers stored as float must give the same bits.</summary>
    private static void CheckFloat(Problem problem, Span<double> predictions, Span<double> residuals, Span<double> products)
    {
        using var again = new GuardedBuffer<double>(problem.Rows);
        using var rounded = new GuardedBuffer<float>(problem.Rows);
        using var productsAgain = new GuardedBuffer<double>(problem.Columns);
        LinearRegression.Predict(problem.FloatDesign, problem.Weights, problem.Intercept, again.Span);
        Assert.Equal(predictions, again.Span);
        LinearRegression.Predict(problem.FloatDesign, problem.Weights, problem.Intercept, rounded.Span);
        for (int i = 0; i < problem.Rows; i++)
        {
            Assert.Equal((float)predictions[i], rounded.Span[i]);
        }

        LinearRegression.Residuals(problem.FloatDesign, problem.FloatY, problem.Weights, problem.Intercept, again.Span);
        Assert.Equal(residuals, again.Span);
        LinearRegression.TransposeMultiply(problem.FloatDesign, again.Span, productsAgain.Span);
        Assert.Equal(products, productsAgain.Span);
    }

    private static void CheckGradient(Problem problem, double[] r, Span<double> products, string shape)
    {
        using var gradient = new GuardedBuffer<double>(problem.Columns);
        LossGradient result = LinearRegression.Gradient(problem.Design, problem.Y, problem.Weights, problem.Intercept, gradient.Span);
        double squares = r.Sum(value => value * value);
        int n = problem.Rows;

        // The reference's sum has n roundings of its own.
        AssertWithin(squares / n, result.Loss, Naive.Gamma((2 * n) + 2) * squares / n, $"loss of {shape}");
        AssertWithin(2 * r.Sum() / n, result.InterceptGradient, Naive.Gamma((2 * n) + 2) * 2 * r.Sum(Math.Abs) / n, $"intercept gradient of {shape}");
        for (int j = 0; j < problem.Columns; j++)
        {
            Assert.Equal(2 * products[j] / n, gradient.Span[j]);
        }

        Assert.Equal(result.Loss, LinearRegression.MeanSquaredError(problem.Design, problem.Y, problem.Weights, problem.Intercept));
        Assert.Equal(result, LinearRegression.Gradient(problem.FloatDesign, problem.FloatY, problem.Weights, problem.Intercept, gradient.Span));
    }

    private static void AssertWithin(double expected, double actual, double bound, string what) =>
        Assert.True(Math.Abs(expected - actual) <= bound, $"{what}: expected {expected:R}, got {actual:R}, {Math.Abs(expected - actual):E2} apart; the bound is {bound:E2}.");
}
