using HpcLinReg.Tests.Laws;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Solver;

/// <summary>Rank-deficient, extreme and hopeless designs: a right answer or a clear statement.</summary>
public class RankTests
{
    [Fact]
    public void Of_two_equal_columns_the_second_is_aliased_and_described()
    {
        Fit fit = FitOf(100, (a, b) => [a, b, a]);
        AliasedColumn column = Assert.Single(fit.Aliased);
        Assert.Equal((2, 0.0), (column.Column, column.Intercept));
        Assert.Equal([1, 0], column.Coefficients.Select(c => Math.Round(c, 12)));
        Assert.Equal(3, fit.Rank);
        Assert.Equal(0, fit.Model.Weights[2]);
        Assert.Equal([1, 2], fit.Model.Weights[..2].ToArray().Select(w => Math.Round(w, 10)));
    }

    [Fact]
    public void The_minimum_norm_shares_a_weight_among_equal_columns_and_is_certified()
    {
        double[] x = [1, 1, 7, 2, 2, 7, 3, 3, 7, 5, 5, 7];
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, 3), [3, 5, 7, 11.5], new FitOptions { RankDeficient = RankDeficiency.MinimumNorm });
        Fit dropped = LinearRegression.Fit(new MatrixSpan<double>(x, 3), [3, 5, 7, 11.5]);
        Assert.Equal(dropped.Model.Weights[0] / 2, fit.Model.Weights[0], 1e-15);
        Assert.Equal(fit.Model.Weights[0], fit.Model.Weights[1], 1e-15);
        Assert.Equal(0, fit.Model.Weights[2]);
        Assert.Equal(dropped.Model.Intercept, fit.Model.Intercept, 1e-14);
        Assert.Equal([1, 2], fit.Aliased.Select(column => column.Column));
        Assert.InRange(fit.Certificate.Digits, 12, 16);
        Assert.All(fit.Certificate.WeightErrorBounds, bound => Assert.InRange(bound, 0, 1e-13));
    }

    [Fact]
    public void A_constant_column_is_aliased_with_the_intercept()
    {
        AliasedColumn column = Assert.Single(FitOf(100, (a, b) => [a, 0.1, b]).Aliased);
        Assert.Equal(1, column.Column);
        Assert.Equal(0.1, column.Intercept, 1e-15);
        Assert.Empty(FitOf(100, (a, b) => [a, 0.1, b], intercept: false).Aliased);
        Assert.Equal(2, Assert.Single(FitOf(100, (a, b) => [a, b, 0])!.Aliased).Column);
    }

    [Theory]
    [InlineData(1e150)]
    [InlineData(1e200)]
    [InlineData(-1e300)]
    public void A_constant_column_is_told_with_its_value_however_large(double value)
    {
        AliasedColumn column = Assert.Single(LinearRegression.Fit(new MatrixSpan<double>([value, 1, value, 2, value, 4, value, 8], 2), [1, 2, 3, 4.5]).Aliased);
        Assert.Equal((0, value), (column.Column, column.Intercept));
    }

    [Fact]
    public void A_combination_is_found_and_written_out_whatever_the_units()
    {
        AliasedColumn column = Assert.Single(FitOf(5000, (a, b) => [1e8 * a, 1e-8 * b, (2 * a) - b + 7]).Aliased);
        Assert.Equal(2e-8, column.Coefficients[0], 1e-14);
        Assert.Equal(-1e8, column.Coefficients[1], 1);
        Assert.Equal(7, column.Intercept, 1e-6);
    }

    /// <summary>Parts that rounding explains are not reported: b has no part in a column that is made of a alone, and neither has a constant.</summary>
    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(1e-100, 0, true)]
    [InlineData(1e100, 7, true)]
    public void Parts_that_are_nothing_but_rounding_are_told_as_zero(double unit, double constant, bool intercept)
    {
        AliasedColumn column = Assert.Single(FitOf(300, (a, b) => [a + 5, b + 5, ((a + 5) * 3.3 * unit) + (constant * unit)], intercept).Aliased);
        Assert.Equal(2, column.Column);
        Assert.Equal(3.3, column.Coefficients[0] / unit, 1e-12);
        Assert.Equal(0, column.Coefficients[1]);
        Assert.Equal(constant, column.Intercept / unit, constant == 0 ? 0 : 1e-11);
    }

    [Fact]
    public void Without_an_intercept_as_many_columns_as_rows_are_kept()
    {
        using var problem = new Problem(4, 6, seed: 1);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Intercept = false });
        Assert.Equal([4, 5], fit.Aliased.Select(column => column.Column));
        fit = LinearRegression.Fit(problem.Design, problem.Y);
        Assert.Equal([3, 4, 5], fit.Aliased.Select(column => column.Column));
    }

    [Fact]
    public void One_hot_columns_beside_an_intercept_lose_one()
    {
        int i = 0;
        Fit fit = FitOf(99, (a, b) =>
        {
            int k = i++ % 3;
            return [k == 0 ? 1 : 0, k == 1 ? 1 : 0, k == 2 ? 1 : 0, a];
        });
        Assert.Equal(2, Assert.Single(fit.Aliased).Column);
        Assert.Equal(4, fit.Rank);
    }

    [Fact]
    public void A_column_beside_itself_shifted_by_a_billion_is_aliased()
    {
        // The cells differ after the shift was rounded, but not by more than rounding explains.
        Assert.Equal(1, Assert.Single(FitOf(1000, (a, b) => [a, a + 1e9]).Aliased).Column);
    }

    /// <summary>
    /// The difference of two columns far from zero is a million times smaller than they are, so its pivot is no small part of it and yet nothing but the rounding of
    /// their sums. Where only sums in double may answer the column is dropped and the reason says so; the third rung knows.
    /// </summary>
    [Fact]
    public void An_exact_difference_far_smaller_than_its_columns_is_never_kept()
    {
        var random = new Random(18);
        double[,] x = DataSet.Matrix(97, 4, (_, j) => j < 3 ? 270_000 + Math.ScaleB(random.Next(4096), -12) : 0);
        for (int i = 0; i < 97; i++)
        {
            x[i, 3] = 2 * (x[i, 2] - x[i, 1]);
        }

        var set = new DataSet("difference", x, [.. Enumerable.Range(0, 97).Select(i => Math.Sin(i))]) { Intercept = false };
        Fit exact = set.Fit();
        Assert.Equal([3], exact.Aliased.Select(alias => alias.Column));
        Assert.DoesNotContain("rank not certain", exact.Certificate.Describe(), StringComparison.Ordinal);
        var moments = new MomentsAccumulator(5);
        moments.Add(set.Design, set.Y);
        foreach (Fit fit in (Fit[])[set.Fit(new FitOptions { Rungs = SolverRungs.NormalEquations }), moments.ToMoments().Solve(4, new FitOptions { Intercept = false })])
        {
            Assert.Equal([3], fit.Aliased.Select(alias => alias.Column));
            Assert.Contains("rank not certain", fit.Certificate.Describe(), StringComparison.Ordinal);
            CertificateLaws.AssertKept(set, fit);
        }
    }

    [Fact]
    public void Nearly_collinear_columns_are_kept()
    {
        Fit fit = FitOf(1000, (a, b) => [a, a + (1e-5 * b)]);
        Assert.Empty(fit.Aliased);
        Assert.InRange(fit.ReciprocalCondition, 1e-7, 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    public void With_too_few_rows_the_last_columns_are_aliased(int rows)
    {
        using var problem = new Problem(rows, 9, seed: rows);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y);
        Assert.Equal(Math.Min(rows, 10), fit.Rank);
        Assert.Equal(10 - fit.Rank, fit.Aliased.Length);
        Assert.Equal(0, fit.ResidualDegreesOfFreedom);
        Assert.True(double.IsNaN(fit.ResidualStandardError));
        double[] residuals = new double[rows];
        LinearRegression.Residuals(problem.Design, problem.Y, fit.Model.Weights, fit.Model.Intercept, residuals);
        Assert.All(residuals, r => Assert.InRange(Math.Abs(r), 0, 1e-7));
    }

    [Fact]
    public void Ridge_answers_where_the_plain_fit_has_no_single_answer()
    {
        Fit fit = FitOf(100, (a, b) => [a, a], ridge: 1e-3);
        Assert.Empty(fit.Aliased);
        Assert.Equal(fit.Model.Weights[0], fit.Model.Weights[1], 1e-9);
        Assert.Equal(3, LinearRegression.Fit(new MatrixSpan<double>([1, 2, 3, 4], 2), [1, 2], new FitOptions { Ridge = 1 }).Rank);
    }

    /// <summary>Sums of such squares have fewer digits than a double, or none.</summary>
    [Theory]
    [InlineData(1, 1e-140, 1e-50)]
    [InlineData(1, 1e-80, 1e-200)]
    [InlineData(1e-70, 1, 1e-200)]
    [InlineData(1, 1e-150, 1e-20)]
    public void Squares_that_small_weights_bring_below_the_range_are_refused(double unit, double targetUnit, double weightUnit)
    {
        double[] x = [unit, 2 * unit, 3 * unit, 4 * unit], y = [1.1 * targetUnit, 2.3 * targetUnit, 2.9 * targetUnit, 4.2 * targetUnit];
        double[] weights = [weightUnit, 2 * weightUnit, weightUnit, weightUnit];
        OverflowException error = Assert.Throws<OverflowException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 1), y, weights));
        Assert.Contains("below the range of double", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_does_not_vary_has_no_r_squared()
    {
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([1, 2, 3, 5], 1), [0.1, 0.1, 0.1, 0.1]);
        Assert.Equal((0, 0, 0.1), (fit.Model.Weights[0], fit.ResidualSumOfSquares, fit.Model.Intercept));
        Assert.True(double.IsNaN(fit.RSquared));
    }

    [Theory]
    [InlineData(1e150)]
    [InlineData(1e-150)]
    public void Very_large_and_very_small_units_are_no_obstacle(double unit)
    {
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([1 * unit, 2 * unit, 3 * unit, 5 * unit], 1), [2, 4, 6, 10]);
        Assert.Equal(2, fit.Model.Weights[0] * unit, 1e-13);
        Assert.Equal(0, fit.Model.Intercept, 1e-13);
    }

    [Theory]
    [InlineData(1e-156)]
    [InlineData(1e-200)]
    [InlineData(1e-320)]
    public void Squares_below_the_range_of_double_are_refused_with_the_column(double unit)
    {
        double[] tame = [1, 2, 3, 5];
        double[] tiny = [1 * unit, 2 * unit, 3 * unit, 5 * unit];
        Assert.Contains("column 0 of x (counted from 0) fall below", Assert.Throws<OverflowException>(() => LinearRegression.Fit(new MatrixSpan<double>(tiny, 1), tame)).Message, StringComparison.Ordinal);
        Assert.Contains("the target fall below", Assert.Throws<OverflowException>(() => LinearRegression.Fit(new MatrixSpan<double>(tame, 1), tiny)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Squares_beyond_the_range_of_double_are_refused_with_the_column()
    {
        string Message(double[] x, double[] y) => Assert.Throws<OverflowException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 2), y)).Message;
        Assert.Contains("column 1 of x", Message([1, 1e200, 2, -1e200, 3, 1e200], [1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("column 0 of x", Message([1e308, 1, 1e308, 2, 1e308, 5], [1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("the target", Message([1, 1, 2, 2, 3, 5], [1e200, 2, 3]), StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_that_are_not_finite_are_named_by_row_and_column()
    {
        string Message(double[] x, double[] y) => Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 2), y)).Message;
        Assert.Contains("Row 1 (counted from 0), column 0 of x (counted from 0), is NaN", Message([1, 2, double.NaN, 4, 5, 6], [1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("Row 2 (counted from 0), the target", Message([1, 2, 3, 4, 5, 6], [1, 2, double.PositiveInfinity]), StringComparison.Ordinal);
    }

    private static Fit FitOf(int rows, Func<double, double, double[]> row, bool intercept = true, double ridge = 0)
    {
        var random = new Random(17);
        List<double> x = [];
        List<double> y = [];
        int columns = 0;
        for (int i = 0; i < rows; i++)
        {
            double a = random.NextDouble();
            double b = random.NextDouble();
            double[] cells = row(a, b);
            columns = cells.Length;
            x.AddRange(cells);
            y.Add(a + (2 * b) + 3);
        }

        return LinearRegression.Fit(new MatrixSpan<double>(x.ToArray(), columns), y.ToArray(), new FitOptions { Intercept = intercept, Ridge = ridge });
    }
}
