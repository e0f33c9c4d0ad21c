using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Polynomials;

/// <summary>A polynomial model by itself: bits, allocation, refusals. How near its predictions are to exact ones, Laws/PolynomialLaws has.</summary>
public class PolynomialModelTests
{
    private static readonly PolynomialVariable[] Variables = [new(3, 1960, 1.0 / 60), new(1, 12, 1), new(5, -0.25, 3)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_row_alone_has_the_bits_it_has_in_any_batch(bool intercept)
    {
        PolynomialModel model = Made(intercept, seed: 1);
        foreach (int rows in (int[])[1, 7, 8, 9, 16, 23, 64])
        {
            using var problem = new Problem(rows, 3, seed: rows, extraStride: rows % 3);
            double[] batch = new double[rows];
            model.Predict(problem.Design, batch.AsSpan());
            double[] ofFloats = new double[rows];
            model.Predict(problem.FloatDesign, ofFloats.AsSpan());
            float[] narrow = new float[rows];
            model.Predict(problem.Design, narrow.AsSpan());
            for (int i = 0; i < rows; i++)
            {
                Assert.Equal(batch[i], model.Predict(problem.Design[i]));
                Assert.Equal((batch[i], (float)batch[i]), (ofFloats[i], narrow[i]));
                double[] rest = new double[rows - i];
                model.Predict(problem.Design.SliceRows(i, rows - i), rest.AsSpan());
                Assert.Equal(batch[i..], rest);
            }
        }
    }

    [Fact]
    public void One_column_predicts_from_a_plain_span()
    {
        var model = new PolynomialModel([new PolynomialVariable(2, 10, 0.5)], [3, 4], 1);
        double[] x = [.. Enumerable.Range(0, 20)];
        double[] predictions = new double[20];
        model.Predict(new MatrixSpan<double>(x, 1), predictions.AsSpan());
        Assert.Equal(x.Select(value => 1 + (3 * (value - 10) / 2) + (value - 10) * (value - 10)), predictions);
        Assert.Equal([1.5, 2.25], Terms(model, [13]));
    }

    [Fact]
    public void Without_an_intercept_every_term_is_zero_at_zero()
    {
        // o = 0.5 / (1 + 10·0.5), t = (x − 10)/2.
        var model = new PolynomialModel([new PolynomialVariable(2, 10, 0.5)], [6, 12], 0, hasIntercept: false);
        Assert.Equal((0, 6 + 12), (model.Predict<double>([0]), model.Predict<double>([12])));
        Assert.Equal([1, 1], Terms(model, [12]));
        Assert.Equal([0, 0], Terms(model, [0]));
    }

    [Fact]
    public void Terms_times_weights_are_the_prediction()
    {
        PolynomialModel model = Made(intercept: true, seed: 3);
        double[] row = [1999.5, -3, 0.125];
        double[] terms = Terms(model, row);
        double sum = model.Intercept, size = Math.Abs(sum);
        for (int j = 0; j < terms.Length; j++)
        {
            sum += terms[j] * model.Weights[j];
            size += Math.Abs(terms[j] * model.Weights[j]);
        }

        // Both are within 4(K + 1) roundings of the same exact value.
        Assert.Equal(model.Predict<double>(row), sum, 8 * (terms.Length + 1) * Naive.Roundoff * size);
    }

    [Fact]
    public void Many_threads_get_the_same_bits()
    {
        PolynomialModel model = Made(intercept: true, seed: 9);
        using var problem = new Problem(64, 3, seed: 9);
        double[] rows = problem.X.Cast<double>().ToArray();
        double[] expected = new double[64];
        model.Predict(new MatrixSpan<double>(rows, 3), expected.AsSpan());
        Parallel.For(0, 200, _ =>
        {
            double[] predictions = new double[64];
            model.Predict(new MatrixSpan<double>(rows, 3), predictions.AsSpan());
            Assert.Equal(expected, predictions);
        });
    }

    [Fact]
    public void Predicting_allocates_nothing()
    {
        PolynomialModel model = Made(intercept: true, seed: 4);
        double[] row = [1950, 11, 0], rows = [.. Enumerable.Repeat(row, 20).SelectMany(one => one)], predictions = new double[20], terms = new double[9];
        void Use()
        {
            predictions[0] = model.Predict<double>(row);
            model.Predict(new MatrixSpan<double>(rows, 3), predictions.AsSpan());
            model.Expand<double>(row, terms);
        }

        Use();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Changing_the_numbers_passed_in_does_not_change_the_model()
    {
        PolynomialVariable[] variables = [new(1, 0, 1)];
        double[] weights = [2];
        var model = new PolynomialModel(variables, weights, 0);
        (variables[0], weights[0]) = (new(1, 7, 1), 5);
        Assert.Equal(2, model.Predict<double>([1]));
    }

    [Fact]
    public void What_a_model_shows_makes_it_again()
    {
        PolynomialModel model = Made(intercept: false, seed: 5);
        var again = new PolynomialModel(model.Variables.AsSpan(), model.Weights, model.Intercept, model.HasIntercept);
        Assert.Equal(model.Predict<double>([3, 4, 5]), again.Predict<double>([3, 4, 5]));
    }

    [Fact]
    public void Wrong_rows_and_numbers_are_refused()
    {
        PolynomialModel model = Made(intercept: true, seed: 6);
        Assert.Contains("9 columns but the model has 3 variables; a row holds the variables, not their powers", Refused(() => model.Predict<double>(new double[9])), StringComparison.Ordinal);
        Assert.Contains("2 columns but the model has 3 variables", Refused(() => model.Predict(new MatrixSpan<double>(new double[4], 2), new double[2].AsSpan())), StringComparison.Ordinal);
        Assert.Contains("2 rows but destination has 3", Refused(() => model.Predict(new MatrixSpan<double>(new double[6], 3), new double[3].AsSpan())), StringComparison.Ordinal);
        Assert.Contains("room for 8 values but the model has 9 terms", Refused(() => model.Expand<double>([1, 2, 3], new double[8])), StringComparison.Ordinal);
        Assert.Contains("not Half", Refused(() => model.Predict<Half>(new Half[3])), StringComparison.Ordinal);
        double[] shared = new double[6];
        Assert.Contains("overlaps", Refused(() => model.Predict(new MatrixSpan<double>(shared, 3), shared.AsSpan(0, 2))), StringComparison.Ordinal);
        Assert.Contains("1 weights for 2 terms", Refused(() => new PolynomialModel([new(2, 0, 1)], [1], 0)), StringComparison.Ordinal);
        Assert.Contains("Weight 1 is NaN", Refused(() => new PolynomialModel([new(2, 0, 1)], [1, double.NaN], 0)), StringComparison.Ordinal);
        Assert.Contains("intercept is", Refused(() => new PolynomialModel([new(1, 0, 1)], [1], double.NaN)), StringComparison.Ordinal);
        Assert.Contains("model without one", Refused(() => new PolynomialModel([new(1, 0, 1)], [1], 3, hasIntercept: false)), StringComparison.Ordinal);
        Assert.Contains("1 to 40", Refused(() => new PolynomialModel([new(0, 0, 1)], [], 3)), StringComparison.Ordinal);
        Assert.Contains("Variable 1 has the shift", Refused(() => new PolynomialModel([new(1, 0, 1), new(1, double.NaN, 1)], [1, 1], 3)), StringComparison.Ordinal);
        Assert.Contains("the scale 0", Refused(() => new PolynomialModel([new(1, 0, 0)], [1], 3)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialModel([default], [], 0));
    }

    private static string Refused(Action call) => Assert.ThrowsAny<ArgumentException>(call).Message;

    private static string Refused(Func<object> call) => Assert.ThrowsAny<ArgumentException>(call).Message;

    private static double[] Terms(PolynomialModel model, double[] row)
    {
        double[] terms = new double[model.Weights.Length];
        model.Expand<double>(row, terms);
        return terms;
    }

    private static PolynomialModel Made(bool intercept, int seed)
    {
        var random = new Random(seed);
        double[] weights = [.. Enumerable.Range(0, 9).Select(_ => random.NextDouble() - 0.5)];
        return new PolynomialModel(Variables, weights, intercept ? random.NextDouble() : 0, intercept);
    }
}
