using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Gram matrices in double-double, every entry against its exact sum over all tail shapes; inputs and outputs end at guard pages.</summary>
public class DoubleDoubleGramTests
{
    private static readonly int[] RowCounts = [1, 2, 7, 8, 9, 127, 128, 129, 130, 257, 300];

    public static TheoryData<int> ColumnCounts => [.. Enumerable.Range(1, 20), 24, 33, 47, 48];

    /// <summary>
    /// The bound of an entry in units of the columns' lengths. Of n rows (a panel has 128) each adds an error of at most 2⁻⁵²PᵢPⱼ ≤ 2⁻⁴⁹, so the
    /// k-th addition rounds by k·2⁻¹⁰² and all by n²/2 of them; terms of low parts, 2⁻⁵² each, are added in double, n·2⁻¹⁰⁵ of their lengths, and
    /// the last sums take 2⁻¹⁰³. Many rows stay far below: numerics.md states 2⁻⁹³.
    /// </summary>
    internal static double EntryError(int rows)
    {
        double added = Math.Min(rows, 128);
        return Math.Min(Math.ScaleB((added * added / 2) + (added / 8) + 0.5, -102), Math.ScaleB(1, -93));
    }

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Cells_as_they_are(int columns) => Check(columns, 0, weighted: false, withLow: false);

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Differences_from_a_centre_that_no_double_holds(int columns) => Check(columns, 0.1, weighted: false, withLow: false);

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Weights_with_rows_of_none_whose_cells_are_not_numbers(int columns) => Check(columns, 0, weighted: true, withLow: false);

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Weights_and_a_far_centre(int columns) => Check(columns, 1e9, weighted: true, withLow: false);

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Low_parts_of_cells(int columns) => Check(columns, 0, weighted: false, withLow: true);

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void Low_parts_weights_and_a_centre(int columns) => Check(columns, 0.1, weighted: true, withLow: true);

    [Fact]
    public void Low_parts_count()
    {
        var gram = new DoubleDoubleGram(1);
        double tiny = Math.ScaleB(1, -70);
        (double[] high, double[] low) = (new double[GramBlocks.Length(1)], new double[GramBlocks.Length(1)]);
        gram.Compute(new MatrixSpan<double>([1.0, 3.0], 1), new MatrixSpan<double>([], 2, 0, 0), new MatrixSpan<double>([tiny, -tiny], 1), new double[8], default, new DoubleDoubleSpan(new double[8], new double[8]), new DoubleDoubleSpan(high, low));
        Assert.Equal((10, -4 * tiny), (high[0], low[0]));
    }

    [Fact]
    public void A_block_leaves_nothing_for_the_next()
    {
        using var problem = new Problem(130, 5, seed: 3);
        using var fresh = new Outputs(5);
        using var used = new Outputs(5);
        double[] low = [.. Enumerable.Repeat(1e-18, 650)], weights = [.. Enumerable.Repeat(0.3, 130)], centers = [0.1, 0.1, 0.1, 0.1, 0.1, 0, 0, 0];
        MatrixSpan<double> none = problem.Design.SliceColumns(5, 0), rowWeights = new(weights, 1);
        var gram = new DoubleDoubleGram(5);
        used.Compute(gram, problem.Design, none, new MatrixSpan<double>(low, 5), centers, rowWeights);
        used.Compute(gram, problem.Design, none, default, new double[8], rowWeights);
        fresh.Compute(new DoubleDoubleGram(5), problem.Design, none, default, new double[8], rowWeights);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(fresh.Sum(i), used.Sum(i));
            for (int j = i; j < 5; j++)
            {
                Assert.Equal(fresh.Product(i, j), used.Product(i, j));
            }
        }
    }

    private static void Check(int columns, double center, bool weighted, bool withLow)
    {
        // Where entries are many, fewer rows: some within a line, and one more than a panel.
        foreach (int rows in RowCounts.Where(rows => columns <= 10 || rows < (columns <= 20 ? 257 : 10) || rows == (columns == 33 ? 129 : 257)))
        {
            int seed = (rows * 50) + columns;
            using var problem = new Problem(rows, columns, seed, extraStride: rows % 3, i => weighted && i % 4 == 1);
            var random = new Random(seed);
            double[] weights = [.. Enumerable.Range(0, rows).Select(i => !weighted ? 1 : i % 4 == 1 ? 0 : random.NextDouble())];

            // The last column is the target.
            double[][] joint = [.. Enumerable.Range(0, columns + 1).Select(j => Enumerable.Range(0, rows).Select(i => j < columns ? problem.X[i, j] : problem.Targets[i]).ToArray())];
            double[][] low = [.. joint.Select(column => column.Select(cell => withLow ? cell * (random.NextDouble() - 0.5) * Naive.Roundoff : 0).ToArray())];
            var exact = new ExactSums(joint, low, weights, center);
            string shape = $"{rows} × {columns}, seed {seed}";
            Check(problem.Design, problem.Design.SliceColumns((columns + 1) / 2, columns / 2), (columns + 1) / 2, exact, $"{shape}, halves");
            Check(problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), columns, exact, $"{shape}, double");
            Check(problem.FloatDesign, new MatrixSpan<float>(problem.FloatY, rows, 1, 1), columns, exact, $"{shape}, float");
        }
    }

    /// <summary>Takes this many columns of x, and all of y.</summary>
    private static void Check<T>(MatrixSpan<T> x, MatrixSpan<T> y, int left, ExactSums exact, string shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = x.Rows, columns = left + y.Columns;
        using var outputs = new Outputs(columns);
        using var low = new GuardedBuffer<double>(rows * columns);
        using var weights = new GuardedBuffer<double>(rows);
        using var centers = new GuardedBuffer<double>(GramBlocks.PaddedColumns(columns));
        centers.Span[..columns].Fill(exact.Center);
        exact.Weights.CopyTo(weights.Span);
        for (int cell = 0; cell < low.Span.Length; cell++)
        {
            low.Span[cell] = exact.Weights[cell / columns] == 0 ? double.NaN : exact.Low[cell % columns][cell / columns];
        }

        outputs.Compute(
            new DoubleDoubleGram(columns),
            x.SliceColumns(0, left),
            y,
            exact.HasLow ? new MatrixSpan<double>(low.Span, columns) : default,
            centers.Span,
            exact.IsWeighted ? new MatrixSpan<double>(weights.Span, 1) : default);
        double entry = EntryError(rows);
        for (int i = 0; i < columns; i++)
        {
            exact.Sum(i).RequireNear(outputs.Sum(i), (entry * exact.Length(i) * Math.Sqrt(exact.Weight)) + (exact.LowRounding(i) * Math.Sqrt(exact.Weight)), $"Sum {i} of {shape}");
            for (int j = i; j < columns; j++)
            {
                double rounding = (exact.LowRounding(i) * exact.Length(j)) + (exact.LowRounding(j) * exact.Length(i)) + exact.LowProduct(i, j);
                exact.Product(i, j).RequireNear(outputs.Product(i, j), (entry * exact.Length(i) * exact.Length(j)) + rounding, $"Product {i}, {j} of {shape}");
            }
        }
    }

    /// <summary>Where a Gram matrix is computed to, each vector before a guard page.</summary>
    private sealed class Outputs(int columns) : IDisposable
    {
        private readonly GuardedBuffer<double> _sums = new(GramBlocks.PaddedColumns(columns));
        private readonly GuardedBuffer<double> _sumsLow = new(GramBlocks.PaddedColumns(columns));
        private readonly GuardedBuffer<double> _products = new(GramBlocks.Length(columns));
        private readonly GuardedBuffer<double> _productsLow = new(GramBlocks.Length(columns));

        public void Dispose()
        {
            _sums.Dispose();
            _sumsLow.Dispose();
            _products.Dispose();
            _productsLow.Dispose();
        }

        internal void Compute<T>(DoubleDoubleGram gram, MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> low, ReadOnlySpan<double> centers, MatrixSpan<double> weights)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            // What was there before must not matter.
            _sums.Span.Fill(double.NaN);
            _products.Span.Fill(double.NaN);
            gram.Compute(x, y, low, centers, weights, new DoubleDoubleSpan(_sums.Span, _sumsLow.Span), new DoubleDoubleSpan(_products.Span, _productsLow.Span));
        }

        internal DoubleDouble Sum(int column) => new(_sums.Span[column], _sumsLow.Span[column]);

        internal DoubleDouble Product(int i, int j) => new(_products.Span[GramBlocks.Position(columns, i, j)], _productsLow.Span[GramBlocks.Position(columns, i, j)]);
    }
}
