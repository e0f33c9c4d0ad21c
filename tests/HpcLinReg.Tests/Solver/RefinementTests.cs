using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Solver;

/// <summary>What refinement leaves: coefficients as near as doubles can be, and a residual sum of squares however small.</summary>
public class RefinementTests
{
    private static readonly FitOptions Refined = new() { Digits = FitOptions.MaxDigits, Rungs = SolverRungs.NormalEquations | SolverRungs.Refinement };

    /// <summary>Few columns and many, near zero and far from it, where columns are centred and the constant follows each correction.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1e6)]
    [InlineData(12, 3)]
    [InlineData(13, 3)]
    [InlineData(13, -1e4)]
    public void Coefficients_are_the_exact_ones_rounded(int columns, double offset)
    {
        DataSet set = Noisy(columns, offset, noise: 1);
        Fit fit = set.Fit(Refined);
        AssertExact(set.Exact(), fit, 1e-14);
    }

    /// <summary>The penalty falls out of what a correction is worth to the residuals: with all rows at hand and from their moments.</summary>
    [Theory]
    [InlineData(0, 1e-3, 0.5)]
    [InlineData(5, 1e-3, 0.5)]
    [InlineData(5, 1, 40)]
    [InlineData(-300, 1, 7)]
    public void With_ridge_coefficients_and_residuals_are_the_exact_ones_rounded(double offset, double noise, double ridge)
    {
        DataSet set = Noisy(4, offset, noise);
        AssertExact(set.Exact(ridge: ridge), set.Fit(Refined with { Ridge = ridge }), 1e-14);
        AssertExact(set.Exact(ridge: ridge), MomentsOf(set).Solve(set.Columns, Refined with { Ridge = ridge }), 1e-14);
    }

    /// <summary>One step alone: no second pass sums the residuals again, so they are what the correction was reckoned to leave.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void After_one_step_the_residuals_are_those_of_the_corrected_solution(int seed)
    {
        var random = new Random(seed);
        double[] common = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())];
        double[,] x = DataSet.Matrix(400, 2, (i, j) => (common[i] + (j * 1e-4 * random.NextDouble())) * (1 + (511 * j)));
        var set = new DataSet($"near {seed}", x, [.. common.Select(c => (3 * c) + (1e-4 * random.NextDouble()))]);
        foreach (double ridge in new[] { 0, 1e-5 })
        {
            Fit fit = set.Fit(new FitOptions { Rungs = SolverRungs.Refinement, Digits = 8, Ridge = ridge });
            Assert.Equal((SolverRung.Refinement, 1), (fit.Certificate.Rung, fit.Certificate.RefinementSteps));
            Assert.Equal(1, fit.ResidualSumOfSquares / set.Exact(ridge: ridge).ResidualSumOfSquares.ToDouble(), 1e-14);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1e-3)]
    [InlineData(1e5, 1)]
    public void Moments_in_double_double_are_refined_without_their_rows(double offset, double noise)
    {
        DataSet set = Noisy(5, offset, noise);
        AssertExact(set.Exact(), MomentsOf(set).Solve(set.Columns, Refined), 1e-13);
    }

    private static Moments MomentsOf(DataSet set)
    {
        var moments = new MomentsAccumulator(set.Columns + 1, 0, MomentsPrecision.DoubleDouble);
        moments.Add(set.Design, set.Y);
        return moments.ToMoments();
    }

    private static void AssertExact(ExactLeastSquares exact, Fit fit, double tolerance)
    {
        Assert.Equal(SolverRung.Refinement, fit.Certificate.Rung);
        Assert.All(Enumerable.Range(0, fit.Model.Weights.Length), j => AssertRounded(exact.Coefficients[j].ToDouble(), fit.Model.Weights[j]));
        AssertRounded(exact.Intercept.ToDouble(), fit.Model.Intercept);
        Assert.Equal(1, fit.ResidualSumOfSquares / exact.ResidualSumOfSquares.ToDouble(), tolerance);
    }

    /// <summary>Residuals of a billionth of a billionth of the target's squares, which a plain sum of squares would not even see.</summary>
    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e-12)]
    [InlineData(1e-14)]
    public void A_residual_sum_of_squares_has_its_digits_however_small(double noise)
    {
        foreach (double offset in new[] { 0, 5, 1e3 })
        {
            DataSet set = Noisy(3, offset, noise);
            Fit fit = set.Fit(Refined);
            double exact = set.Exact().ResidualSumOfSquares.ToDouble();
            Assert.True(exact > 0 && Math.Abs(fit.ResidualSumOfSquares - exact) <= 1e-12 * exact, $"{set}: {fit.ResidualSumOfSquares:R} instead of {exact:R}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1024)]
    public void Without_noise_the_answer_is_the_one_the_data_were_made_from(double offset)
    {
        // Cells of few bits, so that no target was rounded.
        var random = new Random(9);
        double[,] x = DataSet.Matrix(50, 3, (_, _) => offset + (random.Next(-512, 512) / 64.0));
        double[] weights = [0.375, -2, 5.0625];
        var set = new DataSet($"exact at {offset}", x, [.. Enumerable.Range(0, 50).Select(i => 0.125 + Enumerable.Range(0, 3).Sum(j => weights[j] * x[i, j]))]);
        foreach (FitOptions options in new[] { Refined, Refined with { Rungs = SolverRungs.DoubleDouble } })
        {
            Fit fit = set.Fit(options);
            Assert.Equal(weights, fit.Model.Weights);
            Assert.Equal((0.125, 0), (fit.Model.Intercept, fit.ResidualSumOfSquares));
        }
    }

    private static void AssertRounded(double exact, double actual) => Assert.True(
        Math.Abs(actual - exact) <= Math.BitIncrement(Math.Abs(exact)) - Math.Abs(exact), $"{actual:R} instead of {exact:R}");

    private static DataSet Noisy(int columns, double offset, double noise)
    {
        var random = new Random(columns);
        double[,] x = DataSet.Matrix(60, columns, (_, _) => offset + random.NextDouble() - 0.5);
        return new DataSet($"noise {noise} at {offset}", x, [.. Enumerable.Range(0, 60).Select(i =>
            1 + Enumerable.Range(0, columns).Sum(j => (j + 1) * x[i, j]) + (noise * (random.NextDouble() - 0.5)))]);
    }
}
