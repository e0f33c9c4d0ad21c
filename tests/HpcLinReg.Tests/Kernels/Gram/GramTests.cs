using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Cross-products of every number of columns that has a kernel of its own, over awkward numbers of rows, against sums in decimals.</summary>
public class GramTests
{
    private static readonly int[] AwkwardRows = [1, 2, 3, 7, 8, 9, 31, 127, 128, 129, 257];

    public static TheoryData<int> Columns => [.. Enumerable.Range(1, 36)];

    [Theory]
    [MemberData(nameof(Columns))]
    public void Cross_products_agree_with_decimals_within_their_bound(int columns)
    {
        foreach (int rows in AwkwardRows)
        {
            using var problem = new Problem(rows, columns, seed: (columns * 1000) + rows, extraStride: rows % 3);
            var joint = new MomentsAccumulator(columns);
            joint.Add(problem.Design);
            Check(joint.ToMoments(), (i, j) => problem.X[i, j], rows, columns, $"{rows} × {columns}");

            var apart = new MomentsAccumulator(columns + 1);
            apart.Add(problem.FloatDesign, problem.FloatY);
            Check(apart.ToMoments(), (i, j) => j < columns ? problem.X[i, j] : problem.Targets[i], rows, columns + 1, $"{rows} × {columns} float with target");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(16)]
    [InlineData(19)]
    public void Rows_unlike_the_first_of_their_block_cost_no_more_than_the_bound(int columns)
    {
        // Centred by the mean of its first panel, which lies far from the rest: the worst case of a provisional mean.
        const int Rows = 2048;
        using var problem = new Problem(Rows, columns, seed: 5);
        double Value(int i, int j) => (float)(problem.X[i, j] * 1e-3) + (i < 128 ? 1000 : 0);
        double[] values = [.. Enumerable.Range(0, Rows * columns).Select(k => Value(k / columns, k % columns))];
        var accumulator = new MomentsAccumulator(columns);
        accumulator.Add(new MatrixSpan<double>(values, columns));
        Check(accumulator.ToMoments(), Value, Rows, columns, $"{columns} columns with a step", slack: 16);
    }

    private static void Check(Moments moments, Func<int, int, double> value, int rows, int columns, string shape, double slack = 1)
    {
        decimal[][] centred = new decimal[columns][];
        for (int j = 0; j < columns; j++)
        {
            decimal[] column = [.. Enumerable.Range(0, rows).Select(i => Exact(value(i, j)))];
            decimal mean = column.Sum() / rows;
            Assert.True(Math.Abs((double)(mean - Exact(moments.Means[j]))) <= Naive.Gamma(140) * slack * column.Max(v => (double)Math.Abs(v)), $"mean {j} of {shape}");
            centred[j] = [.. column.Select(v => v - mean)];
        }

        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double expected = (double)centred[i].Zip(centred[j], (a, b) => a * b).Sum();
                double scale = Math.Sqrt((double)centred[i].Sum(a => a * a) * (double)centred[j].Sum(b => b * b));
                double error = Math.Abs(moments.CrossProducts[(i * columns) + j] - expected);

                // Centring one row takes it off itself: what is left may be rounding of the value itself.
                double rounding = rows * 1e-31 * slack;
                Assert.True(error <= (Naive.Gamma(145) * slack * scale) + rounding, $"product {i}, {j} of {shape}: {moments.CrossProducts[(i * columns) + j]:R} instead of {expected:R}");
            }
        }
    }

    /// <summary>To 28 digits: the conversion of the language keeps 15.</summary>
    private static decimal Exact(double value) => (decimal)(long)Math.ScaleB(value, 52) / (1L << 52);
}
