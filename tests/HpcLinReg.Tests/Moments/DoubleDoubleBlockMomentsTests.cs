using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Tests.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

/// <summary>Moments of a block in double-double, against exact fractions.</summary>
public class DoubleDoubleBlockMomentsTests
{
    private static readonly ColumnLabels Labels = new([], 99, 99);

    public static TheoryData<int, double, bool> Blocks => new(
        from columns in (int[])[1, 2, 7, 8, 9, 17]
        from offset in (double[])[0, 4, 1e9]
        from weighted in (bool[])[false, true]
        select (columns, offset, weighted));

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Means_and_centred_products_have_as_many_bits_far_from_zero_as_near(int columns, double offset, bool weighted)
    {
        foreach (int rows in (int[])[2, 9, 128, 129, 300])
        {
            int seed = (rows * 70) + columns;
            using var problem = new Problem(rows, columns, seed);
            double[] cells = [.. Enumerable.Range(0, rows * columns).Select(k => problem.X[k / columns, k % columns] + offset)];
            double[] weights = [.. Enumerable.Range(0, rows).Select(i => weighted ? i % 4 == 1 ? 0 : (i + 1) * 0.1 : 1)];
            var moments = new DoubleDoubleBlockMoments(columns);
            var node = new MomentsNode(columns, isDoubleDouble: true);
            var x = new MatrixSpan<double>(cells, columns);
            moments.Compute(x, x.SliceColumns(columns, 0), default, weighted ? new MatrixSpan<double>(weights, 1) : default, 0, Labels, node);
            Assert.Equal(weights.Count(weight => weight > 0), node.Count);
            var total = BinaryFraction.Sum(weights.Select(weight => (BinaryFraction)weight));
            total.RequireNear(node.Weight, rows * 3 * Naive.Roundoff * Naive.Roundoff * total.ToDouble(), $"Σw of {rows}");
            AssertMoments(node, cells, weights, total, $"{rows} × {columns}, offset {offset}, seed {seed}");
        }
    }

    [Fact]
    public void Weights_of_one_have_the_bits_of_none()
    {
        // Far from zero and in two panels, where the constant taken off is another one with weights.
        using var problem = new Problem(150, 9, seed: 4);
        double[] cells = [.. Enumerable.Range(0, 150 * 9).Select(k => problem.X[k / 9, k % 9] + 1000.1)], weights = [.. Enumerable.Repeat(1.0, 150)];
        var x = new MatrixSpan<double>(cells, 9);
        (MomentsNode plain, MomentsNode ones) = (new MomentsNode(9, isDoubleDouble: true), new MomentsNode(9, isDoubleDouble: true));
        var moments = new DoubleDoubleBlockMoments(9);
        moments.Compute(x, x.SliceColumns(9, 0), default, new MatrixSpan<double>(weights, 1), 0, Labels, ones);
        moments.Compute(x, x.SliceColumns(9, 0), default, default, 0, Labels, plain);
        Assert.Equal(plain.Means, ones.Means);
        Assert.Equal(plain.CrossProducts, ones.CrossProducts);
        Assert.Equal(plain.CrossProductsLow, ones.CrossProductsLow);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_block_has_the_same_bits_whatever_block_came_before(bool weighted)
    {
        // Means of one deviation, where rounding decides whether a column counts as far from zero, of less and of more; constants whose squares have a bit or two.
        double[] weights = [.. Enumerable.Range(0, 40).Select(i => weighted ? (i % 3) + 0.5 : 1)];
        double[][] blocks =
        [
            .. ((double[])[0, 0.9, 1.02, 1.06, 1.07, 1.2, 1e6]).Select((deviations, seed) => Cells(deviations, seed)),
            .. Enumerable.Range(0, 30).Select(seed => Cells(1, seed)),
            .. ((double[])[0, 1e-162, 2e-162, 2.3e-162, 3e-162, 4e-162, 1e-160, 1e152]).Select(constant => Enumerable.Repeat(constant, 40).ToArray()),
        ];
        var moments = new DoubleDoubleBlockMoments(1);
        foreach (double[] block in blocks)
        {
            MomentsNode alone = Compute(new DoubleDoubleBlockMoments(1), block);
            foreach (double[] before in blocks)
            {
                Compute(moments, before);
                MomentsNode after = Compute(moments, block);
                Assert.Equal(alone.Means, after.Means);
                Assert.Equal(alone.MeansLow, after.MeansLow);
                Assert.Equal(alone.CrossProducts, after.CrossProducts);
                Assert.Equal(alone.CrossProductsLow, after.CrossProductsLow);
            }
        }

        double[] Cells(double deviations, int seed)
        {
            using var problem = new Problem(40, 1, seed);
            double[] z = [.. Enumerable.Range(0, 40).Select(i => problem.X[i, 0])];
            double mean = z.Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum();
            double deviation = Math.Sqrt(z.Zip(weights, (value, weight) => weight * (value - mean) * (value - mean)).Sum() / weights.Sum());
            return [.. z.Select(value => value - mean + (deviations * deviation))];
        }

        MomentsNode Compute(DoubleDoubleBlockMoments moments, double[] cells)
        {
            var node = new MomentsNode(1, isDoubleDouble: true);
            var x = new MatrixSpan<double>(cells, 1);
            moments.Compute(x, x.SliceColumns(1, 0), default, weighted ? new MatrixSpan<double>(weights, 1) : default, 0, Labels, node);
            return node;
        }
    }

    [Fact]
    public void A_block_of_weight_zero_is_empty_whatever_its_cells()
    {
        var node = new MomentsNode(2, isDoubleDouble: true);
        double[] cells = [double.NaN, double.PositiveInfinity, 1, 2], zeros = new double[2];
        var x = new MatrixSpan<double>(cells, 2);
        new DoubleDoubleBlockMoments(2).Compute(x, x.SliceColumns(2, 0), default, new MatrixSpan<double>(zeros, 1), 0, Labels, node);
        Assert.Equal((0L, new DoubleDouble(0, 0)), (node.Count, node.Weight));
        Assert.All(node.Means.Concat(node.CrossProducts).Concat(node.CrossProductsLow), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(1e-251)]
    [InlineData(1e251)]
    public void A_sum_of_weights_whose_inverse_leaves_the_range_is_refused(double weight)
    {
        double[] cells = [1, 2], weights = [weight, 0];
        void Compute() => new DoubleDoubleBlockMoments(1).Compute(
            new MatrixSpan<double>(cells, 1), new MatrixSpan<double>([], 2, 0, 0), default, new MatrixSpan<double>(weights, 1), 0, Labels, new MomentsNode(1, isDoubleDouble: true));
        Assert.Contains("add up to", Assert.Throws<OverflowException>(Compute).Message, StringComparison.Ordinal);
    }

    private static void AssertMoments(MomentsNode node, double[] cells, double[] weights, BinaryFraction total, string shape)
    {
        int columns = node.Columns;
        (Rational sumOfWeights, double weight) = (total.ToRational(), total.ToDouble());
        BinaryFraction[] w = [.. weights.Select(value => (BinaryFraction)value)];
        BinaryFraction[][] column = [.. Enumerable.Range(0, columns).Select(j => BinaryFraction.Align(weights.Select((_, i) => (BinaryFraction)cells[(i * columns) + j])))];
        BinaryFraction[][] weighted = [.. column.Select(values => BinaryFraction.Align(values.Select((value, i) => value * w[i])))];
        BinaryFraction[] sums = [.. weighted.Select(BinaryFraction.Sum)];
        Rational Centred(int i, int j) => BinaryFraction.Dot(weighted[i], column[j]).ToRational() - ((sums[i] * sums[j]).ToRational() / sumOfWeights);

        // What the sums are of: cells at most some 4 deviations from zero, or brought there, so √(1 + 4²) lengths and what is left by the rounding of the mean.
        double[] lengths = [.. Enumerable.Range(0, columns).Select(j =>
            (Math.Sqrt(17) * Math.Sqrt(Centred(j, j).ToDouble())) + (4 * Naive.Roundoff * Math.Abs(sums[j].ToDouble()) / Math.Sqrt(weight)))];

        // The entry itself, and sums and inverse in the outer product: each as far off as an entry, in units of the same lengths.
        double share = 3 * DoubleDoubleGramTests.EntryError(weights.Length);
        for (int i = 0; i < columns; i++)
        {
            Rational mean = sums[i].ToRational() / sumOfWeights;
            double meanError = Rational.Abs(mean - ((BinaryFraction)node.Mean(i)).ToRational()).ToDouble();
            Assert.True(meanError <= (share * lengths[i] / Math.Sqrt(weight)) + (4 * Naive.Roundoff * Naive.Roundoff * Math.Abs(mean.ToDouble())), $"mean {i} of {shape} is wrong by {meanError:E2}");
            for (int j = i; j < columns; j++)
            {
                double error = Rational.Abs(Centred(i, j) - ((BinaryFraction)node.CrossProduct(i, j)).ToRational()).ToDouble();
                Assert.True(error <= share * lengths[i] * lengths[j], $"product {i}, {j} of {shape} is wrong by {error:E2}, more than {share * lengths[i] * lengths[j]:E2}");
            }
        }
    }
}
