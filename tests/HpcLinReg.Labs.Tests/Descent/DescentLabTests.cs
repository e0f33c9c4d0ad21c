using HpcLinReg.Labs.Descent;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Tests.Descent;

public class DescentLabTests
{
    private static DescentLab Lab(string preset) => new(DescentLab.Start(Presets.Find(preset)!.ToPointSet()));

    [Fact]
    public void The_hand_example_starts_with_the_chapters_numbers_and_follows_its_formula()
    {
        DescentLab lab = Lab("hand");
        lab.SetRate(0.1);
        Assert.Equal(new TracePoint(1, 0, 14.0 / 3), lab.Current);
        StepNumbers numbers = StepNumbers.Of(lab)!;
        Assert.Equal(-28.0 / 3, numbers.Slope.Gradient);
        Assert.Equal(-4, numbers.Intercept.Gradient);
        lab.GoTo(1);
        // One rounding of the product, one of the sum.
        Assert.Equal(1 + (0.1 * 28 / 3), lab.Current!.Value.Slope, 1e-15);
        Assert.Equal(0.4, lab.Current!.Value.Intercept, 1e-15);
    }

    /// <summary>The Hessian of the hand example is 2·[[14/3, 2], [2, 1]], with eigenvalues (17 ± √265)/3.</summary>
    [Fact]
    public void The_largest_stable_rate_and_the_condition_are_the_Hessians()
    {
        DescentLab lab = Lab("hand");
        double largest = (17 + Math.Sqrt(265)) / 3, smallest = (17 - Math.Sqrt(265)) / 3;
        Assert.Equal(largest, lab.Surface!.LargestCurvature, 1e-13);
        Assert.Equal(largest / smallest, lab.Surface.Condition, 1e-11);
        // The engine finds λmax by power iteration; the figure is shown to four digits.
        Assert.Equal(2 / largest, lab.Trace!.LargestStableRate, 1e-6);
        Assert.Equal(DescentLab.ThreeDigits(1 / largest), lab.State.Rate);
    }

    [Theory]
    [InlineData("hand")]
    [InlineData("noise")]
    [InlineData("outlier")]
    [InlineData("anscombe3")]
    public void Just_below_the_largest_stable_rate_the_loss_falls_and_just_beyond_it_diverges_before_numbers_overflow(string preset)
    {
        DescentLab lab = Lab(preset);
        lab.SetRateShare(0.97);
        double[] losses = [.. lab.Trace!.Points.Select(point => point.Loss)];
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second <= pair.First * (1 + 1e-12)));
        Assert.Contains("zigzag", lab.Words(), StringComparison.Ordinal);

        lab.SetRateShare(1.1);
        Assert.Equal(StopReason.Diverged, lab.Trace!.Stop);
        Assert.All(lab.Trace.Points, point => Assert.True(double.IsFinite(point.Loss)));
        Assert.Contains("will diverge", lab.Words(), StringComparison.Ordinal);
        lab.GoTo(int.MaxValue);
        Assert.InRange(lab.Current!.Value.Loss, lab.Trace.Points[0].Loss * 2, double.MaxValue);
        Assert.Contains("Diverged", lab.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public void Standardized_the_valley_is_a_bowl_and_the_optimum_the_same_line()
    {
        DescentLab lab = Lab("noise");
        LossSurface valley = lab.Surface!;
        lab.Standardize(true);
        Assert.Equal(1, lab.Surface!.Condition, 1e-12);
        lab.GoTo(int.MaxValue);
        Assert.Equal(StopReason.Converged, lab.Trace!.Stop);
        Assert.Equal(valley.BestSlope, lab.Current!.Value.Slope, 1e-9);
        Assert.Equal(valley.BestIntercept, lab.Current!.Value.Intercept, 1e-8);
    }

    [Fact]
    public void The_surface_is_the_mean_squared_error()
    {
        var data = Presets.Find("anscombe1")!.ToPointSet();
        var surface = new LossSurface(data.Xs(), data.Ys());
        var random = new Random(3);
        for (int k = 0; k < 50; k++)
        {
            double w = random.NextDouble() - 0.5, b = 10 * random.NextDouble();
            double naive = data.Points.Average(point => Math.Pow((w * point.X) + b - point.Y, 2));
            // Sums of eleven squares of at most a hundred.
            Assert.Equal(naive, surface.At(w, b), 1e-12 * (1 + naive));
        }

        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(data.Xs(), 1), data.Ys());
        Assert.Equal(fit.Model.Weights[0], surface.BestSlope, 1e-14);
        Assert.Equal(fit.ResidualSumOfSquares / 11, surface.Least, 1e-13);
    }

    [Fact]
    public void Level_lines_have_their_level_and_the_axes_hold_the_starts()
    {
        var data = Presets.Find("noise")!.ToPointSet();
        var surface = new LossSurface(data.Xs(), data.Ys());
        (Axis w, Axis b) = surface.Around(0, 0);
        Assert.All(surface.Level(surface.Excess(0, 0), w, 40), place =>
        {
            Assert.Equal(surface.At(0, 0), surface.At(place.Slope, place.Intercept), 1e-9 * surface.At(0, 0));
            Assert.InRange(place.Slope, w.Min, w.Max);
            Assert.InRange(place.Intercept, b.Min, b.Max);
        });
    }

    [Fact]
    public void Equal_x_make_a_valley_without_a_lowest_point()
    {
        DescentLab lab = Lab("vertical");
        Assert.False(lab.Surface!.HasOneMinimum);
        Assert.Equal(double.PositiveInfinity, lab.Surface.Condition);
        (double slope, double intercept) = lab.Surface.Level(1, lab.State.W, 9).First();
        Assert.Equal(lab.Surface.Least + 1, lab.Surface.At(slope, intercept), 1e-12);
        lab.GoTo(int.MaxValue);
        Assert.Equal(lab.Surface.Least, lab.Current!.Value.Loss, 1e-12);
        lab.Standardize(true);
        Assert.True(lab.Trace is not null || lab.Problem is { Length: > 0 });
    }

    [Fact]
    public void Mini_batches_repeat_with_their_seed_and_differ_with_another()
    {
        DescentLab one = Lab("noise"), two = Lab("noise");
        one.Show(one.State with { Batch = 4, Seed = 9, Momentum = 0.5 });
        two.Show(two.State with { Batch = 4, Seed = 9, Momentum = 0.5 });
        Assert.Equal(one.Trace!.Points.AsEnumerable(), two.Trace!.Points);
        two.Show(two.State with { Seed = 10 });
        Assert.NotEqual(one.Trace.Points.AsEnumerable(), two.Trace!.Points);

        // The gradient of a mini-batch is what the step did: put back into the formula, it gives the step.
        one.GoTo(7);
        ParameterStep step = StepNumbers.Of(one)!.Slope;
        Assert.Equal(step.After, step.Before + (0.5 * step.LastStep) - (one.State.Rate * step.Gradient), 1e-12);
    }

    [Fact]
    public void Momentum_keeps_its_share_of_the_last_step()
    {
        DescentLab lab = Lab("hand");
        lab.Show(lab.State with { Momentum = 0.8 });
        lab.GoTo(5);
        StepNumbers numbers = StepNumbers.Of(lab)!;
        Assert.Equal(numbers.Slope.After, numbers.Slope.Before + (0.8 * numbers.Slope.LastStep) - (lab.State.Rate * numbers.Slope.Gradient), 1e-12);
        Assert.Equal(numbers.Intercept.After, numbers.Intercept.Before + (0.8 * numbers.Intercept.LastStep) - (lab.State.Rate * numbers.Intercept.Gradient), 1e-12);
    }

    [Fact]
    public void Steps_go_forward_and_back_within_the_descent_only()
    {
        DescentLab lab = Lab("clean");
        lab.GoTo(-5);
        Assert.Equal(0, lab.Position);
        lab.GoTo(3);
        TracePoint third = lab.Current!.Value;
        lab.GoTo(4);
        lab.GoTo(3);
        Assert.Equal(third, lab.Current);
        lab.MoveStart(5, 5);
        Assert.Equal(0, lab.Position);
        Assert.Equal(5, lab.State.StartSlope);
        Assert.Equal(0, new DescentLab(DescentLab.Start(new PointSet("", []))).Position);
    }

    [Theory]
    [InlineData(1e100)]
    [InlineData(1e-300)]
    public void Extreme_numbers_are_an_answer(double size)
    {
        var lab = new DescentLab(DescentLab.Start(new PointSet("", [new(size, -size), new(0, 1), new(-size, 2)])));
        Assert.True(lab.Trace is not null || lab.Problem is { Length: > 0 });
        Assert.True(lab.State.W.IsUsable && lab.State.B.IsUsable);
        Assert.NotEmpty(lab.Words());
    }

    [Fact]
    public void A_gesture_is_undone_as_one_and_steps_are_no_change()
    {
        DescentLab lab = Lab("noise");
        DescentState start = lab.State;
        lab.GoTo(7);
        lab.Commit();
        Assert.False(lab.CanUndo);
        foreach (double slope in (double[])[1, 2, 3])
        {
            lab.MoveStart(slope, 1);
        }

        lab.Commit();
        DescentState moved = lab.State;
        Trace trace = lab.Trace!;
        lab.Standardize(true);
        lab.Commit();
        lab.Undo();
        Assert.Equal(moved, lab.State);
        Assert.Equal(trace.Points, lab.Trace!.Points);
        lab.Undo();
        Assert.Equal(start with { Step = 7 }, lab.State);
        Assert.False(lab.CanUndo);
        lab.Redo();
        lab.Redo();
        Assert.True(lab.State.Standardize);
        Assert.False(lab.CanRedo);
        lab.Undo();
        lab.SetRateShare(0.97);
        lab.Commit();
        Assert.False(lab.CanRedo);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.123)]
    [InlineData(0.1775)]
    [InlineData(7.25e40)]
    public void The_rates_slider_finds_its_rates_again(double stable)
    {
        // An arrow key goes from a position to the next one: were the next rate shown at the old position, the key would not get beyond.
        var scale = new RateScale(stable);
        Assert.All(Enumerable.Range(0, RateScale.Positions + 1), position => Assert.Equal(position, scale.PositionOf(scale.RateAt(position))));

        Assert.Equal(RateScale.StablePosition, scale.PositionOf(stable));
        Assert.Equal(0, scale.PositionOf(0));
        Assert.Equal(RateScale.Positions, scale.PositionOf(double.MaxValue));
    }
}
