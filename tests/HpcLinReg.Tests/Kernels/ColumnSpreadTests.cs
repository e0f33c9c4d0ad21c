using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

public class ColumnSpreadTests
{
    private static readonly int[] RowCounts = [1, 2, 7, 8, 9, 15, 16, 17, 40, 1000];
    private static readonly int[] ColumnCounts = [.. Enumerable.Range(1, 19), 100];

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1e9)]
    public void Means_and_variances_agree_with_two_readings(double offset)
    {
        foreach (int columns in ColumnCounts)
        {
            foreach (int rows in RowCounts)
            {
                double[] cells = Cells(rows * columns, offset, seed: (100 * columns) + rows);
                (double[] means, double[] variances) = Spread(new MatrixSpan<double>(cells, columns), columns);
                for (int j = 0; j < columns; j++)
                {
                    double[] column = [.. Enumerable.Range(0, rows).Select(i => cells[(i * columns) + j])];
                    double mean = column.Average(), variance = column.Average(value => (value - mean) * (value - mean));
                    Assert.True(Math.Abs(means[j] - mean) <= 1e-14 * (Math.Abs(mean) + Math.Sqrt(variance)), $"{rows} x {columns}: mean {j} is {means[j]:R}, not {mean:R}");
                    Assert.True(Math.Abs(variances[j] - variance) <= 1e-10 * variance, $"{rows} x {columns}: variance {j} is {variances[j]:R}, not {variance:R}");
                }
            }
        }
    }

    [Fact]
    public void A_first_row_far_away_costs_the_bits_of_the_count_and_no_more()
    {
        double[] cells = Cells(1024, 1e6, seed: 1);
        cells[0] = -1e12;
        (double[] means, double[] variances) = Spread(new MatrixSpan<double>(cells, 1), 1);
        double mean = cells.Average(), variance = cells.Average(value => (value - mean) * (value - mean));
        Assert.InRange(variances[0] / variance, 1 - 1e-12, 1 + 1e-12);
        Assert.InRange(means[0] / mean, 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void Parts_rows_apart_and_floats_have_the_bits_of_the_whole()
    {
        foreach (int columns in ColumnCounts)
        {
            foreach (int rows in RowCounts)
            {
                float[] floats = [.. Cells(rows * columns, 2, seed: columns + rows).Select(cell => (float)cell)];
                double[] cells = [.. floats.Select(cell => (double)cell)];
                var whole = new MatrixSpan<double>(cells, columns);
                (double[] means, double[] variances) = Spread(whole, columns);
                AssertEqual((means, variances), Spread(new MatrixSpan<float>(floats, columns), columns));

                double[] apart = new double[rows * (columns + 3)];
                for (int k = 0; k < cells.Length; k++)
                {
                    apart[(k / columns * (columns + 3)) + (k % columns)] = cells[k];
                }

                AssertEqual((means, variances), Spread(new MatrixSpan<double>(apart, rows, columns, columns + 3), columns));
                int part = columns / 2;
                AssertEqual((means[part..], variances[part..]), Spread(whole.SliceColumns(part, columns - part), columns));
            }
        }
    }

    [Fact]
    public void Weights_count_rows_and_rows_of_no_weight_are_not_read()
    {
        double[] x = [5, 1, double.NaN, 4], weights = [1, 2, 0, 3];
        var spread = new ColumnSpread(1);
        double[] mean = new double[1], variance = new double[1];
        spread.Compute(new MatrixSpan<double>(x, 1), new MatrixSpan<double>(weights, 1), mean, variance);
        Assert.Equal(19.0 / 6, mean[0], 1e-15);
        Assert.Equal((25 + 2 + 48) / 6.0 - (19.0 / 6 * 19 / 6), variance[0], 1e-14);
    }

    private static void AssertEqual((double[] Means, double[] Variances) expected, (double[] Means, double[] Variances) actual)
    {
        Assert.Equal(expected.Means, actual.Means);
        Assert.Equal(expected.Variances, actual.Variances);
    }

    private static double[] Cells(int count, double offset, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => offset + Families.Normal(random))];
    }

    private static (double[] Means, double[] Variances) Spread<T>(MatrixSpan<T> x, int joint)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        double[] means = new double[x.Columns], variances = new double[x.Columns];
        new ColumnSpread(joint).Compute(x, default, means, variances);
        return (means, variances);
    }
}
