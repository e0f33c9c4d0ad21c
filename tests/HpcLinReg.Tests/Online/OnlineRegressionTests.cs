using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Online;

public class OnlineRegressionTests
{
    [Law(MaxTest = 40)]
    public void After_every_row_it_is_the_fit_of_the_rows_so_far(byte columns, bool intercept, Seed seed)
    {
        int d = 1 + (columns % 10);
        using var problem = new Problem((4 * d) + 12, d, seed);
        var online = new OnlineRegression(d, new OnlineOptions { Intercept = intercept });
        for (int i = 0; i < problem.Rows; i++)
        {
            online.Add(problem.Design[i], problem.Y[i]);
            if (i + 1 >= 3 * d)
            {
                Fit fit = LinearRegression.Fit(problem.Design.SliceRows(0, i + 1), problem.Y[..(i + 1)], new FitOptions { Intercept = intercept });
                AssertClose(fit, online, 1e-9);
                Assert.Equal(fit.ResidualSumOfSquares, online.ResidualSumOfSquares, 1e-9 * fit.TotalSumOfSquares);
            }
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(20)]
    public void A_ridge_is_that_of_the_fit(double ridge)
    {
        using var problem = new Problem(50, 4, seed: 2);
        var online = new OnlineRegression(4, new OnlineOptions { Ridge = ridge });
        online.Rebuild(problem.Design, problem.Y);
        AssertClose(LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Ridge = ridge }), online, 1e-12);
    }

    [Fact]
    public void A_window_after_a_hundred_thousand_slides_equals_a_fresh_fit_to_the_stated_digits()
    {
        const int Window = 200;
        const int Features = 5;
        const int Slides = 100_000;
        var random = new Random(17);
        double[] rows = [.. Enumerable.Range(0, (Window + Slides) * (Features + 1)).Select(_ => (random.NextDouble() * 4) - 1)];
        ReadOnlySpan<double> X(int row) => rows.AsSpan(row * (Features + 1), Features);
        double Y(int row) => rows[(row * (Features + 1)) + Features];
        var online = new OnlineRegression(Features);
        for (int row = 0; row < Window + Slides; row++)
        {
            online.Add(X(row), Y(row));
            if (row >= Window)
            {
                Assert.True(online.Remove(X(row - Window), Y(row - Window)));
            }
        }

        var last = new MatrixSpan<double>(rows.AsSpan(Slides * (Features + 1)), Window, Features, Features + 1);
        Fit fresh = LinearRegression.Fit(last, [.. Enumerable.Range(Slides, Window).Select(Y)]);
        Assert.Equal(Window, online.Weight);
        Assert.InRange(online.Digits, 14, 16);
        Assert.False(online.NeedsRebuild);

        // Coefficients have the digits of the predictions less those of the condition number, which is below 10 for independent columns, and of their
        // spread beside the target's size.
        AssertClose(fresh, online, 100 * Math.Pow(10, -online.Digits));
        Assert.Equal(fresh.ResidualSumOfSquares, online.ResidualSumOfSquares, 100 * Math.Pow(10, -online.Digits) * fresh.TotalSumOfSquares);
    }

    [Theory]
    [InlineData(1, 14)]
    [InlineData(1e5, 12)]
    public void A_large_row_that_came_and_went_takes_few_digits(double size, double digits)
    {
        using var problem = new Problem(60, 3, seed: 5);
        var online = new OnlineRegression(3);
        online.Rebuild(problem.Design, problem.Y);
        double[] large = [300 * size, -200 * size, 500 * size];
        online.Add<double>(large, 100 * size);
        Assert.False(online.NeedsRebuild);
        Assert.True(online.Remove<double>(large, 100 * size));
        Assert.False(online.NeedsRebuild);
        Assert.InRange(online.Digits, digits, 16);
        AssertClose(ClosedForm(problem), online, 100 * Math.Pow(10, -online.Digits));
    }

    [Fact]
    public void Digits_that_a_row_of_1e18_took_with_it_are_missed_and_repaired()
    {
        using var problem = new Problem(60, 3, seed: 5);
        var online = new OnlineRegression(3);
        online.Rebuild(problem.Design, problem.Y);
        double[] large = [3e18, -2e18, 5e18];
        online.Add<double>(large, 1e18);
        Assert.True(online.Remove<double>(large, 1e18));
        Assert.True(online.NeedsRebuild);
        online.Rebuild(problem.Design, problem.Y);
        Assert.False(online.NeedsRebuild);
        AssertClose(ClosedForm(problem), online, 1e-12);
    }

    [Fact]
    public void A_row_that_was_never_there_is_refused()
    {
        using var problem = new Problem(20, 3, seed: 5);
        var online = new OnlineRegression(3);
        online.Rebuild(problem.Design, problem.Y);
        double[] before = [.. online.Weights, online.Intercept];
        Assert.False(online.Remove<double>([50, 60, -70], 1));
        Assert.Equal(before, online.Weights.ToArray().Append(online.Intercept));
        Assert.False(online.NeedsRebuild);
        Assert.Equal(20, online.Weight);
        Assert.False(new OnlineRegression(1).Remove<double>([1], 1));
    }

    [Fact]
    public void Fading_is_a_fit_with_weights()
    {
        const double Factor = 0.97;
        using var problem = new Problem(120, 4, seed: 8);
        var online = new OnlineRegression(4);
        for (int i = 0; i < 120; i++)
        {
            online.Decay(Factor);
            online.Add(problem.Design[i], problem.Y[i]);
        }

        double[] weights = [.. Enumerable.Range(0, 120).Select(i => Math.Pow(Factor, 119 - i))];
        LinearModel weighted = ConjugateGradient.Fit(problem.Design, problem.Y, weights, new DescentOptions { Tolerance = 1e-14 }, TestContext.Current.CancellationToken).Model;
        Assert.Equal(weights.Sum(), online.Weight, 1e-12);
        for (int j = 0; j < 4; j++)
        {
            Assert.Equal(weighted.Weights[j], online.Weights[j], 1e-11);
        }

        Assert.Equal(weighted.Intercept, online.Intercept, 1e-11);
    }

    [Fact]
    public void Means_of_a_billion_cost_nothing()
    {
        // Whole thousandths of 2¹⁰ survive the shift without rounding.
        using var problem = new Problem(90, 3, seed: 6);
        double[] x = [.. problem.X.Cast<double>().Select(value => Math.Round(value * 1024) / 1024)];
        double[] y = [.. problem.Targets.Select(value => Math.Round(value * 1024) / 1024)];
        var near = new OnlineRegression(3);
        var far = new OnlineRegression(3);
        near.Rebuild(new MatrixSpan<double>(x, 3), y);
        far.Rebuild(new MatrixSpan<double>([.. x.Select(value => value + 1e9)], 3), [.. y.Select(value => value - 1e9)]);
        for (int j = 0; j < 3; j++)
        {
            // The factors agree to the last of 100 bits or so, and the weights are rounded once.
            Assert.Equal(near.Weights[j], far.Weights[j], Math.Abs(near.Weights[j]) * 4 * Naive.Gamma(1));
        }
    }

    [Fact]
    public void What_the_rows_do_not_determine_is_zero()
    {
        var online = new OnlineRegression(2);
        Assert.Equal([0, 0], online.Weights.ToArray());
        online.Add<double>([3, 4], 5);
        Assert.Equal((0, 5), (online.Weights[0], online.Intercept));
        online.Add<float>([4, 8], 7);
        online.Add<double>([5, 12], 9);

        // The second column is 4 times the first, minus 8.
        Assert.Equal(2, online.Weights[0], 1e-12);
        Assert.Equal(0, online.Weights[1]);
        Assert.Equal(-1, online.Intercept, 1e-12);
        Assert.Equal(2, online.ToModel().Features);
    }

    [Fact]
    public void Updates_removals_and_solutions_allocate_nothing()
    {
        using var problem = new Problem(300, 32, seed: 6);
        var online = new OnlineRegression(32);
        online.Rebuild(problem.Design.SliceRows(0, 100), problem.Y[..100]);
        Slide(problem, online);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double sum = Slide(problem, online);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(double.IsFinite(sum));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineRegression(-1));
        Assert.Contains("ridge", Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineRegression(1, new OnlineOptions { Ridge = -1 })).Message, StringComparison.Ordinal);
        var online = new OnlineRegression(2);
        Assert.Contains("3 columns", Assert.Throws<ArgumentException>(() => online.Add<double>([1, 2, 3], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("column 1", Assert.Throws<ArgumentException>(() => online.Add<double>([1, double.NaN], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("the target", Assert.Throws<ArgumentException>(() => online.Add<double>([1, 2], double.PositiveInfinity)).Message, StringComparison.Ordinal);
        Assert.All([0, -0.5, 1.5, double.NaN], factor => Assert.Throws<ArgumentOutOfRangeException>(() => online.Decay(factor)));
    }

    private static double Slide(Problem problem, OnlineRegression online)
    {
        double sum = 0;
        for (int i = 100; i < 200; i++)
        {
            online.Add(problem.Design[i], problem.Y[i]);
            online.Remove(problem.Design[i], problem.Y[i]);
            sum += online.Weights[0] + online.Intercept;
        }

        return sum;
    }

    private static Fit ClosedForm(Problem problem) => LinearRegression.Fit(problem.Design, problem.Y);

    private static void AssertClose(Fit fit, OnlineRegression online, double bound)
    {
        double size = Math.Max(1, fit.Model.Weights.ToArray().Append(fit.Model.Intercept).Max(Math.Abs));
        for (int j = 0; j < fit.Model.Features; j++)
        {
            Assert.InRange(Math.Abs(fit.Model.Weights[j] - online.Weights[j]), 0, bound * size);
        }

        Assert.InRange(Math.Abs(fit.Model.Intercept - online.Intercept), 0, bound * size);
    }
}
