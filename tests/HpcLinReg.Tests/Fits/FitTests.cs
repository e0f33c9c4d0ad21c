using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Fits;

public class FitTests
{
    [Law(MaxTest = 150)]
    public void A_fit_agrees_with_exact_rationals(byte rows, byte columns, byte extraStride, bool intercept, bool ridge, Seed seed)
    {
        int d = 1 + (columns % 8);
        int n = d + 1 + (rows % 60);
        double lambda = ridge ? 0.5 : 0;
        using var problem = new Problem(n, d, seed, extraStride % 3);
        var options = new FitOptions { Intercept = intercept, Ridge = lambda };
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, options);
        double[]? exact = Naive.ExactFit(problem.X, problem.Targets, intercept, lambda);
        Assert.NotNull(exact);
        Assert.Empty(fit.Aliased);
        Assert.Equal(d + (intercept ? 1 : 0), fit.Rank);
        AssertClose(exact, fit, problem, $"{n} × {d}, intercept {intercept}, ridge {lambda}, seed {seed}");
        Fit fromFloat = LinearRegression.Fit(problem.FloatDesign, problem.FloatY, options);
        Assert.Equal(fit.Model.Weights, fromFloat.Model.Weights);
        Assert.Equal(fit.Model.Intercept, fromFloat.Model.Intercept);
    }

    [Fact]
    public void Options_may_be_written_without_their_type_although_weights_of_rows_could_stand_there()
    {
        var x = new MatrixSpan<double>([1, 2, 3, 4], 1);
        double[] y = [2, 4, 6, 9];
        Assert.Equal(0, LinearRegression.Fit<double>(x, y, new() { Intercept = false }).Model.Intercept);
        Assert.Equal(0, GradientDescent.Fit<double>(x, y, new() { Steps = 0 }, TestContext.Current.CancellationToken).Steps);
        Assert.Equal(0, StochasticGradientDescent.Fit<double>(x, y, new() { Steps = 0 }, TestContext.Current.CancellationToken).Steps);
        Assert.Equal(0, ConjugateGradient.Fit<double>(x, y, new() { Steps = 0 }, TestContext.Current.CancellationToken).Steps);
        Assert.Equal(2, LinearRegression.Fit<double>(x, y, null).Rank);
    }

    [Fact]
    public void Every_number_of_columns_to_forty_agrees_with_exact_rationals()
    {
        for (int d = 1; d <= 40; d += d < 18 ? 1 : 11)
        {
            using var problem = new Problem(d + 9, d, seed: d);
            Fit fit = LinearRegression.Fit(problem.Design, problem.Y);
            AssertClose(Naive.ExactFit(problem.X, problem.Targets, intercept: true)!, fit, problem, $"{d} columns");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sums_of_squares_agree_with_the_residuals(bool intercept)
    {
        using var problem = new Problem(300, 5, seed: 77);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Intercept = intercept });
        double mean = intercept ? problem.Targets.Average() : 0;
        double residual = 300 * LinearRegression.MeanSquaredError(problem.Design, problem.Y, fit.Model.Weights, fit.Model.Intercept);
        double total = problem.Targets.Sum(y => (y - mean) * (y - mean));

        // About u·total from the moments, a few hundred roundings from the reference's plain sums.
        Assert.InRange(Math.Abs(residual - fit.ResidualSumOfSquares) / total, 0, Naive.Gamma(1000));
        Assert.InRange(Math.Abs(total - fit.TotalSumOfSquares) / total, 0, Naive.Gamma(1000));
        Assert.Equal(1 - (residual / total), fit.RSquared, 1e-12);
        Assert.Equal(300 - fit.Rank, fit.ResidualDegreesOfFreedom);
        Assert.Equal(Math.Sqrt(residual / fit.ResidualDegreesOfFreedom), fit.ResidualStandardError, 1e-12);
    }

    [Fact]
    public void The_factor_reproduces_the_centred_gram_matrix()
    {
        using var problem = new Problem(50, 6, seed: 31);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y);
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                double product = Enumerable.Range(0, 6).Sum(k => fit.Factor[(k * 6) + i] * fit.Factor[(k * 6) + j]);
                double expected = Enumerable.Range(0, 50).Sum(row => (problem.X[row, i] - fit.FeatureMeans[i]) * (problem.X[row, j] - fit.FeatureMeans[j]));
                Assert.Equal(expected, product, 1e-11);
            }
        }
    }

    [Fact]
    public void The_condition_estimate_agrees_with_a_design_whose_condition_is_known()
    {
        // Two centred unit columns with correlation c have singular values √(1 ± c).
        foreach (double c in new[] { 0, 0.5, 0.99, 0.999999 })
        {
            double[] x = [1, c, 0, Math.Sqrt(1 - (c * c)), -1, -c, 0, -Math.Sqrt(1 - (c * c))];
            Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, 2), [1, 2, 3, 4]);
            double correlation = 2 * c / Math.Sqrt(2 * ((2 * c * c) + (2 * (1 - (c * c)))));
            double expected = Math.Sqrt((1 - correlation) / (1 + correlation));
            Assert.InRange(fit.ReciprocalCondition / expected, 0.98, 1.02);
        }
    }

    [Fact]
    public void Without_features_the_fit_is_the_mean()
    {
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([], 4, 0, 0), [1, 2, 3, 6]);
        Assert.Equal((3, 1, 14), (fit.Model.Intercept, fit.Rank, fit.ResidualSumOfSquares));
    }

    /// <summary>
    /// The rung's promise: forward error at most about κ²·u·(‖b‖ + ‖y‖) on unit columns (Higham 2002, §20.4), here with the panel's
    /// constant; the designs are random and tame, so κ is measured by the fit itself.
    /// </summary>
    private static void AssertClose(double[] exact, Fit fit, Problem problem, string what)
    {
        double condition = 1 / fit.ReciprocalCondition;
        double scale = exact.Sum(Math.Abs) + problem.Targets.Sum(Math.Abs);
        double bound = Naive.Gamma(20) * condition * condition * scale;
        for (int j = 0; j < problem.Columns; j++)
        {
            Assert.True(Math.Abs(exact[j] - fit.Model.Weights[j]) <= bound, $"weight {j} of {what}: {exact[j]:R} against {fit.Model.Weights[j]:R}, bound {bound:E1}");
        }

        if (fit.HasIntercept)
        {
            Assert.True(Math.Abs(exact[^1] - fit.Model.Intercept) <= bound * (1 + problem.Columns), $"intercept of {what}: {exact[^1]:R} against {fit.Model.Intercept:R}");
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        foreach ((int rows, int columns) in new[] { (40_000, 24), (9000, 80), (300_000, 2), (5000, 200), (2100, 1600) })
        {
            using var problem = new Problem(rows, columns, seed: columns, extraStride: 1);
            Fit one = LinearRegression.Fit(problem.Design, problem.Y);
            foreach (int threads in new[] { 2, 3, 8 })
            {
                var options = new FitOptions { Threads = threads };
                Assert.InRange(ParallelMoments.UsefulThreads(rows, columns + 1, threads), 2, threads);
                Fit many = LinearRegression.Fit(problem.Design, problem.Y, options);
                Assert.Equal(one.Model.Weights, many.Model.Weights);
                Assert.Equal(one.Model.Intercept, many.Model.Intercept);
                Assert.Equal(one.ResidualSumOfSquares, many.ResidualSumOfSquares);
                Assert.Equal(one.Factor, many.Factor);
                Assert.Equal(one.Model.Weights, LinearRegression.Fit(problem.FloatDesign, problem.FloatY, options).Model.Weights);
            }
        }
    }

    [Fact]
    public void Several_threads_name_the_first_bad_cell()
    {
        const int Rows = 60_000;
        double[] x = [.. Enumerable.Range(0, Rows * 16).Select(k => Math.Sin(k))];
        x[(50_000 * 16) + 3] = double.NaN;
        x[(20_000 * 16) + 5] = double.PositiveInfinity;
        string message = Assert.Throws<ArgumentException>(() =>
            LinearRegression.Fit(new MatrixSpan<double>(x, 16), new double[Rows], new FitOptions { Threads = 4 })).Message;
        Assert.Contains("Row 20000 (counted from 0), column 5 of x", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 16), new double[Rows], new FitOptions { Threads = 0 }));
    }

    [Fact]
    public void Small_work_stays_on_one_thread() =>
        Assert.All(
            new[] { (100, 5), (2048, 100), (4096, 2), (60_000, 2) },
            shape => Assert.Equal(1, ParallelMoments.UsefulThreads(shape.Item1, shape.Item2, 64)));
}
