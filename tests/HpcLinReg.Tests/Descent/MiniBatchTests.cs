using HpcLinReg.Tests.Nist;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>What mini-batches reach by their default options, and what they report on the way.</summary>
public class MiniBatchTests
{
    private const double Promised = 1e-3;

    /// <summary>Ten rows and more a column, and correlations to a condition number of some 20, are what the default options are for.</summary>
    [Theory]
    [InlineData(60, 1, 0, 1)]
    [InlineData(100, 4, 0.5, 1)]
    [InlineData(500, 8, 0.9, 1)]
    [InlineData(1003, 12, 0.3, 10)]
    [InlineData(2048, 5, 0, 0)]
    [InlineData(20_001, 6, 0.5, 3)]
    public void Default_options_reach_the_closed_form(int rows, int columns, double correlation, double noise)
    {
        (double[] x, double[] y) = Noisy(rows, columns, correlation, noise, seed: rows + columns);
        for (int seed = 0; seed < 3; seed++)
        {
            AssertReached(x, y, columns, new StochasticGradientDescentOptions { Seed = seed });
        }
    }

    [Fact]
    public void Default_options_reach_the_closed_form_with_other_mini_batches_momentum_ridge_weights_and_units()
    {
        (double[] x, double[] y) = Noisy(700, 4, 0.5, 2, seed: 3);
        AssertReached(x, y, 4, new StochasticGradientDescentOptions { BatchSize = 1 });
        AssertReached(x, y, 4, new StochasticGradientDescentOptions { BatchSize = 500 });
        AssertReached(x, y, 4, new StochasticGradientDescentOptions { Momentum = 0.9 });
        AssertReached(x, y, 4, new StochasticGradientDescentOptions { Momentum = 0.5, Nesterov = true });
        AssertReached(x, y, 4, new StochasticGradientDescentOptions { Ridge = 50 });
        AssertReached(x, y, 4, new StochasticGradientDescentOptions { Intercept = false });
        AssertReached(x, y, 4, new StochasticGradientDescentOptions(), [.. Enumerable.Range(0, 700).Select(i => (double)(i % 4))]);
        AssertReached([.. x.Select((value, i) => i % 4 == 0 ? (1e6 * value) + 1e8 : value)], y, 4, new StochasticGradientDescentOptions());
    }

    [Fact]
    public void Default_options_reach_the_closed_form_of_real_data()
    {
        string[] features = ["Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)"];
        var penguins = ReferenceData.Read("real/penguins.csv", [.. features, "Body Mass (g)"]);
        AssertReached(penguins.Matrix(features), penguins.Column("Body Mass (g)"), 3, new StochasticGradientDescentOptions());
    }

    /// <summary>A single mini-batch may have any loss; only losses of all rows can be compared.</summary>
    [Law(MaxTest = 20)]
    public void The_history_and_its_best_are_losses_of_all_rows(byte batch, bool weighted, Seed seed)
    {
        using var problem = new Problem(301, 3, seed);
        double[] weights = weighted ? [.. Enumerable.Range(0, 301).Select(i => 1.0 + (i % 3))] : [];
        List<LossPoint> seen = [];
        List<double> all = [];
        DescentResult result = StochasticGradientDescent.Fit(
            problem.Design,
            problem.Y,
            weights,
            new StochasticGradientDescentOptions
            {
                BatchSize = 1 + (batch % 60),
                Epochs = 6,
                Tolerance = 0,
                OnStep = (in step) =>
                {
                    seen.Add(step.Point);
                    all.Add(LossOf(problem, weights, step.Weights, step.Intercept));
                },
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(7, result.History.Points.Length);
        Assert.Equal(result.Steps + 1, seen.Count);
        Assert.Equal(result.History.Points.Min(point => point.Loss), result.History.Best.Loss);
        Assert.All(result.History.Points, point => Assert.Equal(all[(int)point.Step], point.Loss, 1e-12 * point.Loss));
        Assert.Equal(result.Steps, result.History.MiniBatches.Length);
        Assert.All(result.History.MiniBatches, point => Assert.True(point.Step % (result.Steps / 6) == 0 || point == seen[(int)point.Step]));
    }

    [Fact]
    public void Progress_is_reported_within_an_epoch()
    {
        using var problem = new Problem(40_000, 2, seed: 3);
        List<DescentProgress> reports = [];
        StochasticGradientDescent.Fit(
            problem.Design, problem.Y, new StochasticGradientDescentOptions { Epochs = 1, Progress = new Reports(reports) }, TestContext.Current.CancellationToken);

        // The start, each 64 mini-batches of 32 rows, the end.
        Assert.Equal([0, .. Enumerable.Range(1, 19).Select(k => (64L * k) - 1), 1250], reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.Equal(1250, report.Steps));
    }

    [Fact]
    public void The_default_rate_falls_by_its_formula()
    {
        using var problem = new Problem(320, 3, seed: 3);
        List<double> rates = [];
        DescentResult result = StochasticGradientDescent.Fit(
            problem.Design, problem.Y, new StochasticGradientDescentOptions { Epochs = 40, Tolerance = 0, OnStep = (in step) => rates.Add(step.Point.Rate) }, TestContext.Current.CancellationToken);

        // η₀ / (1 + t/T), with one T for all steps t.
        double time = 1 / ((rates[1] / rates[2]) - 1);
        Assert.Equal(result.Rate, rates[1]);
        Assert.All(Enumerable.Range(0, 400), t => Assert.Equal(result.Rate / (1 + (t / time)), rates[t + 1], 1e-9 * result.Rate));
        Assert.InRange(time, 1, 50);
    }

    private static void AssertReached(double[] x, double[] y, int columns, StochasticGradientDescentOptions options, double[]? weights = null)
    {
        var design = new MatrixSpan<double>(x, columns);
        DescentResult result = StochasticGradientDescent.Fit(design, y, weights, options, TestContext.Current.CancellationToken);
        LinearModel closed = LinearRegression.Fit<double>(design, y, weights ?? [.. Enumerable.Repeat(1.0, y.Length)], new FitOptions { Intercept = options.Intercept, Ridge = options.Ridge }).Model;
        Assert.Equal(StopReason.Converged, result.Stop);
        Assert.InRange(result.Distance, 0, Promised);

        // What a small coefficient is measured against has the target's size, which its mean square bounds.
        double rms = Math.Sqrt(y.Sum(value => value * value) / y.Length);
        for (int j = 0; j < columns; j++)
        {
            double mean = Enumerable.Range(0, y.Length).Average(i => x[(i * columns) + j]);
            double deviation = Math.Sqrt(Enumerable.Range(0, y.Length).Average(i => Math.Pow(x[(i * columns) + j] - mean, 2)));
            Assert.Equal(closed.Weights[j], result.Model.Weights[j], Promised * Math.Max(Math.Abs(closed.Weights[j]), 1e-3 * rms / deviation));
        }
    }

    private static double LossOf(Problem problem, double[] weights, ReadOnlySpan<double> w, double intercept)
    {
        double[] predicted = Naive.Predict(problem.X, w.ToArray(), intercept);
        double[] v = weights.Length > 0 ? weights : [.. Enumerable.Repeat(1.0, predicted.Length)];
        return Enumerable.Range(0, v.Length).Sum(i => v[i] * Math.Pow(predicted[i] - problem.Targets[i], 2)) / v.Sum();
    }

    /// <summary>Normal columns that share a part, and a target with normal noise.</summary>
    private static (double[] X, double[] Y) Noisy(int rows, int columns, double correlation, double noise, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] w = [.. Enumerable.Range(0, columns).Select(j => (j % 2 == 0 ? 1 : -1) * (1.0 + j))];
        double[] x = new double[rows * columns];
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            double shared = Normal();
            y[i] = 3 + (noise * Normal());
            for (int j = 0; j < columns; j++)
            {
                double value = (Math.Sqrt(1 - correlation) * Normal()) + (Math.Sqrt(correlation) * shared);
                x[(i * columns) + j] = (5 * j) + value;
                y[i] += w[j] * value;
            }
        }

        return (x, y);
    }

    private sealed class Reports(List<DescentProgress> received) : IProgress<DescentProgress>
    {
        public void Report(DescentProgress value) => received.Add(value);
    }
}
