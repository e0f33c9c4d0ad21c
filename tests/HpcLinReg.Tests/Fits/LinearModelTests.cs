using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Fits;

public class LinearModelTests
{
    [Fact]
    public void A_row_alone_has_the_bits_it_has_in_any_batch()
    {
        for (int columns = 1; columns <= 70; columns++)
        {
            using var problem = new Problem(27, columns, seed: columns, extraStride: columns % 4);
            var model = new LinearModel(problem.Weights, problem.Intercept);
            double[] batch = new double[27];
            model.Predict(problem.Design, batch.AsSpan());
            for (int start = 0; start < 27; start++)
            {
                Assert.Equal(batch[start], model.Predict(problem.Design[start]));
                Assert.Equal(batch[start], model.Predict(problem.FloatDesign[start]));
                double[] rest = new double[27 - start];
                model.Predict(problem.Design.SliceRows(start, 27 - start), rest.AsSpan());
                Assert.Equal(batch[start..], rest);
            }
        }
    }

    [Fact]
    public void Many_threads_get_the_same_bits()
    {
        using var problem = new Problem(64, 33, seed: 9);
        var model = new LinearModel(problem.Weights, problem.Intercept);
        double[] rows = problem.X.Cast<double>().ToArray();
        double[] expected = new double[64];
        model.Predict(new MatrixSpan<double>(rows, 33), expected.AsSpan());
        Parallel.For(0, 200, _ =>
        {
            double[] predictions = new double[64];
            model.Predict(new MatrixSpan<double>(rows, 33), predictions.AsSpan());
            Assert.Equal(expected, predictions);
        });
    }

    [Fact]
    public void Predicting_allocates_nothing()
    {
        var model = new LinearModel([1, 2, 3, 4, 5, 6, 7, 8, 9], 1);
        double[] row = [9, 8, 7, 6, 5, 4, 3, 2, 1];
        double sum = model.Predict<double>(row);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += model.Predict<double>(row);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * 166, sum);
    }

    [Fact]
    public void Changing_the_weights_passed_in_does_not_change_the_model()
    {
        double[] weights = [2];
        var model = new LinearModel(weights, 0);
        weights[0] = 5;
        Assert.Equal(2, model.Predict<double>([1]));
    }

    [Fact]
    public void Wrong_rows_and_numbers_are_refused()
    {
        var model = new LinearModel([1, 2], 0);
        Assert.Contains("3 columns but there are 2 weights", Assert.Throws<ArgumentException>(() => model.Predict<double>([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("Weight 1 is NaN", Assert.Throws<ArgumentException>(() => new LinearModel([1, double.NaN], 0)).Message, StringComparison.Ordinal);
        Assert.Contains("intercept is", Assert.Throws<ArgumentException>(() => new LinearModel([1], double.PositiveInfinity)).Message, StringComparison.Ordinal);
    }
}
