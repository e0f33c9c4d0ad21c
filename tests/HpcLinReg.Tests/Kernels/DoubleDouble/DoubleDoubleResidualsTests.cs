using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;
using HpcLinReg.Threads;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Residuals of double-double weights and their sums, against exact numbers over all tail shapes.</summary>
public class DoubleDoubleResidualsTests
{
    private static readonly int[] RowCounts = [1, 2, 3, 4, 5, 7, 8, 9, 66, 127, 128, 129, 130, 300];

    public static TheoryData<int> ColumnCounts => [.. Enumerable.Range(1, 20), 24, 33, 40, 63, 70, 100];

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Sums_squares_and_products_of_residuals(int columns)
    {
        // One workspace for all: what a block leaves must not show in the next.
        var residuals = new DoubleDoubleResiduals(columns);
        foreach (int rows in RowCounts)
        {
            int seed = (rows * 60) + columns;
            using var problem = new Problem(rows, columns, seed, extraStride: rows % 3);
            foreach ((double center, double targetCenter) in ((double, double)[])[(0, 0), (0.3, -1e6)])
            {
                var exact = new Exact(problem, center, targetCenter);
                exact.Check(residuals, problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), $"{rows} × {columns}, seed {seed}, centre {center}, double");
                exact.Check(residuals, problem.FloatDesign, new MatrixSpan<float>(problem.FloatY, rows, 1, 1), $"{rows} × {columns}, seed {seed}, centre {center}, float");
            }
        }
    }

    [Fact]
    public void Panels_divide_a_block()
    {
        for (int columns = ResidualProducts1To12.MostColumns + 1; columns <= 10_000; columns++)
        {
            Assert.Equal(0, RowBlocks.Rows % ResidualProductsFrom13.RowsOf(columns));
        }

        Assert.Equal(0, RowBlocks.Rows % DoubleDoubleColumns.PanelRows);
    }

    [Fact]
    public void Without_features_residuals_are_what_is_left_of_the_target()
    {
        // Two panels and a part of one; sums of small integers are exact.
        double[] y = [.. Enumerable.Range(0, 600).Select(i => (double)(i % 7))];
        var residuals = new DoubleDoubleResiduals(0);
        residuals.Compute(new MatrixSpan<double>([], y.Length, 0, 0), new MatrixSpan<double>(y, 1), [], 1, default, 2);
        Assert.Equal((DoubleDouble)(y.Sum() - 1800), residuals.Sum);
        Assert.Equal((DoubleDouble)y.Sum(value => (value - 3) * (value - 3)), residuals.SumOfSquares);
        Assert.Empty(residuals.Products.High);
    }

    [Fact]
    public void Residuals_of_the_exact_weights_are_what_rounding_of_the_target_left()
    {
        // y = (x₀ + x₁)/3 in double: its residuals, 2⁻⁵⁴ of it, have all 53 bits that the bound (d + 4)²·2⁻¹⁰² allows.
        using var problem = new Problem(200, 2, seed: 9);
        double[] y = [.. Enumerable.Range(0, 200).Select(i => (problem.X[i, 0] + problem.X[i, 1]) / 3)];
        DoubleDouble third = (DoubleDouble)1 / 3;
        var residuals = new DoubleDoubleResiduals(2);
        residuals.Compute(problem.Design, new MatrixSpan<double>(y, 1), new double[8], 0, new ReadOnlyDoubleDoubleSpan([third.High, third.High, 0, 0, 0, 0, 0, 0], [third.Low, third.Low, 0, 0, 0, 0, 0, 0]), 0);
        BinaryFraction[] exact = [.. y.Select((value, i) => value - (((BinaryFraction)problem.X[i, 0] + problem.X[i, 1]) * third))];
        double squares = BinaryFraction.Sum(exact.Select(r => r * r)).ToDouble();
        Assert.InRange(squares, 1e-34, 1e-30);
        Assert.Equal(squares, residuals.SumOfSquares.Value, squares * 1e-12);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(9, 12)]
    [InlineData(130, 13)]
    [InlineData(300, 5)]
    [InlineData(300, 40)]
    public void Rows_have_weights(int rows, int columns)
    {
        using var problem = new Problem(rows, columns, seed: rows + columns);
        double[] rowWeights = [.. Enumerable.Range(0, rows).Select(i => i % 7 / 3.0 * 1e-200)];
        double scale = Math.ScaleB(1, 664);
        double[] weights = [.. problem.Weights, .. new double[GramBlocks.PaddedColumns(columns) - columns]];
        var residuals = new DoubleDoubleResiduals(columns);
        residuals.Compute(problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), new double[weights.Length], 0, new ReadOnlyDoubleDoubleSpan(weights, new double[weights.Length]), 0.2, new ScaledRowWeights(rowWeights, scale));
        BinaryFraction[] plain = [.. Enumerable.Range(0, rows).Select(i =>
            problem.Targets[i] - (BinaryFraction)0.2 - BinaryFraction.Sum(Enumerable.Range(0, columns).Select(j => (BinaryFraction)problem.X[i, j] * problem.Weights[j])))];
        BinaryFraction[] weighted = [.. plain.Select((r, i) => r * (rowWeights[i] * scale))];

        // Lengths of cells, residuals and terms are a few times √rows at most; the kernel's own bounds are 2⁻⁹¹ of them at 40 columns.
        double bound = Math.ScaleB((10 + rows) * columns * columns, -91);
        BinaryFraction.Sum(weighted).RequireNear(residuals.Sum, bound, "Σvr");
        Assert.Equal(BinaryFraction.Sum(plain.Zip(weighted, (r, vr) => r * vr)).ToDouble(), residuals.SumOfSquares.Value, rows * columns * 1e-13);
        for (int j = 0; j < columns; j++)
        {
            BinaryFraction.Sum(weighted.Select((r, i) => r * problem.X[i, j])).RequireNear(residuals.Products[j], bound, $"Product {j}");
        }
    }

    private sealed class Exact
    {
        private readonly BinaryFraction[] _residuals;
        private readonly BinaryFraction[][] _cells;
        private readonly BinaryFraction[] _products;
        private readonly BinaryFraction _sum;
        private readonly BinaryFraction _squares;
        private readonly double[] _lengths;
        private readonly double[] _errors;
        private readonly double _length;
        private readonly double[] _centers;
        private readonly double[] _weights;
        private readonly double[] _weightsLow;
        private readonly double _targetCenter;
        private readonly DoubleDouble _offset = new(0.2, 1e-18);

        internal Exact(Problem problem, double center, double targetCenter)
        {
            (int rows, int columns) = (problem.Rows, problem.Columns);
            _targetCenter = targetCenter;
            (_centers, _weights, _weightsLow) = (new double[columns], new double[columns], new double[columns]);
            for (int j = 0; j < columns; j++)
            {
                // Every other line keeps its cells, the odd ones or the even ones, so that lines with low parts stand beside lines without.
                _centers[j] = j / Line.Lanes % 2 == columns % 2 ? 0 : center;
                (_weights[j], _weightsLow[j]) = DoubleDouble.Sum(problem.Weights[j] / 3, problem.Weights[j] * 1e-17);
            }

            _cells = [.. Enumerable.Range(0, columns).Select(j => BinaryFraction.Align(Enumerable.Range(0, rows).Select(i => (BinaryFraction)problem.X[i, j] - _centers[j])))];
            BinaryFraction[][] rowCells = [.. Enumerable.Range(0, rows).Select(i => _cells.Select(column => column[i]).ToArray())];
            _lengths = [.. _cells.Select(column => Length(column))];
            BinaryFraction[] weights = [.. _weights.Select((weight, j) => (BinaryFraction)new DoubleDouble(weight, _weightsLow[j]))];
            BinaryFraction shift = (BinaryFraction)targetCenter + _offset;
            _residuals = BinaryFraction.Align(problem.Targets.Select((y, i) => y - shift - BinaryFraction.Dot(weights, rowCells[i])));
            _products = [.. _cells.Select(column => BinaryFraction.Dot(_residuals, column))];
            (_sum, _squares) = (BinaryFraction.Sum(_residuals), BinaryFraction.Dot(_residuals, _residuals));
            _length = Length(_residuals);

            // The kernel's statement, with Pⱼ from the panel that the row lies in.
            double[] sizes = [.. Enumerable.Range(0, (rows + 127) / 128).Select(panel =>
                Enumerable.Range(0, columns).Sum(j => Math.Sqrt(8) * Length(_cells[j][(panel * 128)..Math.Min(rows, (panel + 1) * 128)]) * Math.Abs(_weights[j])))];
            _errors = [.. problem.Targets.Select((y, i) =>
                (columns + 4) * (columns + 4) * Math.ScaleB(sizes[i / 128] + Math.Abs(y - targetCenter) + Math.Abs(_offset.High), -102))];
        }

        internal void Check<T>(DoubleDoubleResiduals residuals, MatrixSpan<T> x, MatrixSpan<T> y, string shape)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int columns = x.Columns;
            using GuardedBuffer<double> centers = Padded(_centers), weights = Padded(_weights), weightsLow = Padded(_weightsLow);
            residuals.Compute(x, y, centers.Span, _targetCenter, new ReadOnlyDoubleDoubleSpan(weights.Span, weightsLow.Span), _offset);

            // Chains of at most 300/8 + 8 additions of 3u² of sums within Σ|r|, or of Σr²; products another 7u².
            double rounding = 50 * 3 * Naive.Roundoff * Naive.Roundoff;
            double absolute = _residuals.Sum(r => Math.Abs(r.ToDouble()));
            double error = Math.Sqrt(_errors.Sum(e => e * e));
            _sum.RequireNear(residuals.Sum, _errors.Sum() + (rounding * absolute), $"Σr of {shape}");
            _squares.RequireNear(residuals.SumOfSquares, (2 * error * _length) + (rounding * _length * _length), $"Σr² of {shape}");
            for (int j = 0; j < columns; j++)
            {
                double bound = (error * _lengths[j]) + (DoubleDoubleGramTests.EntryError(x.Rows) * _length * _lengths[j]);
                _products[j].RequireNear(residuals.Products[j], bound, $"Product {j} of {shape}");
            }
        }

        private static double Length(BinaryFraction[] values) => Math.Sqrt(BinaryFraction.Dot(values, values).ToDouble());

        private static GuardedBuffer<double> Padded(double[] values)
        {
            var buffer = new GuardedBuffer<double>(GramBlocks.PaddedColumns(values.Length));
            values.CopyTo(buffer.Span);
            return buffer;
        }
    }
}
