using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>A ridge on standardized columns, held against exact rationals and against columns that are standardized by hand.</summary>
public class StandardizedRidgeLaws
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 200)]
    public void Coefficients_are_within_their_bounds_of_the_exact_ones(byte power, bool weighted, bool max, Seed seed)
    {
        var random = new Random(seed);
        DataSet drawn = Families.Draw(seed);
        DataSet set = drawn with { RowWeights = weighted ? [.. Enumerable.Range(0, drawn.Rows).Select(_ => (double)random.Next(4))] : null };
        if (_skips.When(weighted && set.RowWeights!.Sum() == 0, most: 0.1))
        {
            return;
        }

        double ridge = Math.ScaleB(1, (power % 40) - 20);
        var options = new FitOptions { Ridge = ridge, StandardizeRidge = true, Digits = max ? FitOptions.MaxDigits : 10 };
        Fit fit = weighted ? set.FitWeighted(WeightKind.Precision, options) : set.Fit(options);
        _skips.When(fit.Certificate.Digits <= 0, most: 0.15);
        (Rational[] weights, Rational intercept) = Exact(set, ridge);
        string where = $"{set}, ridge {ridge}, rung {fit.Certificate.Rung}";
        for (int j = 0; j < set.Columns; j++)
        {
            double error = Accuracy.Error(weights[j], fit.Model.Weights[j]);
            Assert.True(error <= fit.Certificate.WeightErrorBounds[j], $"{where}: weight {j} = {fit.Model.Weights[j]:R} is wrong by {error:E2}, bound {fit.Certificate.WeightErrorBounds[j]:E2}");
        }

        Assert.True(Accuracy.Error(intercept, fit.Model.Intercept) <= fit.Certificate.InterceptErrorBound, $"{where}: the intercept is {fit.Model.Intercept:R}");
    }

    /// <summary>Tolerances: 60 rows of well-conditioned columns, whose standard deviations are rounded by hand.</summary>
    [Law(MaxTest = 100)]
    public void It_is_the_plain_ridge_on_columns_that_are_standardized_by_hand(byte power, bool intercept, bool rungs, Seed seed)
    {
        const double Tolerance = 1e-11;
        var random = new Random(seed);
        double[] units = [1e-6, 1, 1e6], means = [3e-6, -1, 1e6];
        double[,] x = DataSet.Matrix(60, 3, (_, j) => means[j] + (units[j] * Families.Normal(random)));
        double[] y = [.. Enumerable.Range(0, 60).Select(i => 1 + (2e6 * x[i, 0]) - x[i, 1] + (1e-6 * x[i, 2]) + Families.Normal(random))];
        double[] scales = [.. Enumerable.Range(0, 3).Select(j => Scale(x, j, intercept))];
        double[,] z = DataSet.Matrix(60, 3, (i, j) => x[i, j] / scales[j]);
        var plain = new FitOptions { Intercept = intercept, Ridge = Math.ScaleB(1, (power % 20) - 5), Rungs = rungs ? SolverRungs.DoubleDouble : SolverRungs.All };
        Fit expected = LinearRegression.Fit(z, y, plain), actual = LinearRegression.Fit(x, y, plain with { StandardizeRidge = true });
        for (int j = 0; j < 3; j++)
        {
            AssertClose(expected.Model.Weights[j] / scales[j], actual.Model.Weights[j]);
            AssertClose(expected.StandardErrors[j] / scales[j], actual.StandardErrors[j]);
            AssertClose(plain.Ridge * scales[j] * scales[j], actual.Penalties[j]);
        }

        AssertClose(expected.Model.Intercept, actual.Model.Intercept);
        AssertClose(expected.InterceptStandardError, actual.InterceptStandardError);
        AssertClose(expected.ResidualDegreesOfFreedom, actual.ResidualDegreesOfFreedom);
        AssertClose(expected.ResidualSumOfSquares, actual.ResidualSumOfSquares);

        static void AssertClose(double expected, double actual) =>
            Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= Tolerance * Math.Abs(expected), $"{expected:R} and {actual:R}");
    }

    [Fact]
    public void A_column_that_does_not_vary_has_the_weight_0_and_the_penalty_itself()
    {
        double[,] x = { { 1, 0.1 }, { 2, 0.1 }, { 4, 0.1 }, { 5, 0.1 } };
        Fit fit = LinearRegression.Fit(x, [1, 2, 3, 5], new FitOptions { Ridge = 2, StandardizeRidge = true });
        Assert.Equal((0, 2, true), (fit.Model.Weights[1], fit.Penalties[1], fit.IsRidgeStandardized));
        Assert.Equal(5, fit.Penalties[0], 1e-12);
        Fit without = LinearRegression.Fit(x, [1, 2, 3, 5], new FitOptions { StandardizeRidge = true });
        Assert.Equal((false, "0, 0"), (without.IsRidgeStandardized, string.Join(", ", without.Penalties)));
    }

    [Fact]
    public void A_model_file_keeps_what_was_penalized()
    {
        var table = new ColumnTable { ["x"] = (double[])[1, 2, 3, 5], ["y"] = (double[])[1, 2, 2, 4] };
        var model = RegressionModel.Fit(table, "y", ["x"], new FitOptions { Ridge = 2, StandardizeRidge = true });
        var loaded = RegressionModel.FromJson(model.ToJson());
        Assert.Equal((true, 2, model.ToJson()), (loaded.IsRidgeStandardized, loaded.Ridge, loaded.ToJson()));
        Assert.Equal(model.PredictWithUncertainty([4]), loaded.PredictWithUncertainty([4]));
        var plain = RegressionModel.Fit(table, "y", ["x"], new FitOptions { Ridge = 2 });
        Assert.False(RegressionModel.FromJson(plain.ToJson()).IsRidgeStandardized);
        Assert.DoesNotContain("ridgeStandardized", plain.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_online_model_does_not_go_on_from_it()
    {
        double[,] x = { { 1 }, { 2 }, { 4 }, { 5 } };
        Fit fit = LinearRegression.Fit(x, [1, 2, 3, 5], new FitOptions { Ridge = 2, StandardizeRidge = true });
        Assert.Contains("standardized", Assert.Throws<ArgumentException>(() => OnlineRegression.FromFit(fit, 4, new OnlineOptions { Ridge = 2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_penalty_beyond_the_range_of_double_is_refused()
    {
        double[,] x = { { 1e100 }, { 2e100 }, { 4e100 } };
        Assert.Contains("variance of column 0", Assert.Throws<OverflowException>(() => LinearRegression.Fit(x, [1, 2, 4], new FitOptions { Ridge = 1e200, StandardizeRidge = true })).Message, StringComparison.Ordinal);
    }

    private static double Scale(double[,] x, int column, bool intercept)
    {
        double[] cells = [.. Enumerable.Range(0, x.GetLength(0)).Select(i => x[i, column])];
        double mean = intercept ? cells.Average() : 0;
        return Math.Sqrt(cells.Sum(cell => (cell - mean) * (cell - mean)) / cells.Length);
    }

    /// <summary>A penalty λⱼwⱼ² is a row of weight λⱼ with 1 in column j and the target 0, where no intercept is fitted; so the columns are centred first.</summary>
    private static (Rational[] Weights, Rational Intercept) Exact(DataSet set, double ridge)
    {
        int n = set.Rows, d = set.Columns;
        Rational[] v = [.. Enumerable.Range(0, n).Select(i => Rational.From(set.RowWeights?[i] ?? 1))];
        Rational total = v.Aggregate(Rational.Zero, (sum, weight) => sum + weight);
        Rational Mean(Func<int, double> cell) => set.Intercept ? Enumerable.Range(0, n).Aggregate(Rational.Zero, (sum, i) => sum + (v[i] * Rational.From(cell(i)))) / total : Rational.Zero;
        Rational[] means = [.. Enumerable.Range(0, d).Select(j => Mean(i => set.X[i, j]))];
        Rational meanTarget = Mean(i => set.Y[i]);
        var x = new Rational[n + d, d];
        Rational[] y = [.. Enumerable.Range(0, n + d).Select(i => i < n ? Rational.From(set.Y[i]) - meanTarget : Rational.Zero)];
        var weights = new Rational[n + d];
        for (int j = 0; j < d; j++)
        {
            Rational squares = Rational.Zero;
            for (int i = 0; i < n; i++)
            {
                x[i, j] = Rational.From(set.X[i, j]) - means[j];
                weights[i] = v[i];
                squares += v[i] * x[i, j] * x[i, j];
            }

            for (int i = 0; i < d; i++)
            {
                x[n + i, j] = i == j ? 1 : 0;
            }

            weights[n + j] = Rational.From(ridge) * (squares.IsZero ? Rational.One : squares / total);
        }

        var exact = new ExactLeastSquares(x, y, intercept: false, rowWeights: weights);
        Rational intercept = Enumerable.Range(0, d).Aggregate(meanTarget, (sum, j) => sum - (means[j] * exact.Coefficients[j]));
        return (exact.Coefficients, set.Intercept ? intercept : Rational.Zero);
    }
}
