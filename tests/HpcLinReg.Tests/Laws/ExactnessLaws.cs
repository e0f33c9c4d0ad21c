using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Answers beside exact rationals: coefficients, rank, and the combinations that aliased columns equal.</summary>
public class ExactnessLaws
{
    [Law(MaxTest = 400)]
    public void Whole_numbers_have_the_rank_and_the_coefficients_of_exact_arithmetic(Seed seed) => AssertAnswer(Families.SmallIntegers(new Random(seed)), seed);

    [Law(MaxTest = 300)]
    public void One_hot_columns_beside_an_intercept_lose_exactly_one(Seed seed)
    {
        DataSet set = Families.OneHot(new Random(seed));
        AssertAnswer(set, seed);
        Assert.Single(set.Fit().Aliased);
    }

    [Law(MaxTest = 300)]
    public void Copies_and_sums_of_columns_are_found(Seed seed) => AssertAnswer(Families.Duplicates(new Random(seed)), seed);

    [Law(MaxTest = 300)]
    public void Fewer_rows_than_columns_are_answered_too(byte rows, Seed seed)
    {
        DataSet set = Families.SmallIntegers(new Random(seed));
        AssertAnswer(set.WithRows("few rows", [.. Enumerable.Range(0, Math.Min(set.Rows, 1 + (rows % (set.Columns + 1))))]), seed);
    }

    [Law(MaxTest = 300)]
    public void Near_collinear_columns_of_a_condition_to_a_million_are_answered_within_the_bound(byte power, Seed seed)
    {
        var random = new Random(seed);
        DataSet set = Families.NearCollinear(random, Math.Pow(10, power % 61 / 10.0)) with { Name = $"seed {seed}" };
        Fit fit = set.Fit();
        Assert.Empty(fit.Aliased);
        Closeness.AssertExact(set, set.Exact(), fit);
    }

    [Law(MaxTest = 300)]
    public void Noise_free_whole_numbers_give_their_whole_coefficients(byte mean, Seed seed)
    {
        var random = new Random(seed);
        DataSet set = Families.SmallIntegers(random) with { Name = $"seed {seed}" };
        double[] weights = [.. Enumerable.Range(0, set.Columns).Select(_ => (double)random.Next(-99, 100))];
        set = set with { Y = [.. Enumerable.Range(0, set.Rows).Select(i => (set.Intercept ? mean : 0) + Enumerable.Range(0, set.Columns).Sum(j => weights[j] * set.X[i, j]))] };
        ExactLeastSquares exact = set.Exact();
        Assert.True(exact.ResidualSumOfSquares.IsZero);
        Closeness.AssertExact(set, exact, set.Fit());
    }

    [Law(MaxTest = 300)]
    public void Ridge_of_whole_numbers_agrees_with_exact_arithmetic(byte power, Seed seed)
    {
        DataSet set = Families.SmallIntegers(new Random(seed)) with { Name = $"seed {seed}" };
        double ridge = Math.ScaleB(1, (power % 20) - 5);
        Fit fit = set.Fit(new FitOptions { Ridge = ridge });
        ExactLeastSquares exact = set.Exact(ridge: ridge);
        Closeness.AssertExact(set, exact, fit);
        for (int j = 0; j < set.Columns && fit.ResidualDegreesOfFreedom > 0; j++)
        {
            double error = exact.SquaredStandardError(j, exact.DegreesOfFreedom(fit)).RelativeErrorOfRoot(fit.StandardErrors[j]);
            Assert.True(error <= 1e-11, $"{set}: standard error {j} is wrong by {error:E1}");
        }
    }

    /// <summary>Same rank, same aliased columns, same combinations, and the same coefficients within the bound.</summary>
    private static void AssertAnswer(DataSet drawn, int seed)
    {
        DataSet set = drawn with { Name = $"seed {seed}: {drawn.Name}" };
        Fit fit = set.Fit();
        ExactLeastSquares exact = set.Exact();
        Assert.Equal((set.ToString(), exact.Rank), (set.ToString(), fit.Rank));
        Assert.Equal(exact.Aliased.Select(alias => alias.Column), fit.Aliased.Select(alias => alias.Column));
        foreach ((ExactAlias expected, AliasedColumn actual) in exact.Aliased.Zip(fit.Aliased))
        {
            // The combination is a least-squares answer itself, with the column as a target without noise.
            double scale = 1 + expected.Coefficients.Sum(c => Math.Abs(c.ToDouble()));
            double bound = Naive.Gamma(1000) * scale / (fit.ReciprocalCondition * fit.ReciprocalCondition);
            Assert.All(expected.Coefficients.Zip(actual.Coefficients), pair => Assert.InRange(Accuracy.Error(pair.First, pair.Second), 0, bound));
            double size = Enumerable.Range(0, set.Rows).Max(i => Math.Abs(set.X[i, expected.Column])) + (scale * set.Cells.Max(Math.Abs));
            Assert.InRange(Accuracy.Error(expected.Intercept, actual.Intercept), 0, bound * size);
        }

        Closeness.AssertExact(set, exact, fit);
    }
}
