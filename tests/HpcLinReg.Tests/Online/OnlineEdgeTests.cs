using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Online;

/// <summary>Online models at their edges: long pauses, origins that leave, rare indicators, units far from 1, rows that were never there.</summary>
public class OnlineEdgeTests
{
    [Theory]
    [InlineData(0.5, 1000)]
    [InlineData(0.5, 5000)]
    [InlineData(0.9, 15_000)]
    [InlineData(0.99, 160_000)]
    [InlineData(0.999, 2_000_000)]
    [InlineData(1e-300, 50)]
    public void Rows_after_a_long_pause_are_fitted_as_if_nothing_had_been(double factor, int times)
    {
        var online = new OnlineRegression(1);
        online.Add<double>([1], 3);
        online.Add<double>([2], 5);
        online.Add<double>([4], 9.5);
        double[] before = [online.Weights[0], online.Intercept];
        for (int i = 0; i < times; i++)
        {
            online.Decay(factor);
        }

        Assert.Equal((before[0], before[1]), (online.Weights[0], online.Intercept));
        foreach (double x in (double[])[3, 4, 5, 6])
        {
            online.Add<double>([x], 3 * x);
        }

        // What the first rows still weigh is at most 0.99 to the power of 160 000.
        AssertRight(online, [3], 0, 1e-14);
        Assert.Equal(4, online.Weight, 1e-12);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(70_000)]
    [InlineData(150_000)]
    public void A_rare_indicator_is_right_again_when_it_comes_back(int rows)
    {
        var online = new OnlineRegression(2);
        var random = new Random(7);
        void Row(double a, double b)
        {
            online.Decay(0.99);
            online.Add<double>([a, b], 1 + (2 * a) + (7 * b));
        }

        for (int i = 0; i < 40 + rows; i++)
        {
            Row(random.NextDouble(), i < 5 ? 1 : 0);
        }

        AssertRight(online, [2, online.Weights[1]], 1, 1e-12);
        for (int i = 0; i < 4; i++)
        {
            Row(random.NextDouble(), 1);
        }

        AssertRight(online, [2, 7], 1, 1e-12);
    }

    [Fact]
    public void Zeros_first_and_rows_at_one_point_leave_what_they_do_not_determine_alone()
    {
        var zeros = new OnlineRegression(2, new OnlineOptions { Intercept = false });
        for (int i = 0; i < 3050; i++)
        {
            zeros.Decay(0.998);
            int k = i - 3000;
            zeros.Add<double>(k < 0 ? [0, 0] : [k % 7, k % 5], k < 0 ? 0 : (3.0 * (k % 7)) - (2 * (k % 5)));
        }

        AssertRight(zeros, [3, -2], 0, 1e-13);
        var windUp = new OnlineRegression(1);
        for (int i = 0; i < 20_100; i++)
        {
            windUp.Decay(0.9);
            windUp.Add<double>([i < 100 ? i % 9 : 5], i < 100 ? (2.0 * (i % 9)) + 1 : 11);
        }

        Assert.Equal(11, (5 * windUp.Weights[0]) + windUp.Intercept, 1e-14 * 11);
        Assert.False(windUp.NeedsRebuild);
        for (int i = 0; i < 50; i++)
        {
            windUp.Decay(0.9);
            windUp.Add<double>([i % 9], (2.0 * (i % 9)) + 1);
        }

        AssertRight(windUp, [2], 1, 1e-13);
    }

    [Theory]
    [InlineData(1.7e9, 0.01, false)]
    [InlineData(1.7e12, 1, false)]
    [InlineData(1.7e12, 1, true)]
    [InlineData(-4e15, 8, true)]
    public void A_first_row_far_away_leaves_no_trace_when_it_goes(double start, double step, bool fades)
    {
        var online = new OnlineRegression(1);
        online.Add<double>([0], 0);
        for (int i = 0; i < 400; i++)
        {
            if (fades && i == 200)
            {
                for (int times = 0; times < 6000; times++)
                {
                    online.Decay(0.9);
                }
            }

            online.Add<double>([start + (step * i)], 5 + (0.25 * i));
        }

        Assert.True(fades || online.Remove<double>([0], 0));

        // The slope of the stored cells, whose rounding is 2⁻⁵³ of the start beside steps of 0.01. Weights and an intercept of a billion times the
        // target's size are rounded, too, which the digits count.
        double last = start + (399 * step), size = Math.Abs(start * 0.25 / step);
        Assert.Equal(0.25 / step, online.Weights[0], 0.25 / step * (step < 1 ? 1e-6 : 1e-8));
        Assert.Equal(104.75, (online.Weights[0] * last) + online.Intercept, 1e-3 + (8 * Naive.Gamma(1) * size));
        Assert.InRange(online.Digits, Math.Log10(60 / (16 * Naive.Gamma(1) * size)), 16);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(300_000)]
    public void A_window_that_slides_away_from_its_first_row_stays_right(int rows)
    {
        const int Window = 100;
        static double Target(int i) => (2.0 * i) + (i % 3);
        var online = new OnlineRegression(1);
        for (int i = 0; i < rows; i++)
        {
            online.Add<double>([i], Target(i));
            Assert.True(i < Window || online.Remove<double>([i - Window], Target(i - Window)));
        }

        var exact = new ExactLeastSquares(DataSet.Matrix(Window, 1, (i, _) => rows - Window + i), [.. Enumerable.Range(rows - Window, Window).Select(Target)]);
        Assert.False(online.NeedsRebuild);
        Assert.InRange(exact.Coefficients[0].RelativeError(online.Weights[0]), 0, 1e-13);
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(100, 7)]
    [InlineData(4, 9.000001)]
    public void A_stranger_is_refused_and_nothing_changes(double x, double y)
    {
        var online = new OnlineRegression(1);
        for (int i = 0; i < 10; i++)
        {
            online.Add<double>([i], (2 * i) + 1);
        }

        byte[] before = online.Snapshot();
        Assert.False(online.Remove<double>([x], y));
        Assert.Equal(before, online.Snapshot());
        AssertRight(online, [2], 1, 1e-14);
    }

    [Fact]
    public void Genuine_rows_of_a_line_without_noise_are_all_removed_down_to_none()
    {
        var random = new Random(3);
        for (int set = 0; set < 100; set++)
        {
            int n = 3 + random.Next(20);
            double slope = random.NextDouble(), offset = 1e3 * random.NextDouble();
            double[] x = [.. Enumerable.Range(0, n).Select(_ => offset + random.NextDouble())];
            var online = new OnlineRegression(1);
            foreach (double value in x)
            {
                online.Add<double>([value], (slope * value) + 1);
            }

            random.Shuffle(x);
            Assert.All(x, value => Assert.True(online.Remove<double>([value], (slope * value) + 1)));
            Assert.Equal((0, 0.0), (online.Count, online.Weight));
        }
    }

    [Fact]
    public void A_target_of_1e18_that_came_and_went_leaves_the_weights_alone()
    {
        using var problem = new Problem(60, 3, seed: 4);
        var online = new OnlineRegression(3);
        online.Add(problem.Design, problem.Y);
        online.Add(problem.Design[7], 1e18);
        Assert.True(online.Remove(problem.Design[7], 1e18));
        LinearModel right = LinearRegression.Fit(problem.Design, problem.Y).Model;
        double promise = Math.Pow(10, -online.Digits) * Math.Sqrt(problem.Targets.Sum(y => y * y));
        double error = Math.Sqrt(Enumerable.Range(0, 60).Sum(i => Math.Pow(online.ToModel().Predict(problem.Design[i]) - right.Predict(problem.Design[i]), 2)));
        Assert.InRange(error, 0, promise + 1e-12);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.3)]
    public void A_bump_that_is_tiny_far_from_its_centre_is_found(double width)
    {
        var online = new OnlineRegression(2);
        for (int i = 0; i < 300; i++)
        {
            double t = 0.02 * i, bump = Math.Exp(-Math.Pow((t - 3) / width, 2));
            online.Add<double>([bump, t], (2 * t) + 1 + (5 * bump));
            Assert.True(double.IsFinite(online.Weights[1]) && double.IsFinite(online.ResidualSumOfSquares));
        }

        AssertRight(online, [5, 2], 1, 1e-13);
    }

    [Theory]
    [InlineData(1e-165, 1)]
    [InlineData(1e150, 1e150)]
    [InlineData(1e-150, 1e149)]
    [InlineData(1e149, 1e-150)]
    [InlineData(1e-300, 1e-300)]
    public void Units_far_from_one_cost_nothing(double unit, double targetUnit)
    {
        var online = new OnlineRegression(2);
        var near = new OnlineRegression(2);
        var random = new Random(1);
        for (int i = 0; i < 30; i++)
        {
            double a = random.NextDouble(), b = random.NextDouble() - 0.5, y = (a - b + random.NextDouble()) / 4;
            online.Add<double>([a * unit, b], y * targetUnit);
            near.Add<double>([a * unit / unit, b], y * targetUnit / targetUnit);
        }

        Assert.False(online.NeedsRebuild);

        // Cells in another unit are rounded anew, by 2⁻⁵³ each.
        Assert.Equal(near.Weights[0], online.Weights[0] / targetUnit * unit, 1e-12);
        Assert.Equal(near.Weights[1], online.Weights[1] / targetUnit, 1e-12);
        Assert.Equal(near.Intercept, online.Intercept / targetUnit, 1e-12);
    }

    [Theory]
    [InlineData(1.01e150, 1, "column 0")]
    [InlineData(double.NaN, 1, "column 0")]
    [InlineData(1, double.NegativeInfinity, "the target")]
    [InlineData(1, -2e150, "the target")]
    public void A_cell_that_cannot_be_taken_is_named_and_nothing_changes(double x, double y, string name)
    {
        var online = new OnlineRegression(1);
        online.Add<double>([1], 2);
        byte[] before = online.Snapshot();
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => online.Add<double>([x], y)).Message, StringComparison.Ordinal);
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => online.Remove<double>([x], y)).Message, StringComparison.Ordinal);
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => online.Add(new MatrixSpan<double>([1, x], 1), [1, y])).Message, StringComparison.Ordinal);
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => online.Rebuild(new MatrixSpan<double>([1, x], 1), [1, y])).Message, StringComparison.Ordinal);
        Assert.Equal(before, online.Snapshot());
        Assert.All([0, -1, 1.5, double.NaN], weight => Assert.Throws<ArgumentOutOfRangeException>(() => online.Remove<double>([1], 2, weight)));
    }

    private static void AssertRight(OnlineRegression online, double[] weights, double intercept, double bound)
    {
        for (int j = 0; j < weights.Length; j++)
        {
            Assert.Equal(weights[j], online.Weights[j], bound * Math.Max(1, Math.Abs(weights[j])));
        }

        Assert.Equal(intercept, online.Intercept, 10 * bound * Math.Max(1, Math.Abs(intercept)));
        Assert.False(online.NeedsRebuild);
    }
}
