using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Files of moments: the same rows at the same places are the same bytes, and what is read goes on with the same bits.</summary>
public class MomentsFileLaws
{
    private const int Block = 2048;

    [Law(MaxTest = 60)]
    public void Parts_merged_in_any_order_are_the_bytes_of_the_whole(bool weighted, bool named, byte columns, byte blocks, Seed seed)
    {
        var rows = new Rows(seed, 1 + (columns % 12), 1 + (blocks % 12 * Block / 2) + (seed % 700), weighted);
        var random = new Random(seed);
        byte[] whole = Bytes(rows.Sum(0, rows.Count, random, named));
        Assert.Equal(whole, Bytes(rows.Sum(0, rows.Count, random, named)));

        int[] cuts = [0, .. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => random.Next(2) == 0 ? random.Next(rows.Count + 1) : random.Next((rows.Count / Block) + 1) * Block).Order(), rows.Count];
        MomentsFile[] parts = [.. Enumerable.Range(0, cuts.Length - 1).Select(k => Again(new MomentsFile(rows.Sum(cuts[k], cuts[k + 1], random, named))))];
        random.Shuffle(parts);
        Assert.Equal(whole, Bytes(MomentsFile.Merge(parts)));
    }

    [Law(MaxTest = 40)]
    public void An_accumulator_that_is_read_goes_on_with_the_same_bits(bool weighted, byte columns, byte blocks, Seed seed)
    {
        var rows = new Rows(seed, 1 + (columns % 12), 2 + (blocks % 8 * Block / 2) + (seed % 5000), weighted);
        var random = new Random(seed);
        int first = random.Next(rows.Count), cut = first + random.Next(rows.Count - first);
        MomentsAccumulator begun = rows.Sum(first, cut, random, named: true);
        MomentsAccumulator read = Again(new MomentsFile(begun)).Accumulator!;
        rows.Add(begun, cut, rows.Count, new Random(seed));
        rows.Add(read, cut, rows.Count, new Random(seed ^ 5));
        Assert.Equal(Bytes(begun), Bytes(read));
        Assert.Equal(Bytes(begun.ToMoments()), Bytes(read.ToMoments()));
    }

    [Law(MaxTest = 60)]
    public void Folded_moments_are_read_with_all_bits_of_their_merges_removals_and_fits(bool weighted, bool fades, byte columns, Seed seed)
    {
        var rows = new Rows(seed, 2 + (columns % 9), 60 + (seed % 5000), weighted);
        var random = new Random(seed);
        int half = rows.Count / 2;
        Moments one = rows.Sum(0, half, random, named: false).ToMoments(), other = rows.Sum(half, rows.Count, random, named: false).ToMoments();
        Moments moments = one.Merge(other);
        moments = fades && weighted ? moments.Decay(0.75) : random.Next(2) == 0 ? moments.Remove(other) : moments;
        Moments read = Again(moments);
        Assert.Equal(Bytes(moments), Bytes(read));
        Assert.Equal((moments.Count, moments.TotalWeight, moments.FadedCount, moments.EffectiveCount, moments.Digits), (read.Count, read.TotalWeight, read.FadedCount, read.EffectiveCount, read.Digits));
        Assert.Equal(moments.SquareErrorBounds, read.SquareErrorBounds);
        Assert.Equal(Bytes(moments.Merge(one)), Bytes(read.Merge(Again(one))));
        (Fit fit, Fit again) = (moments.Solve(0), read.Solve(0));
        Assert.Equal(fit.Model.Weights.ToArray(), again.Model.Weights.ToArray());
        Assert.Equal(fit.Certificate.WeightErrorBounds, again.Certificate.WeightErrorBounds);
        Assert.Equal(fit.StandardErrors, again.StandardErrors);
    }

    [Law(MaxTest = 40)]
    public void Terms_of_polynomials_merge_to_the_bytes_of_the_whole_and_fit_as_their_rows_do(bool weighted, byte degree, byte rows, Seed seed)
    {
        var random = new Random(seed);
        int k = 2 + (degree % 5), n = k + 10 + (20 * rows);
        (double offset, double spread) = (1e3 * Families.Normal(random), Math.Exp(3 * Families.Normal(random)));
        double[] x = [.. Enumerable.Range(0, n).Select(_ => offset + (spread * Families.Normal(random)))], y = [.. x.Select(value => value + Families.Normal(random))];
        double[] weights = weighted ? [.. x.Select(_ => 0.5 + random.NextDouble())] : [];
        var variable = PolynomialVariable.OfRange(k, x.Min(), x.Max());

        MomentsAccumulator whole = Sum(0, n);
        int[] cuts = [0, .. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Next(n + 1)).Order(), n];
        MomentsFile[] parts = [.. Enumerable.Range(0, cuts.Length - 1).Select(part => Again(new MomentsFile(Sum(cuts[part], cuts[part + 1]))))];
        random.Shuffle(parts);
        Assert.Equal(Bytes(whole), Bytes(MomentsFile.Merge(parts)));

        PolynomialFit ofRows = LinearRegression.FitPolynomial<double>(x, y, weights, k, null);
        PolynomialFit ofMoments = whole.ToMoments().SolvePolynomial([variable], [.. Enumerable.Range(1, k)], target: 0);
        Assert.Equal(ofRows.Model.Variables, ofMoments.Model.Variables);
        Assert.Equal(ofRows.BasisFit.Certificate.Cause, ofMoments.BasisFit.Certificate.Cause);
        for (int m = 0; m < k; m++)
        {
            double bound = ofRows.BasisFit.Certificate.WeightErrorBounds[m] + ofMoments.BasisFit.Certificate.WeightErrorBounds[m];
            Assert.InRange(Math.Abs(ofRows.Model.Weights[m] - ofMoments.Model.Weights[m]), 0, bound);
        }

        MomentsAccumulator Sum(int start, int end)
        {
            var sum = MomentsAccumulator.WithRemainders(["y", .. Enumerable.Range(1, k).Select(m => $"t^{m}")], start);
            int width = 2 * (k + 1);
            double[] cells = new double[width * (end - start)];
            for (int i = start; i < end; i++)
            {
                Span<double> row = cells.AsSpan(width * (i - start), width);
                row[0] = y[i];
                variable.Expand(x[i], row.Slice(1, k), row.Slice(k + 2, k), hasIntercept: true);
            }

            var all = new MatrixSpan<double>(cells, width);
            sum.Add(all, all.SliceColumns(width, 0), weighted ? weights.AsSpan(start, end - start) : default);
            return sum;
        }
    }

    private static byte[] Bytes(MomentsAccumulator accumulator) => Bytes(new MomentsFile(accumulator));

    private static byte[] Bytes(Moments moments) => Bytes(new MomentsFile(moments));

    private static byte[] Bytes(MomentsFile file)
    {
        using MemoryStream stream = new();
        file.Save(stream);
        return stream.ToArray();
    }

    private static MomentsFile Again(MomentsFile file) => MomentsFile.Load(new MemoryStream(Bytes(file)));

    private static Moments Again(Moments moments) => Moments.Load(new MemoryStream(Bytes(moments)));

    /// <summary>Rows of which some are missing, some are alike, and some columns lie far from 0.</summary>
    private sealed class Rows
    {
        private readonly double[] _cells;
        private readonly double[] _weights;
        private readonly bool[] _missing;
        private readonly int _columns;
        private readonly bool _weighted;

        internal Rows(int seed, int columns, int count, bool weighted)
        {
            var random = new Random(seed);
            (_columns, Count, _weighted) = (columns, count, weighted);
            double[] offsets = [.. Enumerable.Range(0, columns).Select(j => j % 3 == 1 ? 1e6 * random.NextDouble() : 0)];
            _cells = [.. Enumerable.Range(0, count * columns).Select(i => offsets[i % columns] + (i % columns % 4 == 2 ? random.Next(3) : Families.Normal(random)))];
            _weights = [.. Enumerable.Range(0, count).Select(_ => random.Next(9) == 0 ? 0 : 0.5 + random.NextDouble())];
            int share = random.Next(3);
            int hole = random.Next(count), end = hole + random.Next(3 * Block);
            _missing = [.. Enumerable.Range(0, count).Select(i => share > 0 && ((share > 1 && i >= hole && i < end) || random.Next(40) == 0))];
        }

        internal int Count { get; }

        internal MomentsAccumulator Sum(int start, int end, Random random, bool named)
        {
            MomentsPrecision precision = _weighted ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain;
            string[] names = [.. Enumerable.Range(0, _columns).Select(j => $"c{j}é")];
            MomentsAccumulator sum = named ? new(names, start, precision) : new(_columns, start, precision);
            Add(sum, start, end, random);
            return sum;
        }

        /// <summary>Adds rows by calls of any number of rows; runs of missing rows are skipped.</summary>
        internal void Add(MomentsAccumulator sum, int start, int end, Random random)
        {
            int most = random.Next(3) switch { 0 => 5, 1 => 900, _ => 9000 };
            while (start < end)
            {
                int next = start;
                int limit = Math.Min(end, start + 1 + random.Next(most));
                while (next < limit && _missing[next] == _missing[start])
                {
                    next++;
                }

                if (_missing[start])
                {
                    sum.Skip(next - start);
                }
                else
                {
                    var x = new MatrixSpan<double>(_cells.AsSpan(start * _columns, (next - start) * _columns), _columns);
                    sum.Add(x, x.SliceColumns(_columns, 0), _weighted ? _weights.AsSpan(start, next - start) : default);
                }

                start = next;
            }
        }
    }
}
