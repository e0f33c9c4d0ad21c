using HpcLinReg.Cli.Training;
using HpcLinReg.Data;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cli;

public class HoldoutTests
{
    [Law(MaxTest = 200)]
    public void As_many_rows_as_asked_for_are_held_out_by_the_seed_alone(byte rows, byte percent, Seed seed)
    {
        int n = 2 + rows;
        double share = (1 + (percent % 99)) / 100.0;
        var holdout = new Holdout(share, seed);
        if (Math.Round(share * n) is var count && (count == 0 || count == n))
        {
            Assert.Throws<DataException>(() => holdout.Begin(n));
            return;
        }

        bool[] first = Choose(holdout, n);
        Assert.Equal(count, first.Count(isHeldOut => isHeldOut));
        Assert.Equal(first, Choose(new Holdout(share, seed), n));
    }

    [Fact]
    public void Every_row_is_as_likely_as_another_and_so_is_every_pair()
    {
        // 4000 seeds hold out 3 of 10 rows: a row 1200 times, a pair of neighbours 4000 · 3/10 · 2/9 = 267 times; five standard deviations are 145 and 79.
        const int Seeds = 4000;
        int[] rows = new int[10];
        int[] pairs = new int[9];
        for (int seed = 0; seed < Seeds; seed++)
        {
            bool[] chosen = Choose(new Holdout(0.3, seed), 10);
            for (int i = 0; i < 10; i++)
            {
                rows[i] += chosen[i] ? 1 : 0;
                if (i > 0)
                {
                    pairs[i - 1] += chosen[i] && chosen[i - 1] ? 1 : 0;
                }
            }
        }

        Assert.All(rows, count => Assert.InRange(count, 1200 - 145, 1200 + 145));
        Assert.All(pairs, count => Assert.InRange(count, 267 - 79, 267 + 79));
    }

    /// <summary>The sums of blocks are those of all rows, however large the mean is beside the spread.</summary>
    [Fact]
    public void Goodness_is_that_of_plain_sums()
    {
        var random = new Random(5);
        double[] y = [.. Enumerable.Range(0, 500).Select(_ => 1e6 + random.NextDouble())], predicted = [.. y.Select(value => value + (0.1 * random.NextDouble()))];
        double[] v = [.. Enumerable.Range(0, 500).Select(i => (double)(i % 3))];
        var goodness = new Goodness();
        foreach ((int start, int end) in ((int, int)[])[(0, 1), (1, 1), (1, 200), (200, 500)])
        {
            goodness.Add(predicted.AsSpan(start..end), y.AsSpan(start..end), v.AsSpan(start..end));
        }

        double weight = v.Sum(), mean = Enumerable.Range(0, 500).Sum(i => v[i] * (y[i] - 1e6)) / weight;
        double errors = Enumerable.Range(0, 500).Sum(i => v[i] * Math.Pow(y[i] - predicted[i], 2));
        double total = Enumerable.Range(0, 500).Sum(i => v[i] * Math.Pow(y[i] - 1e6 - mean, 2));
        Assert.Equal((333, weight), (goodness.Rows, goodness.TotalWeight));
        Assert.Equal(errors / weight, goodness.Loss, 1e-12);

        // y has roundings of 1e-10 beside a spread of 1, so squares are right to 1e-9.
        Assert.Equal(1 - (errors / total), goodness.RSquared(intercept: true), 1e-9);
        Assert.Equal(1 - (errors / Enumerable.Range(0, 500).Sum(i => v[i] * y[i] * y[i])), goodness.RSquared(intercept: false), 1e-12);
    }

    private static bool[] Choose(Holdout holdout, int rows)
    {
        Holdout.Choice choice = holdout.Begin(rows);
        return [.. Enumerable.Range(0, rows).Select(_ => choice.Next())];
    }
}
