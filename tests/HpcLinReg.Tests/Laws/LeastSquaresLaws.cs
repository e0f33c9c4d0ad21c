using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>What must stay true of a fit when its data change in a known way. Bounds are κ²·u times the size of the answer.</summary>
public class LeastSquaresLaws
{
    [Law(MaxTest = 100)]
    public void The_order_of_rows_does_not_matter(byte rows, byte columns, Seed seed)
    {
        using Problem problem = Make(rows, columns, seed);
        int[] order = [.. Enumerable.Range(0, problem.Rows)];
        new Random(seed).Shuffle(order);
        AssertClose(FitOf(problem), Fit(problem.Columns, [.. order.SelectMany(i => Row(problem, i))], [.. order.Select(i => problem.Targets[i])]), problem);
    }

    [Law(MaxTest = 100)]
    public void Scaling_a_column_by_a_power_of_two_scales_its_weight_exactly(byte rows, byte columns, byte which, sbyte power, Seed seed)
    {
        using Problem problem = Make(rows, columns, seed);
        int scaledColumn = which % problem.Columns;
        double[] x = [.. problem.X.Cast<double>().Select((value, k) => k % problem.Columns == scaledColumn ? Math.ScaleB(value, power) : value)];
        Fit plain = FitOf(problem);
        Fit scaled = Fit(problem.Columns, x, problem.Targets);
        for (int j = 0; j < problem.Columns; j++)
        {
            double expected = j == scaledColumn ? Math.ScaleB(plain.Model.Weights[j], -power) : plain.Model.Weights[j];
            Assert.Equal(expected, scaled.Model.Weights[j]);
        }

        Assert.Equal(plain.Model.Intercept, scaled.Model.Intercept);
        Assert.Equal(plain.ResidualSumOfSquares, scaled.ResidualSumOfSquares);
    }

    [Law(MaxTest = 100)]
    public void Shifting_columns_and_target_by_a_billion_moves_only_the_intercept(byte rows, byte columns, Seed seed)
    {
        // Whole thousandths of 2¹⁰ survive the shift without rounding.
        using Problem problem = Make(rows, columns, seed);
        double[] x = [.. problem.X.Cast<double>().Select(value => Math.Round(value * 1024) / 1024)];
        double[] y = [.. problem.Targets.Select(value => Math.Round(value * 1024) / 1024)];
        Fit plain = Fit(problem.Columns, x, y);
        Fit shifted = Fit(problem.Columns, [.. x.Select(value => value + 1e9)], [.. y.Select(value => value - 1e9)]);
        double bound = Bound(plain, problem);
        for (int j = 0; j < problem.Columns; j++)
        {
            Assert.InRange(Math.Abs(plain.Model.Weights[j] - shifted.Model.Weights[j]), 0, bound);
        }
    }

    [Law(MaxTest = 100)]
    public void Every_row_twice_gives_the_same_fit_and_twice_the_residuals(byte rows, byte columns, Seed seed)
    {
        using Problem problem = Make(rows, columns, seed);
        double[] x = problem.X.Cast<double>().ToArray();
        Fit plain = FitOf(problem);
        Fit doubled = Fit(problem.Columns, [.. x, .. x], [.. problem.Targets, .. problem.Targets]);
        AssertClose(plain, doubled, problem);
        Assert.InRange(Math.Abs((2 * plain.ResidualSumOfSquares) - doubled.ResidualSumOfSquares) / doubled.TotalSumOfSquares, 0, Naive.Gamma(500));
    }

    [Law(MaxTest = 100)]
    public void Residuals_are_orthogonal_to_the_design(byte rows, byte columns, Seed seed)
    {
        using Problem problem = Make(rows, columns, seed);
        Fit fit = FitOf(problem);
        double[] r = new double[problem.Rows];
        double[] products = new double[problem.Columns];
        LinearRegression.Residuals(problem.Design, problem.Y, fit.Model.Weights, fit.Model.Intercept, r);
        LinearRegression.TransposeMultiply(problem.Design, r, products);
        double scale = Bound(fit, problem) * problem.Rows * 10;
        Assert.All(products, product => Assert.InRange(Math.Abs(product), 0, scale));
        Assert.InRange(Math.Abs(r.Sum()), 0, scale);
    }

    [Law(MaxTest = 100)]
    public void More_ridge_gives_shorter_weights_and_a_larger_residual(byte rows, byte columns, Seed seed)
    {
        using Problem problem = Make(rows, columns, seed);
        double length = double.PositiveInfinity;
        double residual = 0;
        foreach (double ridge in new[] { 0, 0.1, 1, 10, 100, 1e6 })
        {
            Fit fit = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Ridge = ridge });
            double next = Math.Sqrt(fit.Model.Weights.ToArray().Sum(w => w * w));
            Assert.True(next <= length * (1 + 1e-9));
            Assert.True(fit.ResidualSumOfSquares >= residual * (1 - 1e-9));
            (length, residual) = (next, fit.ResidualSumOfSquares);
        }

        Fit almostPlain = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Ridge = 1e-13 });
        AssertClose(FitOf(problem), almostPlain, problem, slack: 100);
    }

    [Law(MaxTest = 100)]
    public void Targets_without_noise_give_the_weights_they_were_made_with(byte rows, byte columns, Seed seed)
    {
        using Problem problem = Make(rows, columns, seed);
        double[] weights = [.. problem.Weights.Select(weight => Math.Round(weight))];
        double[] y = [.. Enumerable.Range(0, problem.Rows).Select(i => Row(problem, i).Zip(weights, (x, w) => x * w).Sum() + 3)];
        Fit fit = Fit(problem.Columns, problem.X.Cast<double>().ToArray(), y);
        double bound = Bound(fit, problem);
        for (int j = 0; j < problem.Columns; j++)
        {
            Assert.InRange(Math.Abs(weights[j] - fit.Model.Weights[j]), 0, bound);
        }
    }

    private static Problem Make(byte rows, byte columns, int seed)
    {
        int d = 1 + (columns % 12);
        return new Problem((2 * d) + 2 + (rows % 80), d, seed);
    }

    private static IEnumerable<double> Row(Problem problem, int i) => Enumerable.Range(0, problem.Columns).Select(j => problem.X[i, j]);

    private static Fit FitOf(Problem problem) => LinearRegression.Fit(problem.Design, problem.Y);

    private static Fit Fit(int columns, double[] x, double[] y) => LinearRegression.Fit(new MatrixSpan<double>(x, columns), y);

    private static double Bound(Fit fit, Problem problem)
    {
        double condition = 1 / fit.ReciprocalCondition;
        double size = fit.Model.Weights.ToArray().Sum(Math.Abs) + problem.Targets.Sum(Math.Abs) + Math.Abs(fit.Model.Intercept);
        return Naive.Gamma(20) * condition * condition * size;
    }

    private static void AssertClose(Fit expected, Fit actual, Problem problem, double slack = 2)
    {
        double bound = slack * Bound(expected, problem);
        for (int j = 0; j < problem.Columns; j++)
        {
            Assert.InRange(Math.Abs(expected.Model.Weights[j] - actual.Model.Weights[j]), 0, bound);
        }

        Assert.InRange(Math.Abs(expected.Model.Intercept - actual.Model.Intercept), 0, bound * (1 + problem.Columns));
    }
}
