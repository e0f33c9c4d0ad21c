using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Solver;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Rows of a source that are missing: their places in the grid of blocks stay empty, however the others arrive.</summary>
public class GapLaws
{
    private const int Block = 2048;

    [Law(MaxTest = 25)]
    public void Skipped_rows_give_the_bits_of_rows_of_weight_zero(bool weighted, byte blocks, byte columns, Seed seed)
    {
        var rows = Rows.Draw(seed, blocks, columns, weighted);
        Moments expected = rows.OfWeights(new Random(seed));
        AssertSame(expected, rows.Skipping(0, rows.Count, new Random(seed ^ 1), MomentsPrecision.DoubleDouble).ToMoments());
        AssertSame(expected, rows.OfParts(new Random(seed), MomentsPrecision.DoubleDouble).ToMoments());
        Assert.Equal(rows.Used.Count(used => used), expected.Count);
    }

    [Law(MaxTest = 25)]
    public void Rows_with_gaps_have_the_bits_of_the_tree_over_blocks_that_have_rows(bool plain, byte blocks, byte columns, Seed seed)
    {
        var rows = Rows.Draw(seed, blocks, columns, weighted: false);
        MomentsPrecision precision = plain ? MomentsPrecision.Plain : MomentsPrecision.DoubleDouble;
        MomentsAccumulator whole = rows.Skipping(0, rows.Count, new Random(seed), precision);
        Assert.Equal((rows.Count, rows.Used.Count(used => used)), (whole.NextRow, whole.RowCount));
        AssertSame(whole.ToMoments(), rows.OfParts(new Random(seed), precision).ToMoments());
        MomentsNode total = whole.ToMoments().Node, tree = rows.Tree(precision);
        Assert.Equal(tree.Count, total.Count);
        for (int j = 0; j < rows.Columns; j++)
        {
            Assert.Equal(tree.Mean(j), total.Mean(j));
            Assert.All(Enumerable.Range(0, j + 1), i => Assert.Equal(tree.CrossProduct(i, j), total.CrossProduct(i, j)));
        }
    }

    [Law(MaxTest = 15)]
    public void Rows_missing_at_the_end_change_no_bit(bool plain, bool weighted, byte blocks, byte columns, Seed seed)
    {
        MomentsPrecision precision = plain && !weighted ? MomentsPrecision.Plain : MomentsPrecision.DoubleDouble;
        var rows = Rows.Draw(seed, blocks, columns, weighted);
        int last = Array.LastIndexOf(rows.Used, true);
        MomentsAccumulator ending = rows.Skipping(0, last + 1, new Random(seed), precision), going = rows.Skipping(0, last + 1, new Random(seed), precision);
        foreach (long missing in (long[])[1, new Random(seed).Next(3 * Block), 1_000_000_000_000])
        {
            going.Skip(missing);
            AssertSame(ending.ToMoments(), going.ToMoments());
        }
    }

    [Law(MaxTest = 15)]
    public void A_source_with_gaps_is_fitted_and_read_again_on_the_grid_of_its_rows(bool refined, byte blocks, byte columns, byte cut, Seed seed)
    {
        var rows = Rows.Draw(seed, blocks, columns, weighted: false);
        FitOptions options = new() { Digits = FitOptions.MaxDigits, Rungs = refined ? SolverRungs.NormalEquations | SolverRungs.Refinement : SolverRungs.DoubleDouble };
        Fit expected = LinearRegression.Fit(rows.Source(), options);
        AssertSame(expected, LinearRegression.Fit(rows.Source(1 + cut, Block), options));
        Assert.Equal(rows.Used.Count(used => used), expected.RowCount);
        // The pass for residuals adds the blocks of the same grid.
        ResidualPass read = Pass(), direct = Pass();
        new SourceRows(new CheckedSource(rows.Source(1 + cut, Block))).AddTo(read, 0);
        for (int start = 0; start < rows.Count; start += Block)
        {
            double[] block = rows.Cells(start, Math.Min(start + Block, rows.Count));
            if (block.Length > 0)
            {
                MatrixSpan<double> joint = new(block, rows.Columns);
                direct.AddBlock(joint.SliceColumns(0, rows.Columns - 1), joint.SliceColumns(rows.Columns - 1, 1));
            }
        }

        Assert.Equal((direct.Sum, direct.SumOfSquares), (read.Sum, read.SumOfSquares));
        Assert.Equal(Enumerable.Range(0, rows.Columns - 1).Select(direct.Product), Enumerable.Range(0, rows.Columns - 1).Select(read.Product));

        ResidualPass Pass()
        {
            ResidualPass pass = new(rows.Columns - 1);
            for (int j = 0; j < rows.Columns - 1; j++)
            {
                pass.SetWeight(j, (DoubleDouble)1 / (j + 3));
            }

            pass.Start(0.1);
            return pass;
        }
    }

    [Law(MaxTest = 12)]
    public void Polynomials_and_weights_of_a_source_keep_the_places_of_rows(bool weighted, byte blocks, byte cut, Seed seed)
    {
        var rows = Rows.Draw(seed, blocks, columns: 0, weighted);
        double[] zeros = rows.Weights(whereMissing: 0);
        double[] x = rows.Column(0), y = rows.Column(1);
        PolynomialFit expected = LinearRegression.FitPolynomial<double>(x, y, zeros, 3);
        PolynomialFit actual = LinearRegression.FitPolynomial(rows.WeightedSource(1 + cut, 700), [3]);
        AssertSame(expected.BasisFit, actual.BasisFit);
        if (!weighted)
        {
            AssertSame(expected.BasisFit, LinearRegression.FitPolynomial(rows.Source(1 + cut, 700), [3]).BasisFit);
        }

        AssertSame(
            LinearRegression.Fit(new MatrixSpan<double>(x, 1), y, zeros),
            LinearRegression.Fit(rows.WeightedSource(1 + cut, 700)));
    }

    [Fact]
    public void A_part_that_begins_after_a_million_million_missing_rows_costs_nothing_and_merges_to_the_same_bits()
    {
        const long Missing = 1_000_000_000_000;
        var rows = Rows.Draw(seed: 7, blocks: 3, columns: 5, weighted: false);
        foreach (MomentsPrecision precision in Enum.GetValues<MomentsPrecision>())
        {
            MomentsAccumulator whole = rows.Skipping(0, rows.Count, new Random(1), precision);
            whole.Skip(Missing);
            MomentsAccumulator part = rows.Skipping(0, rows.Count, new Random(2), precision, firstRow: rows.Count + Missing);
            MomentsAccumulator merged = rows.Skipping(0, rows.Count, new Random(3), precision);
            rows.AddTo(whole, 0, rows.Count, new Random(4));
            for (int i = 0; i < 1000; i++)
            {
                whole.Skip(Missing);
                part.Skip(Missing);
            }

            merged.Skip(Missing);
            part.Merge(merged);
            Assert.Equal((0, (2L * rows.Count) + (1001 * Missing)), (part.FirstRow, part.NextRow));
            AssertSame(whole.ToMoments(), part.ToMoments());
        }
    }

    [Fact]
    public void Rows_are_named_by_their_place_in_the_source()
    {
        MomentsAccumulator sums = new(["x"]);
        sums.Add(new MatrixSpan<double>([9e153], 1));
        sums.Skip(10);
        Assert.Contains("Row 12 (counted from 0)", Assert.Throws<ArgumentException>(() => sums.Add(new MatrixSpan<double>([1, double.NaN], 1))).Message, StringComparison.Ordinal);

        // Each square is in range; their sum about the mean is not.
        Assert.StartsWith("Row 11 (counted from 0)", Assert.Throws<OverflowException>(() => sums.Add(new MatrixSpan<double>([-1e154], 1))).Message, StringComparison.Ordinal);
        Assert.Equal((1, 11), (sums.RowCount, sums.NextRow));
        Assert.Throws<ArgumentOutOfRangeException>(() => sums.Skip(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sums.Skip(long.MaxValue));
    }

    [Fact]
    public void A_call_that_is_refused_leaves_the_gaps_as_they_were()
    {
        var rows = Rows.Draw(seed: 11, blocks: 4, columns: 3, weighted: true);
        MomentsAccumulator tried = new(rows.Columns, 0, MomentsPrecision.DoubleDouble), spared = new(rows.Columns, 0, MomentsPrecision.DoubleDouble);
        Random random = new(5);
        double[] cells = [.. Enumerable.Range(0, 3 * Block * rows.Columns).Select(_ => random.NextDouble())], weights = [.. Enumerable.Range(0, 3 * Block).Select(i => i % 5)];
        double[] spoilt = [.. cells];
        spoilt[^2] = double.NaN;
        for (int step = 0; step < 6; step++)
        {
            Assert.Throws<ArgumentException>(() => Add(tried, spoilt));
            Add(tried, cells);
            Add(spared, cells);
            tried.Skip(step * 900);
            spared.Skip(step * 900);
        }

        Assert.Equal((spared.NextRow, spared.RowCount), (tried.NextRow, tried.RowCount));
        AssertSame(spared.ToMoments(), tried.ToMoments());

        void Add(MomentsAccumulator sums, double[] joint)
        {
            MatrixSpan<double> all = new(joint, rows.Columns);
            sums.Add(all.SliceColumns(0, rows.Columns - 1), all.SliceColumns(rows.Columns - 1, 1), weights);
        }
    }

    private static void AssertSame(Moments expected, Moments actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Means.AsSpan(), actual.Means.AsSpan());
        Assert.Equal(expected.CrossProducts.AsSpan(), actual.CrossProducts.AsSpan());
        int target = expected.Means.Length - 1;
        AssertSame(expected.Solve(target), actual.Solve(target));
    }

    private static void AssertSame(Fit expected, Fit actual)
    {
        Assert.Equal(expected.Model.Weights.ToArray(), actual.Model.Weights.ToArray());
        Assert.Equal(
            (expected.Model.Intercept, expected.RowCount, expected.ResidualSumOfSquares, expected.Certificate.Digits),
            (actual.Model.Intercept, actual.RowCount, actual.ResidualSumOfSquares, actual.Certificate.Digits));
        Assert.Equal(expected.Certificate.WeightErrorBounds.ToArray(), actual.Certificate.WeightErrorBounds.ToArray());
    }

    /// <summary>Rows of joint columns, of which some are missing: single ones, stretches, whole blocks, and at the borders of blocks.</summary>
    private sealed class Rows(double[] joint, int columns, bool[] used, double[]? weights)
    {
        internal int Columns => columns;

        internal int Count => used.Length;

        internal bool[] Used => used;

        internal static Rows Draw(int seed, int blocks, int columns, bool weighted)
        {
            Random random = new(seed);
            (int n, int p) = ((blocks % 5 * Block) + 1 + random.Next(Block), 2 + (columns % 9));
            double[] joint = [.. Enumerable.Range(0, n * p).Select(k => (k % p * 10) + random.NextDouble())];
            bool[] used = Enumerable.Repeat(true, n).ToArray();
            double share = random.Next(3) switch { 0 => 0, 1 => 0.01, _ => 0.7 };
            for (int i = 0; i < n; i++)
            {
                used[i] = random.NextDouble() >= share;
            }

            for (int stretch = random.Next(5); stretch > 0; stretch--)
            {
                int border = random.Next((n / Block) + 2) * Block;
                int from = random.Next(3) == 0 ? random.Next(n) : Math.Clamp(border + random.Next(-2, 3), 0, n);
                int length = random.Next(3) switch { 0 => random.Next(5), 1 => Block * random.Next(4), _ => random.Next(n) };
                Array.Fill(used, false, from, Math.Min(length, n - from));
            }

            // A fit needs rows to speak of.
            Array.Fill(used, true, random.Next(Math.Max(1, n - (4 * p))), Math.Min(4 * p, n));
            return new Rows(joint, p, used, weighted ? [.. Enumerable.Range(0, n).Select(_ => 0.5 + random.NextDouble())] : null);
        }

        internal double[] Weights(double whereMissing) => [.. used.Select((isUsed, i) => isUsed ? weights?[i] ?? 1 : whereMissing)];

        internal double[] Column(int j) => [.. Enumerable.Range(0, Count).Select(i => joint[(i * columns) + j])];

        internal double[] Cells(int from, int to) => [.. joint[(from * columns)..(to * columns)].Where((_, k) => used[from + (k / columns)])];

        internal GapRows Source(params int[] cuts) => new(joint, columns, used, cuts);

        internal GapRows WeightedSource(params int[] cuts)
        {
            double[] v = Weights(whereMissing: 0);
            return new([.. Enumerable.Range(0, Count).SelectMany(i => joint[(i * columns)..((i + 1) * columns)].Append(v[i]))], columns + 1, used, cuts) { HasWeights = true };
        }

        /// <summary>All rows in random calls, the missing ones with the weight 0 and cells that are no numbers.</summary>
        internal Moments OfWeights(Random random)
        {
            double[] spoilt = [.. joint.Select((cell, k) => used[k / columns] ? cell : double.NaN)], v = Weights(whereMissing: 0);
            MomentsAccumulator sums = new(columns, 0, MomentsPrecision.DoubleDouble);
            for (int row = 0; row < Count;)
            {
                int count = Math.Min(random.Next(1, 3 * Block), Count - row);
                MatrixSpan<double> next = new(spoilt.AsSpan(row * columns, count * columns), columns);
                sums.Add(next.SliceColumns(0, columns - 1), next.SliceColumns(columns - 1, 1), v.AsSpan(row, count));
                row += count;
            }

            return sums.ToMoments();
        }

        /// <summary>The rows of a range in random calls, the missing ones skipped.</summary>
        internal MomentsAccumulator Skipping(int from, int to, Random random, MomentsPrecision precision, long firstRow = -1)
        {
            MomentsAccumulator sums = new(columns, firstRow < 0 ? from : firstRow, precision);
            AddTo(sums, from, to, random);
            return sums;
        }

        internal void AddTo(MomentsAccumulator sums, int from, int to, Random random)
        {
            for (int row = from, count; row < to; row += count)
            {
                int end = Math.Min(to, row + random.Next(1, 3 * Block));
                count = 1;
                while (row + count < end && used[row + count] == used[row])
                {
                    count++;
                }

                if (!used[row])
                {
                    sums.Skip(count);
                    continue;
                }

                MatrixSpan<double> next = new(joint.AsSpan(row * columns, count * columns), columns);
                if (weights is null)
                {
                    sums.Add(next);
                }
                else
                {
                    sums.Add(next.SliceColumns(0, columns - 1), next.SliceColumns(columns - 1, 1), weights.AsSpan(row, count));
                }
            }
        }

        /// <summary>Ranges between random rows or borders of blocks, each summed by a thread, merged in random order.</summary>
        internal MomentsAccumulator OfParts(Random random, MomentsPrecision precision)
        {
            int[] cuts = [0, .. Enumerable.Range(0, 1 + random.Next(7)).Select(_ => random.Next(2) == 0 ? Math.Min(Count, Block * random.Next(8)) : random.Next(Count + 1)).Order(), Count];
            int[] seeds = [.. cuts.Select(_ => random.Next())];
            List<MomentsAccumulator> parts = [.. Enumerable.Range(0, cuts.Length - 1).AsParallel().AsOrdered().Select(k => Skipping(cuts[k], cuts[k + 1], new Random(seeds[k]), precision))];
            while (parts.Count > 1)
            {
                int k = random.Next(parts.Count - 1);
                (int kept, int taken) = random.Next(2) == 0 ? (k, k + 1) : (k + 1, k);
                parts[kept].Merge(parts[taken]);
                parts.RemoveAt(taken);
            }

            return parts[0];
        }

        /// <summary>The definition: a block sums its rows closed up; two halves of 2ᵏ blocks merge where both have rows; unfinished at the end, small meets small first.</summary>
        internal MomentsNode Tree(MomentsPrecision precision)
        {
            int whole = Count / Block;
            MomentsNode? total = whole * Block == Count ? null : Leaf(whole);
            for (int level = 0, first = whole; first > 0; level++)
            {
                if ((first >> level & 1) == 1)
                {
                    first -= 1 << level;
                    total = Merged(Node(level, first >> level), total);
                }
            }

            return total!;

            MomentsNode? Node(int level, int index) => level == 0 ? Leaf(index) : Merged(Node(level - 1, 2 * index), Node(level - 1, (2 * index) + 1));

            MomentsNode? Leaf(int block)
            {
                double[] cells = Cells(block * Block, Math.Min((block + 1) * Block, Count));
                if (cells.Length == 0)
                {
                    return null;
                }

                // Alone in a block of its own.
                MomentsTree sums = new(columns, 0, precision);
                sums.Add(new MatrixSpan<double>(cells, columns));
                return sums.Fold();
            }

            MomentsNode? Merged(MomentsNode? left, MomentsNode? right)
            {
                if (left is not null && right is not null)
                {
                    left.Absorb(right, new double[GramBlocks.PaddedColumns(columns)]);
                }

                return left ?? right;
            }
        }
    }
}
