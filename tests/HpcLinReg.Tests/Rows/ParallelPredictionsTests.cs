using HpcLinReg.Tests.Reference;
using HpcLinReg.Threads;

namespace HpcLinReg.Tests.Rows;

/// <summary>Predictions of a matrix have the same bits on any number of threads.</summary>
public class ParallelPredictionsTests
{
    [Theory]
    [InlineData(400_003, 2)]
    [InlineData(300_000, 7)]
    [InlineData(100_001, 9)]
    [InlineData(50_000, 33)]
    public void Any_number_of_threads_gives_the_same_bits(int rows, int columns)
    {
        using var problem = new Problem(rows, columns, seed: rows, extraStride: 1);
        var model = new LinearModel(problem.Weights, 0.25);
        double[] expected = new double[rows];
        float[] narrow = new float[rows];
        LinearRegression.Predict(problem.Design, problem.Weights, 0.25, expected);
        LinearRegression.Predict(problem.FloatDesign, problem.Weights, 0.25, narrow);
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            Assert.InRange(RowThreads.Useful((double)rows * (columns + 1), rows, threads), Math.Min(threads, 2), threads);
            double[] actual = new double[rows];
            LinearRegression.Predict(problem.Design, problem.Weights, 0.25, actual, threads);
            Assert.Equal(expected, actual);
            Array.Clear(actual);
            model.Predict(problem.Design, actual, threads);
            Assert.Equal(expected, actual);
            float[] actualNarrow = new float[rows];
            LinearRegression.Predict(problem.FloatDesign, problem.Weights, 0.25, actualNarrow, threads);
            Assert.Equal(narrow, actualNarrow);
        }
    }

    [Fact]
    public void A_model_of_terms_predicts_a_matrix_on_several_threads()
    {
        const int Rows = 60_000;
        double[] cells = [.. Enumerable.Range(0, 2 * Rows).Select(k => k % 1001 == 0 ? double.NaN : 1 + (k % 97) + Math.Sin(k))];
        double[] target = [.. Enumerable.Range(0, Rows).Select(i => Math.Sin(0.1 * i))];
        var table = new ColumnTable
        {
            ["a"] = cells[..Rows].Select(cell => double.IsNaN(cell) ? 3 : cell).ToArray(),
            ["b"] = cells[Rows..].Select(cell => double.IsNaN(cell) ? 4 : cell).ToArray(),
            ["y"] = target,
        };
        var model = RegressionModel.Fit(table, "y", [Feature.Expression("ln(a)"), Feature.Expression("a * b"), Feature.Polynomial("b", 3)]);
        var rows = new MatrixSpan<double>(cells, 2);
        double[] expected = new double[Rows];
        int without = model.Predict(rows, expected);
        Assert.InRange(without, 1, Rows / 2);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            double[] actual = new double[Rows];
            Assert.Equal(without, model.Predict(rows, actual, threads));
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void No_threads_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearRegression.Predict(new MatrixSpan<double>([1, 2], 1), [1.0], 0, new double[2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearModel([1.0], 0).Predict(new MatrixSpan<double>([1, 2], 1), new double[2], -1));
    }
}
