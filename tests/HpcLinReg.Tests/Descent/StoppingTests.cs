using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>Why a descent ends, and that what it leaves is usable.</summary>
public class StoppingTests
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 60)]
    public void Cancelling_at_any_step_leaves_the_model_of_that_step(byte at, byte method, bool streamed, Seed seed)
    {
        using var problem = new Problem(120, 5, seed);
        using var stop = new CancellationTokenSource();
        double[] seen = [];
        int step = at % 12;
        DescentCallback cancel = (in point) =>
        {
            if (point.Point.Step == step)
            {
                seen = [.. point.Weights, point.Intercept];
                stop.Cancel();
            }
        };
        DescentResult result = Run(problem, method % 3, streamed, cancel, stop.Token);

        // Conjugate gradients may be done before.
        if (_skips.When(seen.Length == 0, most: 0.3))
        {
            Assert.Equal((1, StopReason.Converged), (method % 3, result.Stop));
            return;
        }

        Assert.True(result.Stop == StopReason.Cancelled || (method % 3 == 1 && result.Stop == StopReason.Converged), $"{result.Stop}");
        Assert.Equal(step, result.Steps);
        Assert.Equal(seen, Coefficients(result));
        Assert.Equal(step, (method % 3 == 2 ? result.History.MiniBatches.Append(result.History.Last).MaxBy(point => point.Step) : result.History.Last).Step);
    }

    [Fact]
    public void Cancelling_within_any_reading_leaves_the_model_of_the_last_whole_step()
    {
        using var problem = new Problem(120, 5, seed: 3);
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        for (int method = 0; method < 3; method++)
        {
            for (int reading = 1; reading < 30; reading++)
            {
                using var stop = new CancellationTokenSource();
                var source = new ArrayRows(joint, 6);
                source.OnRead = () =>
                {
                    if (source.Readings == reading)
                    {
                        stop.Cancel();
                    }
                };
                List<double[]> steps = [];
                DescentResult result = RunOn(source, method, (in step) => steps.Add([.. step.Weights, step.Intercept]), stop.Token);
                if (source.Readings < reading)
                {
                    break;
                }

                Assert.True(result.Stop is StopReason.Cancelled or StopReason.Converged, $"Method {method}, reading {reading}: {result.Stop}");
                if (steps.Count > 0)
                {
                    Assert.Equal(steps[^1], Coefficients(result));
                }
            }
        }
    }

    [Fact]
    public void A_token_cancelled_before_the_first_reading_gives_the_start()
    {
        using var problem = new Problem(20, 2, seed: 3);
        var source = new ArrayRows(ArrayRows.Join(problem.X, problem.Targets), 3);
        DescentResult result = GradientDescent.Fit(source, new GradientDescentOptions { Start = new LinearModel([1, 2], 3) }, new CancellationToken(true));
        Assert.Equal((StopReason.Cancelled, 0, 0), (result.Stop, result.Steps, result.History.Points.Length));
        Assert.Equal([1, 2], result.Model.Weights.ToArray());
    }

    [Fact]
    public void Starting_at_the_optimum_is_converged_at_once()
    {
        using var problem = new Problem(90, 4, seed: 3);
        LinearModel closed = DescentData.ClosedForm(problem).Model;
        DescentResult plain = GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { Start = closed }, TestContext.Current.CancellationToken);
        DescentResult conjugate = ConjugateGradient.Fit(problem.Design, problem.Y, new DescentOptions { Start = closed }, TestContext.Current.CancellationToken);
        Assert.All([plain, conjugate], result => Assert.Equal(StopReason.Converged, result.Stop));
        Assert.All([plain, conjugate], result => Assert.InRange(result.Steps, 0, 1));
    }

    [Fact]
    public void A_tolerance_of_zero_ends_where_the_arithmetic_does()
    {
        using var problem = new Problem(200, 6, seed: 4);
        DescentResult result = GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { Tolerance = 0, Steps = 2000 }, TestContext.Current.CancellationToken);
        Assert.True(result.Stop is StopReason.Stalled or StopReason.StepLimit, $"{result.Stop}");
        Assert.InRange(result.Distance, double.Epsilon, 1e-13);
    }

    [Fact]
    public void A_limit_of_steps_is_kept_and_said()
    {
        using var problem = new Problem(200, 6, seed: 4);
        foreach (int steps in new[] { 0, 1, 5 })
        {
            for (int method = 0; method < 3; method++)
            {
                DescentResult result = Run(problem, method, streamed: false, null, TestContext.Current.CancellationToken, steps);
                Assert.Equal((StopReason.StepLimit, steps), (result.Stop, result.Steps));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void Mini_batches_diverge_by_value_and_keep_their_best(int batch)
    {
        using var problem = new Problem(3000, 5, seed: 4);
        DescentResult calm = StochasticGradientDescent.Fit(problem.Design, problem.Y, new StochasticGradientDescentOptions { BatchSize = batch, Epochs = 3, Tolerance = 0 }, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.StepLimit, calm.Stop);
        Assert.Equal(calm.LargestStableRate / 2, calm.Rate, 1e-15);
        DescentResult wild = StochasticGradientDescent.Fit(problem.Design, problem.Y, new StochasticGradientDescentOptions { BatchSize = batch, Epochs = 50, Rate = 3 * calm.LargestStableRate, Schedule = RateSchedule.Constant }, TestContext.Current.CancellationToken);
        Assert.Equal((StopReason.Diverged, calm.LargestStableRate), (wild.Stop, wild.LargestStableRate));
        Assert.InRange(LinearRegression.MeanSquaredError(problem.Design, problem.Y, wild.Model.Weights, wild.Model.Intercept), 0, wild.History.First.Loss * (1 + 1e-12));
    }

    [Fact]
    public void Progress_is_told_and_nothing_is_allocated_by_steps()
    {
        using var problem = new Problem(300, 6, seed: 4);
        var progress = new Told();
        GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { Steps = 3, Progress = progress }, TestContext.Current.CancellationToken);
        Assert.Equal([0L, 1, 2, 3], progress.Steps);
        for (int method = 0; method < 3; method++)
        {
            // The history's size varies by a few points; 600 steps would show a single byte each. The first runs warm the code up.
            Allocated(problem, method, 20);
            Allocated(problem, method, 620);
            Assert.InRange(Allocated(problem, method, 620) - Allocated(problem, method, 20), -599, 599);
        }
    }

    private static double[] Coefficients(DescentResult result) => [.. result.Model.Weights, result.Model.Intercept];

    private static long Allocated(Problem problem, int method, int steps)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(problem, method, streamed: false, null, CancellationToken.None, steps, historyPoints: 4, tolerance: 0);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static DescentResult Run(Problem problem, int method, bool streamed, DescentCallback? onStep, CancellationToken token, long? steps = null, int historyPoints = 1000, double tolerance = 1e-13)
    {
        if (streamed)
        {
            return RunOn(new ArrayRows(ArrayRows.Join(problem.X, problem.Targets), problem.Columns + 1, 7, 50), method, onStep, token);
        }

        return method switch
        {
            0 => GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { OnStep = onStep, Steps = steps, HistoryPoints = historyPoints, Tolerance = tolerance, Rate = 0.01 }, token),
            1 => ConjugateGradient.Fit(problem.Design, problem.Y, new DescentOptions { OnStep = onStep, Steps = steps, HistoryPoints = historyPoints, Tolerance = tolerance }, token),
            _ => StochasticGradientDescent.Fit(problem.Design, problem.Y, new StochasticGradientDescentOptions { OnStep = onStep, Steps = steps, HistoryPoints = historyPoints, Tolerance = tolerance, BatchSize = 4 }, token),
        };
    }

    private static DescentResult RunOn(ArrayRows source, int method, DescentCallback? onStep, CancellationToken token) => method switch
    {
        0 => GradientDescent.Fit(source, new GradientDescentOptions { OnStep = onStep, Tolerance = 1e-13, Rate = 0.01 }, token),
        1 => ConjugateGradient.Fit(source, new DescentOptions { OnStep = onStep, Tolerance = 1e-13 }, token),
        _ => StochasticGradientDescent.Fit(source, new StochasticGradientDescentOptions { OnStep = onStep, Epochs = 40, BatchSize = 4 }, token),
    };

    private sealed class Told : IProgress<DescentProgress>
    {
        internal List<long> Steps { get; } = [];

        public void Report(DescentProgress value) => Steps.Add(value.Step);
    }
}
