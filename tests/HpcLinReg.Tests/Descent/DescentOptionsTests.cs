using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>Wrong options and data that cannot be descended on are named.</summary>
public class DescentOptionsTests
{
    public static TheoryData<string, StochasticGradientDescentOptions> Wrong => new()
    {
        { "learning rate", new() { Rate = -0.1 } },
        { "learning rate", new() { Rate = 0 } },
        { "learning rate", new() { Rate = double.NaN } },
        { "learning rate", new() { Rate = double.PositiveInfinity } },
        { "momentum", new() { Momentum = 1 } },
        { "momentum", new() { Momentum = double.NaN } },
        { "tolerance", new() { Tolerance = -1e-9 } },
        { "ridge", new() { Ridge = -1 } },
        { "HistoryPoints", new() { HistoryPoints = 3 } },
        { "Steps", new() { Steps = -1 } },
        { "divergence", new() { DivergenceFactor = 1 } },
        { "schedule", new() { Schedule = (RateSchedule)7 } },
        { "DecaySteps", new() { DecaySteps = 0 } },
        { "BatchSize", new() { BatchSize = 0 } },
        { "Epochs", new() { Epochs = -1 } },
        { "ShuffleWindow", new() { ShuffleWindow = 0 } },
        { "2 features", new() { Start = new LinearModel([1, 2, 3], 0) } },
        { "intercept", new() { Start = new LinearModel([1, 2], 1), Intercept = false } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named(string named, StochasticGradientDescentOptions options)
    {
        using var problem = new Problem(20, 2, seed: 1);
        Exception exception = Assert.ThrowsAny<ArgumentException>(() => StochasticGradientDescent.Fit(problem.Design, problem.Y, options, TestContext.Current.CancellationToken));
        Assert.Contains(named, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Wrong_data_are_named()
    {
        double[] x = [1, 2, 3, double.NaN, 5, 6];
        AssertNamed("Row 1", "column 1 of x", () => GradientDescent.Fit(new MatrixSpan<double>(x, 2), [1, 2, 3], null, TestContext.Current.CancellationToken));
        AssertNamed("Row 2", "the target", () => ConjugateGradient.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 2, double.PositiveInfinity], null, TestContext.Current.CancellationToken));
        AssertNamed("7 in every row", "target", () => StochasticGradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [7, 7, 7], null, TestContext.Current.CancellationToken));
        AssertNamed("0.1 in every row", "target", () => GradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [0.1, 0.1, 0.1], null, TestContext.Current.CancellationToken));
        AssertNamed("weight of row 1", "-1", () => GradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 2, 4], [1, -1, 1], null, TestContext.Current.CancellationToken));
        AssertNamed("All 3 rows", "weight 0", () => GradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 2, 4], [0, 0, 0], null, TestContext.Current.CancellationToken));
        AssertNamed("y has 2", "3 rows", () => GradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 2], null, TestContext.Current.CancellationToken));
        AssertNamed("rowWeights has 2", "3 rows", () => GradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 2, 4], [1, 2], null, TestContext.Current.CancellationToken));
        AssertNamed("no rows", "mean", () => GradientDescent.Fit(new MatrixSpan<double>([], 0, 1, 1), [], null, TestContext.Current.CancellationToken));
        Assert.Contains("column 0 of x", Assert.Throws<OverflowException>(() => GradientDescent.Fit(new MatrixSpan<double>([1e200, 2, 3], 1), [1, 2, 4], null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_target_is_a_goal_like_any_other_when_it_is_started_from_elsewhere()
    {
        DescentResult result = GradientDescent.Fit(
            new MatrixSpan<double>([1, 2, 4], 1), [7, 7, 7], new GradientDescentOptions { Standardize = false, Tolerance = 1e-11 }, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.Converged, result.Stop);
        Assert.Equal(7, result.Model.Intercept, 1e-12);
    }

    [Theory]
    [InlineData(1e-170, 1, "column 1 of x")]
    [InlineData(1e-150, 1, "column 1 of x")]
    [InlineData(1, 1e-170, "the target")]
    public void Units_whose_squares_underflow_are_refused_by_name(double unit, double targetUnit, string named)
    {
        using var problem = new Problem(30, 2, seed: 1);
        double[] x = [.. Enumerable.Range(0, 30).SelectMany(i => new[] { problem.X[i, 0], problem.X[i, 1] * unit })];
        double[] y = [.. problem.Targets.Select(value => value * targetUnit)];
        foreach (bool standardize in new[] { true, false })
        {
            foreach (bool intercept in new[] { true, false })
            {
                var options = new StochasticGradientDescentOptions { Standardize = standardize, Intercept = intercept };
                Assert.All(
                    (Action[])
                    [
                        () => GradientDescent.Fit(new MatrixSpan<double>(x, 2), y, options, TestContext.Current.CancellationToken),
                        () => ConjugateGradient.Fit(new MatrixSpan<double>(x, 2), y, options, TestContext.Current.CancellationToken),
                        () => StochasticGradientDescent.Fit(new MatrixSpan<double>(x, 2), y, options, TestContext.Current.CancellationToken),
                    ],
                    fit => Assert.Contains(named, Assert.Throws<OverflowException>(fit).Message, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void A_tiny_constant_column_is_refused_without_an_intercept_and_left_out_with_one()
    {
        double[] x = [1, 1e-170, 2, 1e-170, 4, 1e-170, 7, 1e-170], y = [1, 3, 2, 8];
        Assert.Contains(
            "column 1 of x",
            Assert.Throws<OverflowException>(() => GradientDescent.Fit(new MatrixSpan<double>(x, 2), y, new GradientDescentOptions { Intercept = false }, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
        DescentResult result = GradientDescent.Fit(new MatrixSpan<double>(x, 2), y, null, TestContext.Current.CancellationToken);
        Assert.Equal((StopReason.Converged, 0), (result.Stop, result.Model.Weights[1]));
    }

    [Theory]
    [InlineData(1e-120, 1)]
    [InlineData(1e120, 1)]
    [InlineData(1e-110, 1e110)]
    [InlineData(1e110, 1e-110)]
    public void Units_within_the_range_of_squares_give_right_answers_and_finite_rates(double unit, double targetUnit)
    {
        using var problem = new Problem(60, 2, seed: 1);
        double[] x = [.. problem.X.Cast<double>().Select(value => value * unit)];
        double[] y = [.. problem.Targets.Select(value => value * targetUnit)];
        var design = new MatrixSpan<double>(x, 2);
        LinearModel closed = DescentData.ClosedForm(problem).Model;
        var options = new GradientDescentOptions();
        DescentResult[] results =
        [
            GradientDescent.Fit(design, y, options, TestContext.Current.CancellationToken),
            ConjugateGradient.Fit(design, y, options, TestContext.Current.CancellationToken),
            GradientDescent.Fit(design, y, options with { Standardize = false, Intercept = false, Rate = null }, TestContext.Current.CancellationToken),
        ];
        Assert.All(results, result => Assert.Equal(StopReason.Converged, result.Stop));
        Assert.All(results.Take(2), result => Assert.Equal(closed.Weights[0], result.Model.Weights[0] / targetUnit * unit, 1e-8 * Math.Abs(closed.Weights[0])));
        foreach (bool standardize in new[] { true, false })
        {
            DescentResult batches = StochasticGradientDescent.Fit(
                design, y, new StochasticGradientDescentOptions { Standardize = standardize, Intercept = false, Epochs = 1 }, TestContext.Current.CancellationToken);
            Assert.Equal(StopReason.StepLimit, batches.Stop);
            Assert.True(double.IsNormal(batches.LargestStableRate), $"{batches.LargestStableRate}");
        }
    }

    private static void AssertNamed(string first, string second, Action descend)
    {
        string message = Assert.ThrowsAny<ArgumentException>(descend).Message;
        Assert.Contains(first, message, StringComparison.Ordinal);
        Assert.Contains(second, message, StringComparison.Ordinal);
    }
}
