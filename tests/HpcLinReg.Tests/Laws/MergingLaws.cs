using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Adjacent ranges of rows give the bits of all rows, in whatever order they meet; moments in other groupings the same within their bound.</summary>
public class MergingLaws
{
    [Law(MaxTest = 200)]
    public void Adjacent_ranges_merged_in_any_order_give_the_bits_of_the_whole(byte rows, byte columns, byte parts, bool atBlocks, Seed seed)
    {
        var random = new Random(seed);
        (int n, int p) = (1 + (rows * 40), 1 + (columns % 12));
        double[] cells = [.. Enumerable.Range(0, n * p).Select(_ => 1e9 + random.NextDouble())];
        MomentsAccumulator whole = Range(cells, p, 0, n);
        int[] cuts = [0, .. Enumerable.Range(0, 1 + (parts % 9)).Select(_ => atBlocks ? Math.Min(n, 2048 * random.Next(6)) : random.Next(n + 1)).Order(), n];
        List<MomentsAccumulator> ranges = [.. Enumerable.Range(0, cuts.Length - 1).Select(k => Range(cells, p, cuts[k], cuts[k + 1]))];
        while (ranges.Count > 1)
        {
            int k = random.Next(ranges.Count - 1);
            (int kept, int taken) = random.Next(2) == 0 ? (k, k + 1) : (k + 1, k);
            ranges[kept].Merge(ranges[taken]);
            ranges.RemoveAt(taken);
        }

        var expected = whole.ToMoments();
        var actual = ranges[0].ToMoments();
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Means.AsSpan(), actual.Means.AsSpan());
        Assert.Equal(expected.CrossProducts.AsSpan(), actual.CrossProducts.AsSpan());
    }

    /// <summary>
    /// Features and target apart or side by side, at the end of a buffer or with room behind, in one call or collected in pieces: layouts of
    /// the same numbers.
    /// </summary>
    [Law(MaxTest = 400)]
    public void A_fit_has_the_same_bits_in_every_layout(byte rows, byte columns, byte room, Seed seed)
    {
        var random = new Random(seed);
        (int n, int d) = (2 + rows, 1 + (columns % 20));
        int stride = d + 1 + (room % 12);
        double[] joint = [.. Enumerable.Range(0, n * stride).Select(_ => Families.Normal(random))];
        var wide = new MatrixSpan<double>(joint, n, d, stride);
        double[] cells = [.. Enumerable.Range(0, n).SelectMany(i => joint.AsSpan(i * stride, d).ToArray())];
        double[] y = [.. Enumerable.Range(0, n).Select(i => joint[(i * stride) + d])];
        Fit expected = LinearRegression.Fit(new MatrixSpan<double>(cells, d), y);
        var whole = new MomentsAccumulator(d + 1);
        whole.Add(new MatrixSpan<double>(joint, n, d + 1, stride));
        var pieces = new MomentsAccumulator(d + 1);
        for (int i = 0; i < n; i++)
        {
            pieces.Add(wide.SliceRows(i, 1), y.AsSpan(i, 1));
        }

        Assert.Equal(whole.ToMoments().CrossProducts.AsSpan(), pieces.ToMoments().CrossProducts.AsSpan());
        var plain = new FitOptions { Rungs = SolverRungs.NormalEquations, Digits = 0 };
        AssertSameBits($"{n} × {d}, stride {stride}, a window", expected, LinearRegression.Fit(wide, y));
        AssertSameBits($"{n} × {d}, an accumulator", LinearRegression.Fit(new MatrixSpan<double>(cells, d), y, plain), whole.ToMoments().Solve(d, plain));
    }

    private static void AssertSameBits(string what, Fit expected, Fit actual)
    {
        Assert.True(expected.Factor.AsSpan().SequenceEqual(actual.Factor.AsSpan()), $"{what}: the factor differs");
        Assert.True(expected.Model.Weights.SequenceEqual(actual.Model.Weights) && expected.Model.Intercept == actual.Model.Intercept, $"{what}: the coefficients differ");
        Assert.Equal((what, expected.ResidualSumOfSquares), (what, actual.ResidualSumOfSquares));
    }

    [Law(MaxTest = 200)]
    public void Any_other_grouping_stays_within_the_bound(byte rows, byte columns, byte parts, Seed seed)
    {
        var random = new Random(seed);
        (int n, int p) = (2 + rows, 1 + (columns % 6));
        double[] offsets = [.. Enumerable.Range(0, p).Select(_ => Math.Round(Families.Power(random, 0, 9)))];
        double[] cells = [.. Enumerable.Range(0, n * p).Select(k => offsets[k % p] + (random.Next(-1000, 1000) / 64.0))];
        int groups = 1 + (parts % 7);
        int[] group = [.. Enumerable.Range(0, n).Select(_ => random.Next(groups))];
        Moments merged = Enumerable.Range(0, groups)
            .Select(g => Moments(p, [.. Enumerable.Range(0, n).Where(i => group[i] == g).SelectMany(i => cells.AsSpan(i * p, p).ToArray())]))
            .Aggregate((sum, next) => random.Next(2) == 0 ? sum.Merge(next) : next.Merge(sum));
        Assert.Equal(n, merged.Count);
        for (int a = 0; a < p; a++)
        {
            Assert.InRange(Accuracy.Error(Mean(cells, p, a), merged.Means[a]), 0, Naive.Gamma(20) * (offsets[a] + 16));
            for (int b = 0; b < p; b++)
            {
                double scale = Math.Sqrt((CrossProduct(cells, p, a, a) * CrossProduct(cells, p, b, b)).ToDouble());
                double error = Accuracy.Error(CrossProduct(cells, p, a, b), merged.CrossProducts[(a * p) + b]);

                // Chan, Golub, LeVeque (1983): each merge adds its own roundings, those of the means' difference among them, relative to the offset.
                double bound = Naive.Gamma(150 + (10 * groups)) * scale;
                double means = Naive.Gamma(40) * (offsets[a] + 16) * Math.Sqrt(n) * Naive.Gamma(40) * (offsets[b] + 16) * Math.Sqrt(n);
                double mixed = Naive.Gamma(40) * Math.Sqrt(n) * (((offsets[a] + 16) * Spread(cells, p, b)) + ((offsets[b] + 16) * Spread(cells, p, a)));
                Assert.True(error <= bound + means + (groups > 1 ? mixed : 0), $"seed {seed}, product {a}, {b}: error {error:E2}, bound {bound:E2} + {means:E2} + {mixed:E2}");
            }
        }
    }

    private static MomentsAccumulator Range(double[] cells, int columns, int from, int to)
    {
        var accumulator = new MomentsAccumulator(columns, from);
        accumulator.Add(new MatrixSpan<double>(cells.AsSpan(from * columns, (to - from) * columns), to - from, columns, columns));
        return accumulator;
    }

    private static Moments Moments(int columns, double[] cells) => Range(cells, columns, 0, cells.Length / columns).ToMoments();

    private static Rational Mean(double[] cells, int columns, int column) => Sum(Column(cells, columns, column)) / (cells.Length / columns);

    private static Rational CrossProduct(double[] cells, int columns, int first, int second)
    {
        (Rational a, Rational b) = (Mean(cells, columns, first), Mean(cells, columns, second));
        return Sum(Column(cells, columns, first).Zip(Column(cells, columns, second), (x, y) => (x - a) * (y - b)));
    }

    private static double Spread(double[] cells, int columns, int column) => Math.Sqrt(CrossProduct(cells, columns, column, column).ToDouble());

    private static IEnumerable<Rational> Column(double[] cells, int columns, int column) =>
        Enumerable.Range(0, cells.Length / columns).Select(i => Rational.From(cells[(i * columns) + column]));

    private static Rational Sum(IEnumerable<Rational> terms) => terms.Aggregate(Rational.Zero, (sum, term) => sum + term);
}
