using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Fits;

/// <summary>Weights of the smallest norm among all that fit equally well, against exact fractions.</summary>
public class MinimumNormTests
{
    private readonly Skips _skips = new();

    /// <summary>A combination x₁ + 2⁻ᵏx₂ of whole numbers, beside which rounding is large: its small part errs by rounding of the large one.</summary>
    [Law(MaxTest = 150)]
    public void Small_parts_of_combinations_keep_their_bounds(byte power, Seed seed)
    {
        var random = new Random(seed);
        int n = random.Next(4, 20);
        double part = Math.ScaleB(1, -(power % 40)), offset = random.Next(2) * 1024;
        double[,] x = DataSet.Matrix(n, 3, (_, j) => j == 0 ? offset + random.Next(-99, 100) : random.Next(-99, 100));
        for (int i = 0; i < n; i++)
        {
            x[i, 2] = x[i, 0] + (part * x[i, 1]);
        }

        var set = new DataSet($"seed {seed}", x, [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(-99, 100))]);
        Fit fit = set.Fit(new FitOptions { RankDeficient = RankDeficiency.MinimumNorm });
        (Rational[] weights, Rational b) = set.Exact().MinimumNorm();
        for (int j = 0; j < 3; j++)
        {
            double error = Accuracy.Error(weights[j], fit.Model.Weights[j]);
            Assert.True(error <= fit.Certificate.WeightErrorBounds[j], $"{set}, 2^-{power % 40}: weight {j} is wrong by {error:E2}, bound {fit.Certificate.WeightErrorBounds[j]:E2}; {fit.Certificate.Describe()}");
        }

        Assert.True(Accuracy.Error(b, fit.Model.Intercept) <= fit.Certificate.InterceptErrorBound, $"{set}: the intercept");
    }

    [Law(MaxTest = 150)]
    public void Weights_are_the_exact_ones_of_minimal_norm_within_their_bounds(Seed seed)
    {
        var random = new Random(seed);
        (int independent, int dependent) = (random.Next(1, 5), random.Next(1, 4));
        int columns = independent + dependent, rows = random.Next(columns + 2, 30);
        bool intercept = random.Next(2) == 0;
        double[,] x = Dependent(random, rows, independent, dependent, intercept);
        double[] y = [.. Enumerable.Range(0, rows).Select(_ => (double)random.Next(-50, 50))];
        var exact = new ExactLeastSquares(x, y, intercept);
        (Rational[] weights, Rational b) = exact.MinimumNorm();
        var options = new FitOptions { Intercept = intercept, RankDeficient = RankDeficiency.MinimumNorm };
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x), y, options);
        Fit dropped = LinearRegression.Fit(new MatrixSpan<double>(x), y, options with { RankDeficient = RankDeficiency.Drop });
        Assert.Equal(exact.Aliased.Select(alias => alias.Column), fit.Aliased.Select(alias => alias.Column));
        double size = weights.Max(weight => Math.Abs(weight.ToDouble()));
        for (int j = 0; j < columns; j++)
        {
            double error = Accuracy.Error(weights[j], fit.Model.Weights[j]), bound = fit.Certificate.WeightErrorBounds[j];
            Assert.True(error <= bound, $"seed {seed}: weight {j} = {fit.Model.Weights[j]:R} is wrong by {error:E2}, bound {bound:E2}");
        }

        // Whole numbers below 100 in few columns: bounds that leave less than ten digits of the largest weight are rare.
        _skips.When(fit.Certificate.WeightErrorBounds.Any(bound => !(bound <= 1e-10 * (size + 1))), most: 0.1);

        double interceptError = Accuracy.Error(b, fit.Model.Intercept);
        Assert.True(interceptError <= fit.Certificate.InterceptErrorBound, $"seed {seed}: the intercept is wrong by {interceptError:E2}, bound {fit.Certificate.InterceptErrorBound:E2}");
        Assert.True(Norm(fit) <= Norm(dropped) * (1 + 1e-12), $"seed {seed}: {Norm(fit)} is more than {Norm(dropped)}");
        Assert.Equal(dropped.ResidualSumOfSquares, fit.ResidualSumOfSquares);
    }

    [Fact]
    public void Equal_columns_share_their_weight_and_a_constant_column_has_none()
    {
        // y = 6a + 1, three times the same column, and beside the intercept a constant.
        double[,] x = new double[9, 4];
        double[] y = new double[9];
        for (int i = 0; i < 9; i++)
        {
            (x[i, 0], x[i, 1], x[i, 2], x[i, 3], y[i]) = (i, i, 5, i, (6 * i) + 1);
        }

        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x), y, new FitOptions { RankDeficient = RankDeficiency.MinimumNorm });
        double[] expected = [2, 2, 0, 2];
        for (int j = 0; j < 4; j++)
        {
            Assert.Equal(expected[j], fit.Model.Weights[j], 1e-14);
        }

        Assert.Equal(1, fit.Model.Intercept, 1e-13);
    }

    /// <summary>Of columns that are 1e10 times another, I + CᵀC is singular in double; the weights are in proportion to the columns' units all the same.</summary>
    [Fact]
    public void Columns_in_units_far_apart_share_their_weight()
    {
        double[,] x = new double[9, 3];
        double[] y = new double[9];
        for (int i = 0; i < 9; i++)
        {
            (x[i, 0], x[i, 1], x[i, 2], y[i]) = (i, 1e10 * i, 3e10 * i, (6 * i) + (i % 2));
        }

        var options = new FitOptions { RankDeficient = RankDeficiency.MinimumNorm };
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x), y, options);
        (Rational[] weights, _) = new ExactLeastSquares(x, y).MinimumNorm();
        Assert.All(fit.Aliased, column => Assert.Equal(column.Column == 1 ? 1e10 : 3e10, column.Coefficients[0], 1e-3));
        for (int j = 1; j < 3; j++)
        {
            Assert.InRange(weights[j].RelativeError(fit.Model.Weights[j]), 0, 1e-12);
        }

        Assert.InRange(Accuracy.Error(weights[0], fit.Model.Weights[0]), 0, fit.Certificate.WeightErrorBounds[0]);
        Assert.All(fit.StandardErrors, error => Assert.InRange(error, 0, 1));
    }

    /// <summary>Independent columns of whole numbers and small combinations of those before them, in any order.</summary>
    private static double[,] Dependent(Random random, int rows, int independent, int dependent, bool intercept)
    {
        int columns = independent + dependent;
        double[,] x = new double[rows, columns];
        int[] order = [.. Enumerable.Range(0, columns)];
        random.Shuffle(order);
        for (int k = 0; k < columns; k++)
        {
            int[] factors = [.. Enumerable.Range(0, independent).Select(_ => random.Next(-3, 4))];
            int constant = intercept ? random.Next(-3, 4) : 0;
            for (int i = 0; i < rows; i++)
            {
                x[i, order[k]] = k < independent ? random.Next(-9, 10) : constant + factors.Select((factor, c) => factor * x[i, order[c]]).Sum();
            }
        }

        return x;
    }

    /// <summary>Weights are linear in the target, so their variance is s² times the sum of squares of what each row of a unit target gives them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Standard_errors_are_those_of_the_weights_of_minimum_norm(bool intercept)
    {
        var random = new Random(4);
        double[,] x = DataSet.Matrix(14, 4, (_, _) => random.NextDouble() + 0.5);
        for (int i = 0; i < 14; i++)
        {
            x[i, 2] = (2 * x[i, 0]) - x[i, 1] + (intercept ? 3 : 0);
        }

        var options = new FitOptions { RankDeficient = RankDeficiency.MinimumNorm };
        var set = new DataSet("combined", x, [.. Enumerable.Range(0, 14).Select(_ => random.NextDouble())]) { Intercept = intercept };
        Fit fit = set.Fit(options);
        Fit[] units = [.. Enumerable.Range(0, 14).Select(row => (set with { Y = [.. Enumerable.Range(0, 14).Select(i => i == row ? 1.0 : 0)] }).Fit(options))];
        for (int j = 0; j < 4; j++)
        {
            double variance = units.Sum(unit => unit.Model.Weights[j] * unit.Model.Weights[j]);
            Assert.Equal(1, fit.StandardErrors[j] / fit.ResidualStandardError / Math.Sqrt(variance), 1e-11);
        }

        double interceptVariance = units.Sum(unit => unit.Model.Intercept * unit.Model.Intercept);
        Assert.True(intercept ? Math.Abs((fit.InterceptStandardError / fit.ResidualStandardError / Math.Sqrt(interceptVariance)) - 1) < 1e-11 : double.IsNaN(fit.InterceptStandardError));
    }

    [Fact]
    public void A_workspace_gives_the_same_weights()
    {
        double[] x = [1, 1, 7, 2, 2, 7, 3, 3, 7, 5, 5, 7], y = [3, 5, 7, 11.5];
        var options = new FitOptions { RankDeficient = RankDeficiency.MinimumNorm };
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, 3), y, options);
        double[] weights = new double[3];
        FitSummary summary = new FitWorkspace(3).Fit<double>(new MatrixSpan<double>(x, 3), y, weights, options);
        Assert.Equal(fit.Model.Weights, weights);
        Assert.Equal((fit.Model.Intercept, fit.Rank), (summary.Intercept, summary.Rank));
    }

    private static double Norm(Fit fit) => Math.Sqrt(fit.Model.Weights.ToArray().Sum(weight => weight * weight));
}
