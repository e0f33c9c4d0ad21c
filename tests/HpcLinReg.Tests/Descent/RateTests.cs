using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>What theory says of rates and step counts on a quadratic loss.</summary>
public class RateTests
{
    [Law(MaxTest = 60)]
    public void The_loss_never_rises_at_a_stable_rate(byte rows, byte columns, byte share, bool standardize, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        double stable = Stable(problem, standardize);
        double rate = stable * (1 + (share % 96)) / 100;
        DescentResult result = GradientDescent.Fit(
            problem.Design, problem.Y, new GradientDescentOptions { Rate = rate, Standardize = standardize, Steps = 300 }, TestContext.Current.CancellationToken);
        Assert.Equal(rate, result.Rate);
        for (int k = 1; k < result.History.Points.Length; k++)
        {
            // Near the minimum the loss itself is only known to rounding.
            Assert.InRange(result.History.Points[k].Loss, 0, result.History.Points[k - 1].Loss * (1 + Naive.Gamma(problem.Rows)));
        }
    }

    [Law(MaxTest = 60)]
    public void Below_the_limit_it_converges_and_above_it_diverges(byte rows, byte columns, bool standardize, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        double largest = 2 / Stable(problem, standardize);

        // A start drawn at random has a part along every eigenvector. Along the top one the error grows by 1.1 a step.
        GradientDescentOptions Options(double product) => new()
        {
            Rate = product / largest,
            Standardize = standardize,
            Start = new LinearModel([.. problem.Weights.Select(w => 3 * w)], problem.Intercept + 1),
            Tolerance = 1e-6,
            Steps = 20000,
        };
        DescentResult below = GradientDescent.Fit(problem.Design, problem.Y, Options(1.9), TestContext.Current.CancellationToken);
        DescentResult above = GradientDescent.Fit(problem.Design, problem.Y, Options(2.1), TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.Converged, below.Stop);
        Assert.Equal(StopReason.Diverged, above.Stop);
        Assert.Equal(2 / largest, above.LargestStableRate);
        Assert.InRange(above.History.Last.Loss, 100 * above.History.First.Loss, double.PositiveInfinity);
        Assert.InRange(LinearRegression.MeanSquaredError(problem.Design, problem.Y, above.Model.Weights, above.Model.Intercept), 0, above.History.First.Loss * (1 + 1e-12));
        Assert.Equal(above.History.Best.Loss, LinearRegression.MeanSquaredError(problem.Design, problem.Y, above.Model.Weights, above.Model.Intercept), 1e-9 * above.History.First.Loss);
    }

    [Law(MaxTest = 60)]
    public void The_largest_eigenvalue_is_found_to_two_per_cent(byte rows, byte columns, bool intercept, Seed seed)
    {
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);
        int d = problem.Columns + (intercept ? 1 : 0);
        double Cell(int i, int j) => j == problem.Columns ? 1 : problem.X[i, j];
        double[,] hessian = new double[d, d];
        for (int j = 0; j < d; j++)
        {
            for (int k = 0; k < d; k++)
            {
                hessian[j, k] = 2 * Enumerable.Range(0, problem.Rows).Sum(i => Cell(i, j) * Cell(i, k)) / problem.Rows;
            }
        }

        double[] vector = [.. Enumerable.Range(0, d).Select(j => 1.0 + j)];
        double largest = 0;
        for (int pass = 0; pass < 5000; pass++)
        {
            double[] product = [.. Enumerable.Range(0, d).Select(j => Enumerable.Range(0, d).Sum(k => hessian[j, k] * vector[k]))];
            largest = Math.Sqrt(product.Sum(value => value * value));
            vector = [.. product.Select(value => value / largest)];
        }

        DescentResult result = GradientDescent.Fit(
            problem.Design, problem.Y, new GradientDescentOptions { Standardize = false, Intercept = intercept, Steps = 0 }, TestContext.Current.CancellationToken);
        Assert.InRange(2 / result.LargestStableRate, 0.98 * largest, largest * (1 + 1e-9));
        Assert.Equal(result.LargestStableRate / 2, result.Rate, 1e-15);
    }

    [Law(MaxTest = 60)]
    public void Step_counts_stay_within_the_theory(byte rows, byte columns, Seed seed)
    {
        const double Tolerance = 1e-8;
        using Problem problem = DescentData.WellConditioned(rows, columns, seed);

        // The Hessian of standardized columns has the squared condition of the design; the estimate of it may be a few per cent low.
        double condition = 1.1 / Math.Pow(DescentData.ClosedForm(problem).ReciprocalCondition, 2);
        DescentResult plain = GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { Tolerance = Tolerance, Steps = 1_000_000 }, TestContext.Current.CancellationToken);
        DescentResult conjugate = ConjugateGradient.Fit(problem.Design, problem.Y, new DescentOptions { Tolerance = Tolerance }, TestContext.Current.CancellationToken);
        Assert.Equal((StopReason.Converged, StopReason.Converged), (plain.Stop, conjugate.Stop));

        // Gradient descent: ‖g‖ falls by 1 − 1/κ a step. Conjugate gradients: the error's energy norm falls as 2((√κ − 1)/(√κ + 1))ᵏ, and norms differ by √κ.
        Assert.InRange(plain.Steps, 0, (condition * Math.Log(1 / Tolerance)) + 1);
        Assert.InRange(conjugate.Steps, 0, (0.5 * Math.Sqrt(condition) * Math.Log(2 * Math.Sqrt(condition) / Tolerance)) + 1);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.9, false)]
    [InlineData(0.5, true)]
    [InlineData(0.9, true)]
    public void Momentum_moves_the_limit_as_its_recurrence_says(double momentum, bool nesterov)
    {
        using var problem = new Problem(80, 4, seed: 21);
        GradientDescentOptions options = new() { Momentum = momentum, Nesterov = nesterov, Steps = 20000, Tolerance = 1e-9, Start = new LinearModel([9, -9, 9, 9], 9) };
        double stable = GradientDescent.Fit(problem.Design, problem.Y, options with { Steps = 0 }, TestContext.Current.CancellationToken).LargestStableRate;
        Assert.Equal(StopReason.Converged, GradientDescent.Fit(problem.Design, problem.Y, options with { Rate = 0.95 * stable, DivergenceFactor = 1e9 }, TestContext.Current.CancellationToken).Stop);
        Assert.Equal(StopReason.Diverged, GradientDescent.Fit(problem.Design, problem.Y, options with { Rate = 1.05 * stable, DivergenceFactor = 1e9 }, TestContext.Current.CancellationToken).Stop);
    }

    [Fact]
    public void Momentum_needs_fewer_steps_on_a_narrow_valley()
    {
        using var problem = new Problem(200, 2, seed: 3);
        double[] x = [.. Enumerable.Range(0, 200).SelectMany(i => new[] { problem.X[i, 0], problem.X[i, 0] + (0.1 * problem.X[i, 1]) })];
        long Steps(double momentum, bool nesterov) => GradientDescent.Fit(
            new MatrixSpan<double>(x, 2), problem.Y, new GradientDescentOptions { Momentum = momentum, Nesterov = nesterov, Tolerance = 1e-8, Steps = 100000 }, TestContext.Current.CancellationToken).Steps;
        long plain = Steps(0, false);
        Assert.InRange(Steps(0.9, false), 1, plain / 3);
        Assert.InRange(Steps(0.9, true), 1, plain / 3);
    }

    [Theory]
    [InlineData(RateSchedule.Constant, 1.0, 1.0, 1.0)]
    [InlineData(RateSchedule.InverseTime, 1.0, 1 / 1.5, 0.5)]
    [InlineData(RateSchedule.Cosine, 1.0, 0.5, 0.0)]
    public void Rates_follow_their_schedule(RateSchedule schedule, double first, double middle, double last)
    {
        using var problem = new Problem(40, 2, seed: 3);
        List<double> rates = [];
        GradientDescent.Fit(
            problem.Design, problem.Y, new GradientDescentOptions { Rate = 0.01, Schedule = schedule, DecaySteps = 20, Steps = 21, OnStep = (in step) => rates.Add(step.Point.Rate) }, TestContext.Current.CancellationToken);
        Assert.Equal(22, rates.Count);
        Assert.Equal(0, rates[0]);
        Assert.Equal(0.01 * first, rates[1], 1e-15);
        Assert.Equal(0.01 * middle, rates[11], schedule == RateSchedule.Cosine ? 0.0005 : 1e-15);
        Assert.Equal(0.01 * last, rates[21], schedule == RateSchedule.Cosine ? 0.0005 : 1e-15);
    }

    private static double Stable(Problem problem, bool standardize) => GradientDescent.Fit(
        problem.Design, problem.Y, new GradientDescentOptions { Standardize = standardize, Steps = 0 }, TestContext.Current.CancellationToken).LargestStableRate;
}
