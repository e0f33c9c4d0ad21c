using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Turns one block of rows into a <see cref="MomentsNode"/> in one pass: cross-products centred by the means of the block's first panel
/// (<see cref="PackedGram.PanelMeans"/>), then corrected for the means of the whole (Chan, Golub, LeVeque 1983, formula 1.7, with a
/// provisional mean in place of a rounded one). Working memory comes from the shared pool: a small fit would spend most of its time making
/// its own.
/// </summary>
internal static class BlockMoments
{
    /// <summary>Cells above this are refused: their squares exceed the range of double.</summary>
    internal const double MostSquared = 1e154;

    /// <summary>Computes the moments of the joint rows [x | y], at most one block.</summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns, as many rows; may have no columns.</param>
    /// <param name="numbers">The absolute indexes of the rows, for messages.</param>
    /// <param name="labels">The names of the columns in messages.</param>
    /// <param name="node">Receives count, means and cross-products.</param>
    /// <param name="threads">The number of threads that share the products of wide rows.</param>
    internal static void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, RowNumbers numbers, ColumnLabels labels, MomentsNode node,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = node.Columns;
        int workLength = Gram.WorkLength(columns);
        double[] rented = ArrayPool<double>.Shared.Rent(workLength + node.Means.Length);
        Span<double> sums = rented.AsSpan(workLength, node.Means.Length);
        Gram.Compute(x, y, node.Means, sums, node.CrossProducts, rented.AsSpan(0, workLength), threads);
        RequireFinite(x, y, sums[..columns], numbers, labels);
        Finish(sums, x.Rows, node);
        RequireSquares(x, y, numbers, labels, node);
        MarkUnderflow(x, y, default, node);
        ArrayPool<double>.Shared.Return(rented);
    }

    /// <summary>Centres the products, which were summed about the first panel's means, about the block's, and computes the means.</summary>
    private static void Finish(Span<double> sums, int rows, MomentsNode node)
    {
        node.Count = rows;
        node.MergeDepth = 0;
        node.NoteVariety(isVaried: false);
        sums[node.Columns..].Clear();
        GramBlocks.AddOuterProduct(node.CrossProducts, node.Columns, -1.0 / rows, sums);
        node.Drift = rows > RowBlocks.PanelRows ? DriftOf(sums, node) : 0;
        Array.Clear(node.MeansLow);
        node.Shift(sums, 1.0 / rows);
    }

    private static double DriftOf(ReadOnlySpan<double> sums, MomentsNode node)
    {
        double drift = 0;
        for (int j = 0; j < node.Columns; j++)
        {
            double squares = node.Squares(j);
            drift = squares > 0 ? Math.Max(drift, sums[j] / squares * (sums[j] / node.Count)) : drift;
        }

        return drift;
    }

    /// <summary>
    /// Sets the squares of a column to the least positive number where they underflowed: where they are 0 although a cell is not. A column
    /// that has such blocks only is refused by the solver. Reads the rows again only where a column's squares are 0.
    /// </summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns.</param>
    /// <param name="weights">One column of weights, or none; a row of weight 0 is no row.</param>
    /// <param name="node">The block's moments.</param>
    internal static void MarkUnderflow<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[]? rented = null;
        Span<T> largest = default;
        for (int j = 0; j < node.Columns; j++)
        {
            ref double squares = ref node.CrossProducts[GramBlocks.Position(node.Columns, j, j)];
            if (squares != 0 || node.Means[j] != 0)
            {
                continue;
            }

            if (rented is null)
            {
                rented = ArrayPool<T>.Shared.Rent(node.Columns);
                largest = rented.AsSpan(0, node.Columns);
                largest.Clear();
                for (int i = 0; i < x.Rows; i++)
                {
                    if (weights.Columns == 0 || weights[i][0] > 0)
                    {
                        TensorPrimitives.MaxMagnitude(largest[..x.Columns], x[i], largest[..x.Columns]);
                        TensorPrimitives.MaxMagnitude(largest[x.Columns..], y[i], largest[x.Columns..]);
                    }
                }
            }

            squares = largest[j] == T.Zero ? 0 : double.Epsilon;
        }

        if (rented is not null)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    /// <summary>Throws for a column whose squares overflowed, and names the row of its largest cell.</summary>
    internal static void RequireSquares<T>(MatrixSpan<T> x, MatrixSpan<T> y, RowNumbers numbers, ColumnLabels labels, MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int j = 0; j < node.Columns; j++)
        {
            if (!double.IsFinite(node.Squares(j)))
            {
                RefuseLargest(x, y, default, j, numbers, labels);
            }
        }
    }

    /// <summary>
    /// Throws for a column whose squares overflow, and names the row of its largest cell, the last of equal ones; rows of weight 0 do not
    /// count.
    /// </summary>
    internal static void RefuseLargest<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, int column, RowNumbers numbers,
        ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int largest = 0;
        double most = -1;
        for (int i = 0; i < x.Rows; i++)
        {
            double size = Math.Abs(Cell(x, y, i, column));
            if (size >= most && (weights.Columns == 0 || weights[i][0] > 0))
            {
                (largest, most) = (i, size);
            }
        }

        Throw.SquaresOverflow(numbers[largest], labels[column], Cell(x, y, largest, column));
    }

    /// <summary>
    /// Throws for the first cell, row by row, that is NaN or infinite, or larger in magnitude than the most given; rows of weight 0 do not
    /// count.
    /// </summary>
    internal static void RequireCells<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, RowNumbers numbers,
        ColumnLabels labels, double most = MostSquared)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Rows; i++)
        {
            if (weights.Columns > 0 && weights[i][0] == 0)
            {
                continue;
            }

            for (int j = 0; j < x.Columns + y.Columns; j++)
            {
                double value = Cell(x, y, i, j);
                if (!double.IsFinite(value))
                {
                    Throw.NonFiniteCell(numbers[i], labels[j], value);
                }

                if (Math.Abs(value) > most)
                {
                    Throw.SquaresOverflow(numbers[i], labels[j], value);
                }
            }
        }
    }

    private static double Cell<T>(MatrixSpan<T> x, MatrixSpan<T> y, int row, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Line.Widen(column < x.Columns ? x[row][column] : y[row][column - x.Columns]);

    /// <summary>
    /// Throws for a cell that is NaN or infinite. A column's sum is finite unless a cell is not or the sum overflows, so the cells are read
    /// again only then.
    /// </summary>
    internal static void RequireFinite<T>(MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> sums, RowNumbers numbers,
        ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TensorPrimitives.IsFiniteAll(sums))
        {
            return;
        }

        RequireCells(x, y, default, numbers, labels);
        int column = 0;
        while (double.IsFinite(sums[column]))
        {
            column++;
        }

        RefuseLargest(x, y, default, column, numbers, labels);
    }
}
