using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class MomentsAccumulatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(20)]
    public void Any_chunks_give_the_same_bits(int columns)
    {
        using var problem = new Problem(7321, columns, seed: columns, extraStride: 2);
        Moments whole = InChunks(problem, () => int.MaxValue);
        var random = new Random(4);
        AssertSameBits(whole, InChunks(problem, () => 1));
        AssertSameBits(whole, InChunks(problem, () => 7));
        AssertSameBits(whole, InChunks(problem, () => 1000));
        AssertSameBits(whole, InChunks(problem, () => random.Next(1, 3000)));

        var fromFloat = new MomentsAccumulator(columns);
        fromFloat.Add(problem.FloatDesign);
        AssertSameBits(whole, fromFloat.ToMoments());
    }

    [Fact]
    public void Features_and_target_lying_apart_give_the_bits_of_joint_columns()
    {
        foreach (int columns in Enumerable.Range(2, 17))
        {
            using var problem = new Problem(2500, columns, seed: columns);
            double[] y = [.. Enumerable.Range(0, 2500).Select(i => problem.X[i, columns - 1])];
            var joint = new MomentsAccumulator(columns);
            joint.Add(problem.Design);
            var apart = new MomentsAccumulator(columns);
            apart.Add(problem.Design.SliceColumns(0, columns - 1), y);
            AssertSameBits(joint.ToMoments(), apart.ToMoments());
        }
    }

    [Fact]
    public void Adjacent_ranges_merged_in_any_order_give_the_same_bits()
    {
        const int Rows = 18000;
        using var problem = new Problem(Rows, 5, seed: 8);
        Moments whole = InChunks(problem, () => int.MaxValue);
        var random = new Random(21);
        for (int trial = 0; trial < 40; trial++)
        {
            int[] cuts = [0, .. Enumerable.Range(0, 5).Select(_ => trial % 2 == 0 ? random.Next(Rows) : random.Next(9) * 2048).Order(), Rows];
            List<MomentsAccumulator> parts = [];
            for (int k = 0; k + 1 < cuts.Length; k++)
            {
                var part = new MomentsAccumulator(5, cuts[k]);
                part.Add(problem.Design.SliceRows(cuts[k], cuts[k + 1] - cuts[k]));
                parts.Add(part);
            }

            while (parts.Count > 1)
            {
                int k = random.Next(parts.Count - 1);
                if (random.Next(2) == 0)
                {
                    parts[k].Merge(parts[k + 1]);
                    parts.RemoveAt(k + 1);
                }
                else
                {
                    parts[k + 1].Merge(parts[k]);
                    parts.RemoveAt(k);
                }
            }

            Assert.Equal((0L, (long)Rows), (parts[0].FirstRow, parts[0].RowCount));
            AssertSameBits(whole, parts[0].ToMoments());
        }
    }

    [Fact]
    public void An_accumulator_goes_on_after_it_was_folded_or_merged()
    {
        using var problem = new Problem(3000, 4, seed: 1);
        var first = new MomentsAccumulator(4);
        first.Add(problem.Design.SliceRows(0, 1500));
        _ = first.ToMoments();
        var second = new MomentsAccumulator(4, 1500);
        second.Add(problem.Design.SliceRows(1500, 700));
        first.Merge(second);
        second.Add(problem.Design.SliceRows(2200, 800));
        first.Add(problem.Design.SliceRows(2200, 800));
        AssertSameBits(InChunks(problem, () => 3000), first.ToMoments());
        Assert.Equal(1500, second.ToMoments().Count);
    }

    [Fact]
    public void Means_and_products_agree_with_the_reference_whatever_the_offset()
    {
        using var problem = new Problem(4000, 3, seed: 6);
        foreach (double offset in new[] { 0, 1e9, -1e12 })
        {
            double[] shifted = [.. problem.X.Cast<double>().Select(value => Math.Round(value * 1024) + offset)];
            var accumulator = new MomentsAccumulator(3);
            accumulator.Add(new MatrixSpan<double>(shifted, 3));
            var moments = accumulator.ToMoments();
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                {
                    // Whole numbers: sums and the exact cross-product fit in 128 bits.
                    Int128 sumI = 0, sumJ = 0, products = 0;
                    for (int row = 0; row < 4000; row++)
                    {
                        Int128 a = (Int128)(shifted[(row * 3) + i] - offset), b = (Int128)(shifted[(row * 3) + j] - offset);
                        (sumI, sumJ, products) = (sumI + a, sumJ + b, products + (a * b));
                    }

                    double expected = (double)((products * 4000) - (sumI * sumJ)) / 4000;
                    double scale = Math.Sqrt(moments.CrossProducts[i * 4] * moments.CrossProducts[j * 4]);

                    // Chains of 128 rows, eight panels a block, two levels of merges; and the rounding of a mean of 1e12 enters squared.
                    double error = Math.Abs(expected - moments.CrossProducts[(i * 3) + j]) / scale;
                    Assert.True(error <= Naive.Gamma(140), $"product {i}, {j} at offset {offset:E0}: relative error {error:E2}");
                }
            }
        }
    }

    [Fact]
    public void Ranges_that_do_not_touch_and_other_columns_are_refused()
    {
        var accumulator = new MomentsAccumulator(2);
        Assert.Contains("do not touch", Assert.Throws<ArgumentException>(() => accumulator.Merge(new MomentsAccumulator(2, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("3 joint columns", Assert.Throws<ArgumentException>(() => accumulator.Merge(new MomentsAccumulator(3))).Message, StringComparison.Ordinal);
        Assert.Contains("3 joint columns", Assert.Throws<ArgumentException>(() => accumulator.Add(new MatrixSpan<double>(new double[3], 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MomentsAccumulator([]));
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => new MomentsAccumulator(["a", "b", "a"])).Message, StringComparison.Ordinal);
        Assert.Contains("no rows", Assert.Throws<InvalidOperationException>(() => accumulator.ToMoments().Solve(0)).Message, StringComparison.Ordinal);
    }

    private static Moments InChunks(Problem problem, Func<int> next)
    {
        var accumulator = new MomentsAccumulator(problem.Columns);
        for (int row = 0; row < problem.Rows;)
        {
            int count = Math.Min(next(), problem.Rows - row);
            accumulator.Add(problem.Design.SliceRows(row, count));
            row += count;
        }

        return accumulator.ToMoments();
    }

    private static void AssertSameBits(Moments expected, Moments actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Means.AsSpan(), actual.Means.AsSpan());
        Assert.Equal(expected.CrossProducts.AsSpan(), actual.CrossProducts.AsSpan());
    }
}
