using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>Every way down ends where the closed form is, to 1e-10 of the largest coefficient on well-conditioned data.</summary>
public class ClosedFormTests
{
    private const double Promised = 1e-10;

    /// <summary>Converged means this near by each coefficient, so nearer than promised by the largest.</summary>
    private const double Tight = 1e-11;

    [Law(MaxTest = 60)]
    public void Gradient_descent_ends_at_the_closed_form(byte rows, byte columns, bool intercept, bool standardize, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        DescentResult result = GradientDescent.Fit(
            problem.Design, problem.Y, new GradientDescentOptions { Intercept = intercept, Standardize = standardize, Tolerance = Tight }, TestContext.Current.CancellationToken);
        AssertClosedForm(problem, new FitOptions { Intercept = intercept }, result);
    }

    [Law(MaxTest = 60)]
    public void Conjugate_gradients_end_at_the_closed_form(byte rows, byte columns, bool intercept, bool standardize, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        DescentResult result = ConjugateGradient.Fit(
            problem.Design, problem.Y, new DescentOptions { Intercept = intercept, Standardize = standardize, Tolerance = Tight }, TestContext.Current.CancellationToken);
        AssertClosedForm(problem, new FitOptions { Intercept = intercept }, result);
    }

    /// <summary>Mini-batches reach the optimum where there is no noise: targets on a plane.</summary>
    [Law(MaxTest = 40)]
    public void Mini_batches_end_at_the_closed_form_of_exact_data(byte rows, byte columns, byte batch, bool standardize, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        double[] y = Naive.Predict(problem.X, problem.Weights, problem.Intercept);
        DescentResult result = StochasticGradientDescent.Fit(
            problem.Design, y, new StochasticGradientDescentOptions { BatchSize = 1 + (batch % 40), Epochs = 5000, Schedule = RateSchedule.Constant, Standardize = standardize, Tolerance = Promised, Seed = seed }, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.Converged, result.Stop);
        Assert.InRange(DescentData.Difference(LinearRegression.Fit(problem.Design, y).Model, result.Model), 0, Promised);
    }

    [Law(MaxTest = 30)]
    public void Mini_batches_of_all_rows_end_at_the_closed_form(byte rows, byte columns, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        DescentResult result = StochasticGradientDescent.Fit(
            problem.Design, problem.Y, new StochasticGradientDescentOptions { BatchSize = 1000, Epochs = 10000, Schedule = RateSchedule.Constant, Tolerance = Tight, Seed = seed }, TestContext.Current.CancellationToken);
        AssertClosedForm(problem, new FitOptions(), result);
    }

    [Fact]
    public void A_falling_rate_averages_the_noise_of_mini_batches_away()
    {
        using var problem = new Problem(4000, 5, seed: 6);
        LinearModel closed = DescentData.ClosedForm(problem).Model;
        double ErrorOf(RateSchedule schedule) => DescentData.Difference(closed, StochasticGradientDescent.Fit(
            problem.Design, problem.Y, new StochasticGradientDescentOptions { BatchSize = 16, Epochs = 40, Schedule = schedule, Tolerance = 0, Seed = 1 }, TestContext.Current.CancellationToken).Model);
        double constant = ErrorOf(RateSchedule.Constant);

        // 10,000 steps: the mean of as many noisy gradients errs by a hundredth of one, the last few by a few tenths.
        Assert.InRange(ErrorOf(RateSchedule.Cosine), 0, constant / 10);
        Assert.InRange(ErrorOf(RateSchedule.InverseTime), 0, constant / 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void Ridge_is_that_of_the_closed_form(double ridge)
    {
        using var problem = new Problem(90, 6, seed: 2);
        var closed = new FitOptions { Ridge = ridge };
        foreach (bool standardize in new[] { true, false })
        {
            AssertClosedForm(problem, closed, GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { Ridge = ridge, Standardize = standardize, Tolerance = Tight }, TestContext.Current.CancellationToken));
            AssertClosedForm(problem, closed, ConjugateGradient.Fit(problem.Design, problem.Y, new DescentOptions { Ridge = ridge, Standardize = standardize, Tolerance = Tight }, TestContext.Current.CancellationToken));
            AssertClosedForm(problem, closed, StochasticGradientDescent.Fit(problem.Design, problem.Y, new StochasticGradientDescentOptions { Ridge = ridge, BatchSize = 90, Epochs = 5000, Schedule = RateSchedule.Constant, Standardize = standardize, Tolerance = Tight }, TestContext.Current.CancellationToken));
        }
    }

    [Law(MaxTest = 20)]
    public void A_weight_is_as_many_rows_and_zero_is_none(byte rows, byte columns, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        var random = new Random(seed);
        double[] weights = [.. Enumerable.Range(0, problem.Rows).Select(_ => (double)random.Next(4))];
        int[] repeated = [.. Enumerable.Range(0, problem.Rows).SelectMany(i => Enumerable.Repeat(i, (int)weights[i]))];
        double[] x = [.. repeated.SelectMany(i => Enumerable.Range(0, problem.Columns).Select(j => problem.X[i, j]))];
        LinearModel closed = LinearRegression.Fit(new MatrixSpan<double>(x, problem.Columns), [.. repeated.Select(i => problem.Targets[i])]).Model;
        DescentResult plain = GradientDescent.Fit(problem.Design, problem.Y, weights, new GradientDescentOptions { Tolerance = Tight }, TestContext.Current.CancellationToken);
        DescentResult conjugate = ConjugateGradient.Fit(problem.Design, problem.Y, weights, new DescentOptions { Tolerance = Tight }, TestContext.Current.CancellationToken);
        Assert.InRange(DescentData.Difference(closed, plain.Model), 0, Promised);
        Assert.InRange(DescentData.Difference(closed, conjugate.Model), 0, Promised);
        Assert.Equal(weights.Count(weight => weight > 0), plain.RowCount);

        int[] kept = [.. Enumerable.Range(0, problem.Rows).Where(i => weights[i] > 0)];
        double[] keptX = [.. kept.SelectMany(i => Enumerable.Range(0, problem.Columns).Select(j => problem.X[i, j]))];
        var options = new StochasticGradientDescentOptions { BatchSize = 4, Epochs = 3, Seed = seed };
        DescentResult without = StochasticGradientDescent.Fit(new MatrixSpan<double>(keptX, problem.Columns), [.. kept.Select(i => problem.Targets[i])], [.. kept.Select(i => weights[i])], options, TestContext.Current.CancellationToken);
        DescentResult with = StochasticGradientDescent.Fit(problem.Design, problem.Y, weights, options, TestContext.Current.CancellationToken);
        Assert.Equal(without.Steps, with.Steps);
        Assert.InRange(DescentData.Difference(without.Model, with.Model), 0, Promised);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e9)]
    public void Means_far_from_zero_cost_nothing(double offset)
    {
        // Whole thousandths of 2¹⁰ survive the shift without rounding.
        using var problem = new Problem(200, 4, seed: 9);
        double[] x = [.. problem.X.Cast<double>().Select(value => Math.Round(value * 1024) / 1024)];
        double[] shifted = [.. x.Select(value => value + offset)];
        LinearModel near = GradientDescent.Fit(new MatrixSpan<double>(x, 4), problem.Y, new GradientDescentOptions { Tolerance = Tight }, TestContext.Current.CancellationToken).Model;
        foreach (DescentResult far in new[]
        {
            GradientDescent.Fit(new MatrixSpan<double>(shifted, 4), problem.Y, new GradientDescentOptions { Tolerance = Tight }, TestContext.Current.CancellationToken),
            ConjugateGradient.Fit(new MatrixSpan<double>(shifted, 4), problem.Y, new DescentOptions { Tolerance = Tight }, TestContext.Current.CancellationToken),
        })
        {
            for (int j = 0; j < 4; j++)
            {
                Assert.Equal(near.Weights[j], far.Model.Weights[j], Promised);
            }
        }
    }

    [Fact]
    public void Float_gives_the_answer_of_double_bit_for_bit()
    {
        using var problem = new Problem(150, 9, seed: 4, extraStride: 2);
        DescentData.AssertSameBits(
            GradientDescent.Fit(problem.Design, problem.Y, null, TestContext.Current.CancellationToken),
            GradientDescent.Fit(problem.FloatDesign, problem.FloatY, null, TestContext.Current.CancellationToken));
        DescentData.AssertSameBits(
            StochasticGradientDescent.Fit(problem.Design, problem.Y, null, TestContext.Current.CancellationToken),
            StochasticGradientDescent.Fit(problem.FloatDesign, problem.FloatY, null, TestContext.Current.CancellationToken));
        DescentData.AssertSameBits(
            ConjugateGradient.Fit(problem.Design, problem.Y, null, TestContext.Current.CancellationToken),
            ConjugateGradient.Fit(problem.FloatDesign, problem.FloatY, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_constant_column_keeps_weight_zero_and_no_column_is_the_mean()
    {
        using var problem = new Problem(60, 3, seed: 5);
        double[] x = [.. Enumerable.Range(0, 60).SelectMany(i => new[] { problem.X[i, 0], 0.1, problem.X[i, 1] })];
        DescentResult result = GradientDescent.Fit(new MatrixSpan<double>(x, 3), problem.Y, null, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.Converged, result.Stop);
        Assert.InRange(Math.Abs(result.Model.Weights[1]), 0, 1e-12);
        DescentResult mean = ConjugateGradient.Fit(new MatrixSpan<double>([], 60, 0, 0), problem.Y, null, TestContext.Current.CancellationToken);
        Assert.Equal(problem.Targets.Average(), mean.Model.Intercept, 1e-14);
    }

    private static void AssertClosedForm(Problem problem, FitOptions options, DescentResult result)
    {
        Assert.Equal(StopReason.Converged, result.Stop);
        Assert.InRange(DescentData.Difference(DescentData.ClosedForm(problem, options).Model, result.Model), 0, Promised);
    }
}
