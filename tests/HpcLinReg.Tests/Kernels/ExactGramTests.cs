using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Gram matrices and residuals in double-double, against exact rationals over all tail shapes.</summary>
public class ExactGramTests
{
    /// <summary>What numerics.md states of an entry: cells of 24 bits have products that repeat their low parts, so errors are not random.</summary>
    private static readonly double Bound = Math.ScaleB(1, -93);

    public static TheoryData<int> ColumnCounts => [1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 15, 16, 17, 24, 25];

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Products_and_sums_have_a_hundred_bits(int columns)
    {
        foreach (int rows in (int[])[1, 2, 7, 8, 9, 127, 129, 300])
        {
            using var problem = new Problem(rows, columns, seed: (rows * 50) + columns, extraStride: rows % 3);
            foreach ((double shift, bool weighted) in ((double, bool)[])[(0, false), (0.1, false), (0, true), (1e9, true)])
            {
                Check(problem, shift, weighted);
            }
        }
    }

    [Fact]
    public void Rows_of_weight_zero_are_no_rows_whatever_their_cells()
    {
        var gram = new ExactGram(2);
        double[] clean = [1.1, 2.2, 3.3, 5.4];
        double[] cells = [1.1, 2.2, double.NaN, double.PositiveInfinity, 3.3, 5.4];
        Assert.Equal(Run(gram, new MatrixSpan<double>(clean, 2), new double[8], [0.5, 0.25]), Run(gram, new MatrixSpan<double>(cells, 2), new double[8], [0.5, 0, 0.25]));
    }

    [Fact]
    public void Low_parts_count()
    {
        var gram = new ExactGram(1);
        double tiny = Math.ScaleB(1, -70);
        (double[] high, double[] low) = (new double[GramBlocks.Length(1)], new double[GramBlocks.Length(1)]);
        gram.Compute(new MatrixSpan<double>([1.0, 3.0], 1), new MatrixSpan<double>([], 2, 0, 0), new MatrixSpan<double>([tiny, -tiny], 1), new double[8], default, new double[8], new double[8], high, low);
        Assert.Equal((10, -4 * tiny), (high[0], low[0]));
    }

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Residuals_and_their_products_have_a_hundred_bits(int columns)
    {
        foreach (int rows in (int[])[1, 5, 8, 130, 300])
        {
            using var problem = new Problem(rows, columns, seed: (rows * 60) + columns, extraStride: rows % 2);
            var residuals = new ExactResiduals(columns);
            double[] weights = new double[GramBlocks.PaddedColumns(columns)], low = new double[weights.Length], centers = new double[weights.Length];
            for (int j = 0; j < columns; j++)
            {
                (weights[j], low[j], centers[j]) = (problem.Weights[j] / 3, problem.Weights[j] * 1e-18, j % 2 == 0 ? 0 : 0.3);
            }

            residuals.Compute(problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), centers, 0.7, weights, low, new DoubleDouble(0.2, 1e-19));
            Rational[] r = [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Aggregate(
                F(problem.Targets[i]) - F(0.7) - F(0.2) - F(1e-19), (sum, j) => sum - ((F(problem.X[i, j]) - F(centers[j])) * (F(weights[j]) + F(low[j])))))];
            double size = 4 * Math.Sqrt(rows) * (2 + problem.Weights.Sum(Math.Abs));
            AssertNear(r.Aggregate(Rational.Zero, (sum, value) => sum + value), residuals.Sum, Bound * size * Math.Sqrt(rows));
            AssertNear(r.Aggregate(Rational.Zero, (sum, value) => sum + (value * value)), residuals.SumOfSquares, Bound * size * size);
            for (int j = 0; j < columns; j++)
            {
                Rational product = Enumerable.Range(0, rows).Aggregate(Rational.Zero, (sum, i) => sum + (r[i] * (F(problem.X[i, j]) - F(centers[j]))));
                AssertNear(product, new DoubleDouble(residuals.Products[j], residuals.ProductErrors[j]), Bound * size * 3 * Math.Sqrt(rows));
            }
        }
    }

    private static void Check(Problem problem, double shift, bool weighted)
    {
        int columns = problem.Columns + 1;
        int rows = problem.Rows;
        double[] centers = new double[GramBlocks.PaddedColumns(columns)];
        centers.AsSpan(0, columns).Fill(shift);
        double[] weights = [.. Enumerable.Range(0, rows).Select(i => weighted ? (i % 4) * 0.3 : 1)];
        var gram = new ExactGram(columns);
        double[] sums = new double[centers.Length], sumErrors = new double[centers.Length];
        double[] high = new double[GramBlocks.Length(columns)], low = new double[high.Length];
        MatrixSpan<double> rowWeights = weighted ? new MatrixSpan<double>(weights, 1) : default;
        gram.Compute(problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), default, centers, rowWeights, sums, sumErrors, high, low);
        Rational[][] cells = [.. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Select(i => F(j < problem.Columns ? problem.X[i, j] : problem.Targets[i]) - F(shift)).ToArray())];
        Rational[] v = [.. weights.Select(F)];
        double[] lengths = [.. cells.Select(column => Math.Sqrt(column.Zip(v, (cell, weight) => cell * cell * weight).Aggregate(Rational.Zero, (a, b) => a + b).ToDouble()))];
        for (int i = 0; i < columns; i++)
        {
            Rational sum = cells[i].Zip(v, (cell, weight) => cell * weight).Aggregate(Rational.Zero, (a, b) => a + b);
            AssertNear(sum, new DoubleDouble(sums[i], sumErrors[i]), Bound * lengths[i] * Math.Sqrt(weights.Sum()));
            foreach (int j in (int[])[i, (i + columns - 1) / 2, columns - 1])
            {
                Rational product = Enumerable.Range(0, rows).Aggregate(Rational.Zero, (a, k) => a + (v[k] * cells[i][k] * cells[j][k]));
                int position = GramBlocks.Position(columns, i, j);
                AssertNear(product, new DoubleDouble(high[position], low[position]), Bound * lengths[i] * lengths[j]);
            }
        }
    }

    private static double[] Run(ExactGram gram, MatrixSpan<double> x, double[] centers, double[] weights)
    {
        double[] high = new double[GramBlocks.Length(2)], low = new double[high.Length], sums = new double[8];
        gram.Compute(x, x.SliceColumns(2, 0), default, centers, new MatrixSpan<double>(weights, 1), sums, new double[8], high, low);
        return [high[0], high[1], high[9], low[0], low[1], low[9], sums[0], sums[1]];
    }

    private static Rational F(double value) => Rational.From(value);

    private static void AssertNear(Rational exact, DoubleDouble actual, double bound)
    {
        double error = Rational.Abs(exact - (F(actual.High) + F(actual.Low))).ToDouble();
        Assert.True(error <= bound, $"{actual} is wrong by {error:E2}, more than {bound:E2}.");
    }
}
