using HpcLinReg.Descent;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>Means and variances by which descent scales, beside sums written out.</summary>
public class ColumnScalesTests
{
    [Law(MaxTest = 200)]
    public void They_are_the_weighted_means_and_variances(byte columns, bool weighted, Seed seed)
    {
        var random = new Random(seed);
        int n = random.Next(1, 5001), d = columns % 12;
        using var problem = new Problem(n, d, seed);
        double shift = random.Next(-999, 1000);
        double[] cells = [.. Enumerable.Range(0, n * d).Select(k => problem.X[k / d, k % d] + shift)];
        double[] rowWeights = [.. Enumerable.Range(0, n).Select(i => !weighted || i == 0 ? 1.0 : random.Next(4) / 2.0)];
        var blocks = MemoryBlocks<double>.Of(new MatrixSpan<double>(cells, n, d, d), problem.Y, weighted ? rowWeights : default);
        var scales = ColumnScales.Measure<double, MemoryBlocks<double>>(ref blocks, null);
        double total = rowWeights.Sum();
        Assert.Equal((rowWeights.Count(v => v > 0), total), (scales.Rows, scales.TotalWeight));
        for (int j = 0; j <= d; j++)
        {
            double[] column = [.. Enumerable.Range(0, n).Select(i => j < d ? cells[(i * d) + j] : problem.Y[i])];
            double mean = column.Select((value, i) => rowWeights[i] * value).Sum() / total;
            double variance = column.Select((value, i) => rowWeights[i] * (value - mean) * (value - mean)).Sum() / total;
            Assert.Equal(mean, j < d ? scales.Means[j] : scales.TargetMean, 1e-13 * (Math.Abs(shift) + 4));
            Assert.Equal(variance, scales.Variance(j), 1e-11 * (variance + 1));
        }
    }

    [Fact]
    public void A_column_of_one_value_has_no_variance_whatever_the_value()
    {
        foreach (double value in (double[])[0, 0.1, -7e150, 1e-300])
        {
            double[] cells = [.. Enumerable.Repeat(value, 5000)];
            var blocks = MemoryBlocks<double>.Of(new MatrixSpan<double>(cells, 1), cells, default);
            var scales = ColumnScales.Measure<double, MemoryBlocks<double>>(ref blocks, null);
            Assert.Equal((0, true), (scales.Variance(0), scales.IsTargetConstant));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cells_that_are_no_numbers_are_named_in_rows_of_weight_0_as_well(bool weighted)
    {
        foreach (double wrong in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            double[] cells = [.. Enumerable.Range(0, 3000)], y = [.. cells], rowWeights = [.. cells.Select(i => i == 2500 ? 0.0 : 1)];
            cells[2500] = wrong;
            ArgumentException refused = Assert.Throws<ArgumentException>(() =>
            {
                var blocks = MemoryBlocks<double>.Of(new MatrixSpan<double>(cells, 1), y, weighted ? rowWeights : default);
                return ColumnScales.Measure<double, MemoryBlocks<double>>(ref blocks, null).Rows;
            });
            Assert.Contains("Row 2500", refused.Message, StringComparison.Ordinal);
        }
    }
}
