using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>
/// The rule of rank: a column is aliased when its residual on the columns before it is no more than 10u·Σ|cᵢ|‖xᵢ‖ on raw lengths, itself
/// and the constant included, or than what moments in double-double can tell. The ratio to u·Σ|cᵢ|‖xᵢ‖ is computed here in fractions.
/// </summary>
public class RankLaws
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 400)]
    public void Rank_is_what_rounding_of_the_cells_can_tell(byte kind, Seed seed)
    {
        var random = new Random(seed);
        DataSet set = (kind % 5) switch
        {
            0 => Families.NearCollinear(random, Families.Power(random, 0, 18)),
            1 => Families.Spectrum(random, Families.Power(random, 0, 18)),
            2 => Families.Vandermonde(random, random.Next(2, 13)),
            3 => Families.Duplicates(random),
            _ => BesideItself(random),
        };
        AssertRule(set with { Name = $"seed {seed}: {set.Name}" });
    }

    [Law(MaxTest = 200)]
    public void Units_do_not_change_the_verdict(Seed seed)
    {
        DataSet set = Families.NearCollinear(new Random(seed), Families.Power(new Random(seed), 0, 18));
        DataSet other = set.WithCells("powers of two", (i, j) => Math.ScaleB(set.X[i, j], (j * 37 % 80) - 40));
        Assert.Equal(set.Fit().Aliased.Select(alias => alias.Column), other.Fit().Aliased.Select(alias => alias.Column));
    }

    /// <summary>The columns that the rule drops, to the letter: ratios up to 10.</summary>
    internal static List<int> AliasedByTheRule(DataSet set)
    {
        List<int> aliased = [];
        for (int k = 0; k < set.Columns; k++)
        {
            int[] before = [.. Enumerable.Range(0, k).Where(j => !aliased.Contains(j))];
            if (before.Length + (set.Intercept ? 1 : 0) >= set.Rows || Ratio(set, before, k) <= 10)
            {
                aliased.Add(k);
            }
        }

        return aliased;
    }

    private void AssertRule(DataSet set)
    {
        Fit fit = set.Fit();
        HashSet<int> aliased = [.. fit.Aliased.Select(alias => alias.Column)];
        for (int k = 0; k < set.Columns; k++)
        {
            int[] before = [.. Enumerable.Range(0, k).Where(j => !aliased.Contains(j))];
            if (before.Length + (set.Intercept ? 1 : 0) >= set.Rows)
            {
                Assert.Contains(k, aliased);
                continue;
            }

            double ratio = Ratio(set, before, k);
            Assert.True(ratio >= 5 || aliased.Contains(k), $"{set}: column {k} is kept although its residual is {ratio:E1} roundings of its cells");
            // In double-double a Gram matrix cannot tell less from its own rounding: docs/numerics.md.
            _skips.When(ratio is >= 5 and <= 20, most: 0.05);
            double resolution = 6 * Math.Sqrt(2 * Math.Min(512, (set.Rows * set.Rows / 8.0) + 4));
            Assert.True(ratio <= Math.Max(20, resolution) || !aliased.Contains(k), $"{set}: column {k} is aliased although its residual is {ratio:E1} roundings of its cells");
        }
    }

    /// <summary>The residual of a column on others, in units of u·(‖x‖ + Σ|cᵢ|‖xᵢ‖ + |c₀|√n).</summary>
    private static double Ratio(DataSet set, int[] before, int column)
    {
        double[] target = [.. Enumerable.Range(0, set.Rows).Select(i => set.X[i, column])];
        var exact = new ExactLeastSquares(DataSet.Matrix(set.Rows, before.Length, (i, j) => set.X[i, before[j]]), target, set.Intercept);
        double size = Length(target) + (Math.Abs(exact.Intercept.ToDouble()) * Math.Sqrt(set.Rows));
        for (int j = 0; j < before.Length; j++)
        {
            size += Math.Abs(exact.Coefficients[j].ToDouble()) * Length([.. Enumerable.Range(0, set.Rows).Select(i => set.X[i, before[j]])]);
        }

        return size == 0 ? 0 : Math.Sqrt(exact.ResidualSumOfSquares.ToDouble()) / (Naive.Roundoff * size);
    }

    /// <summary>x beside x plus an offset that leaves few digits of x, or none.</summary>
    private static DataSet BesideItself(Random random)
    {
        double offset = Families.Power(random, 0, 16);
        int n = 5 + random.Next(30);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => Families.Normal(random))];
        return Families.Targets(random, $"beside itself + {offset:E1}", DataSet.Matrix(n, 2, (i, j) => j == 0 ? x[i] : x[i] + offset));
    }

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}
