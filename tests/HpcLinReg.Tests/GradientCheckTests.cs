using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class GradientCheckTests
{
    /// <summary>What the engine promises of its own gradient on well-scaled data.</summary>
    private const double Promised = 1e-7;

    [Fact]
    public void The_hand_example_is_found_by_differences()
    {
        double[] x = [1, 2, 3];
        double[] y = [2, 4, 6];
        GradientCheckResult result = GradientCheck.Compare(new MatrixSpan<double>(x, 1), y, [1], 0);
        Assert.InRange(result.WorstRelativeError, 0, Promised);
        Assert.Equal(0, result.Unresolved);

        // A gradient of zero is wrong everywhere by all of it, so the differences themselves are compared.
        GradientCheckResult slope = GradientCheck.Compare([1], w => Loss(w[0], 0), static (_, g) => g[0] = 0, TestContext.Current.CancellationToken);
        GradientCheckResult offset = GradientCheck.Compare([0], b => Loss(1, b[0]), static (_, g) => g[0] = 0, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (slope.WorstRelativeError, offset.WorstRelativeError));
        Assert.InRange(Math.Abs(slope.Difference + (28.0 / 3)), 0, Promised);
        Assert.InRange(Math.Abs(offset.Difference + 4), 0, Promised);

        double Loss(double weight, double intercept) => LinearRegression.MeanSquaredError(new MatrixSpan<double>(x, 1), y, [weight], intercept);
    }

    [Fact]
    public void Our_gradient_passes_for_every_shape_in_double_and_float()
    {
        foreach ((int rows, int columns) in Problem.Shapes().Where(shape => shape.Rows is 1 or 9 or 65 && shape.Columns % 3 != 1))
        {
            using var problem = new Problem(rows, columns, seed: (rows * 100) + columns, extraStride: columns % 2);
            GradientCheckResult wide = GradientCheck.Compare(problem.Design, problem.Y, problem.Weights, problem.Intercept, TestContext.Current.CancellationToken);
            GradientCheckResult narrow = GradientCheck.Compare(problem.FloatDesign, problem.FloatY, problem.Weights, problem.Intercept, TestContext.Current.CancellationToken);
            Assert.True(wide.WorstRelativeError < Promised && wide.Unresolved == 0, $"{rows} x {columns}: {wide}");
            Assert.Equal((wide.WorstRelativeError, wide.Parameter, wide.Analytic, wide.Difference), (narrow.WorstRelativeError, narrow.Parameter, narrow.Analytic, narrow.Difference));
        }
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e6)]
    public void Units_of_a_column_do_not_hide_its_derivative(double unit)
    {
        using var problem = new Problem(60, 2, seed: 8);
        double[] scaled = [.. Enumerable.Range(0, 60).SelectMany(i => new[] { problem.X[i, 0] * unit, problem.X[i, 1] })];
        GradientCheckResult result = GradientCheck.Compare(new MatrixSpan<double>(scaled, 2), problem.Y, [problem.Weights[0] / unit, problem.Weights[1]], 0.5);
        Assert.InRange(result.WorstRelativeError, 0, Promised);
        Assert.Equal(0, result.Unresolved);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_wrong_derivative_is_found_with_its_place_and_size(int wrong)
    {
        using var problem = new Problem(40, 6, seed: 5);
        double[] x = [.. problem.X.Cast<double>()];
        double[] y = problem.Targets;
        double[] point = [.. problem.Weights, problem.Intercept];
        GradientCheckResult result = GradientCheck.Compare(
            point,
            p => LinearRegression.MeanSquaredError(new MatrixSpan<double>(x, 6), y, p[..6], p[6]),
            (p, g) =>
            {
                g[6] = LinearRegression.Gradient(new MatrixSpan<double>(x, 6), y, p[..6], p[6], g[..6]).InterceptGradient;
                g[wrong] *= 1.0001;
            }, TestContext.Current.CancellationToken);
        Assert.Equal(wrong, result.Parameter);
        Assert.Equal(1 - (1 / 1.0001), result.WorstRelativeError, Promised);
    }

    [Fact]
    public void A_loss_that_is_no_parabola_is_differentiated_too()
    {
        GradientCheckResult result = GradientCheck.Compare(
            [0.3, 2, 40],
            static p => Math.Exp(p[0]) + Math.Log(p[1]) + Math.Sin(p[2]),
            static (p, g) => (g[0], g[1], g[2]) = (Math.Exp(p[0]), 1 / p[1], Math.Cos(p[2])), TestContext.Current.CancellationToken);
        Assert.InRange(result.WorstRelativeError, 0, Promised);
        Assert.Equal(0, result.Unresolved);
    }

    [Fact]
    public void At_the_optimum_rounding_is_no_error_but_is_told()
    {
        using var problem = new Problem(100, 5, seed: 11);
        LinearModel model = LinearRegression.Fit(problem.Design, problem.Y).Model;
        GradientCheckResult result = GradientCheck.Compare(problem.Design, problem.Y, model.Weights, model.Intercept);
        Assert.Equal(0, result.WorstRelativeError);
        Assert.Equal(6, result.Unresolved);
    }

    [Fact]
    public void What_is_not_finite_or_not_written_is_an_error_at_its_place()
    {
        GradientCheckResult unwritten = GradientCheck.Compare([1, 2], static p => (p[0] * p[0]) + p[1], static (p, g) => g[0] = 2 * p[0], TestContext.Current.CancellationToken);
        Assert.Equal((double.PositiveInfinity, 1), (unwritten.WorstRelativeError, unwritten.Parameter));
        GradientCheckResult undefined = GradientCheck.Compare([1], static _ => double.NaN, static (_, g) => g[0] = 0, TestContext.Current.CancellationToken);
        Assert.Equal((double.PositiveInfinity, 1), (undefined.WorstRelativeError, undefined.Unresolved));
    }

    [Fact]
    public void A_loss_with_a_jump_is_told_as_unresolved() =>
        Assert.Equal(1, GradientCheck.Compare([0], static p => p[0] > 0 ? 1 : 0, static (_, g) => g[0] = 1, TestContext.Current.CancellationToken).Unresolved);

    [Fact]
    public void The_callers_point_is_left_alone_and_the_functions_see_it_whole()
    {
        double[] point = [1, 2, 3];
        GradientCheck.Compare(
            point,
            p =>
            {
                int moved = 0;
                for (int j = 0; j < p.Length; j++)
                {
                    moved += p[j] == point[j] ? 0 : 1;
                }

                Assert.Equal(1, moved);
                return p[0] + p[1] + p[2];
            },
            static (_, g) => g.Fill(1), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], point);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains("no parameters", Assert.Throws<ArgumentException>(() => GradientCheck.Compare([], static _ => 0, static (_, _) => { }, TestContext.Current.CancellationToken)).Message);
        Assert.Contains("Parameter 1 is NaN", Assert.Throws<ArgumentException>(() => GradientCheck.Compare([0, double.NaN], static _ => 0, static (_, _) => { }, TestContext.Current.CancellationToken)).Message);
        Assert.Throws<ArgumentNullException>("loss", () => GradientCheck.Compare([1], null!, static (_, _) => { }, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentNullException>("gradient", () => GradientCheck.Compare([1], static _ => 0, null!, TestContext.Current.CancellationToken));
        Assert.Contains("3 columns but there are 2 weights", Assert.Throws<ArgumentException>(() => GradientCheck.Compare(new MatrixSpan<double>(new double[6], 3), new double[2], new double[2], 0)).Message);
        Assert.Contains("2 rows but y has 1", Assert.Throws<ArgumentException>(() => GradientCheck.Compare(new MatrixSpan<double>(new double[6], 3), new double[1], new double[3], 0)).Message);
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => GradientCheck.Compare(new MatrixSpan<double>([], 3), [], new double[3], 0)).Message);
    }
}
