using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Turns one block of rows into a <see cref="MomentsNode"/>: first the means, then, while the block is still in cache, the
/// centred cross-products, corrected for the means' own rounding (the corrected two-pass algorithm, Chan, Golub, LeVeque
/// 1983, formula 1.7). Holds the working memory for that.
/// </summary>
internal sealed class BlockMoments(int columns)
{
    private readonly double[] _packed = new double[columns < Line.Lanes ? NarrowGram.PackedLength(columns) : Gram.PackedLength(columns)];
    private readonly double[] _products = new double[checked(Gram.ProductStride(columns) * Gram.ProductStride(columns))];
    private readonly double[] _sums = new double[Gram.ProductStride(columns)];

    /// <summary>Computes the moments of the joint rows [x | y], at most one block.</summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns, as many rows; may have no columns.</param>
    /// <param name="firstRow">The absolute index of the first row, for messages.</param>
    /// <param name="labels">What the columns are called, for messages.</param>
    /// <param name="node">Receives count, means and cross-products.</param>
    internal void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, long firstRow, ColumnLabels labels, MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> sums = _sums;
        sums.Clear();
        if (columns < Line.Lanes)
        {
            NarrowGram.Gather(x, 0, _packed, sums);
            NarrowGram.Gather(y, x.Columns, _packed, sums);
        }
        else
        {
            Gram.AddColumnSums(x, sums[..x.Columns]);
            Gram.AddColumnSums(y, sums.Slice(x.Columns, y.Columns));
        }

        RequireFinite(x, y, sums, firstRow, labels);
        Span<double> means = node.Means;
        TensorPrimitives.Divide(sums[..columns], x.Rows, means);

        if (columns < Line.Lanes)
        {
            NarrowGram.Products(_packed, x.Rows, means, sums, _products, Gram.ProductStride(columns));
        }
        else
        {
            AccumulatePanels(x, y, means);
        }

        node.Count = x.Rows;
        int stride = Gram.ProductStride(columns);
        int position = 0;
        for (int i = 0; i < columns; i++)
        {
            Span<double> row = node.CrossProducts.AsSpan(position, columns - i);
            _products.AsSpan((i * stride) + i, row.Length).CopyTo(row);
            Elementwise.Axpy(-sums[i] / x.Rows, sums[i..columns], row);
            if (!double.IsFinite(row[0]))
            {
                Throw.SquaresOverflow(labels[i]);
            }

            position += row.Length;
        }

        Array.Clear(node.MeanErrors);
        node.Shift(sums[..columns], 1.0 / x.Rows);
    }

    private void AccumulatePanels<T>(MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> means)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Array.Clear(_sums);
        Array.Clear(_products);
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int rows = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            Gram.Pack(x.SliceRows(start, rows), 0, means, _packed);
            Gram.Pack(y.SliceRows(start, rows), x.Columns, means, _packed);
            Gram.Accumulate(_packed, rows, columns, _sums, _products);
        }
    }

    /// <summary>A column's sum is finite unless a cell is not or the sum overflows: only then the cells are looked at again.</summary>
    private void RequireFinite<T>(MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> sums, long firstRow, ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TensorPrimitives.IsFiniteAll(sums[..columns]))
        {
            return;
        }

        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double value = Line.Widen(j < x.Columns ? x[i][j] : y[i][j - x.Columns]);
                if (!double.IsFinite(value))
                {
                    Throw.NonFiniteCell(firstRow + i, labels[j], value);
                }
            }
        }

        int column = 0;
        while (double.IsFinite(sums[column]))
        {
            column++;
        }

        Throw.SquaresOverflow(labels[column]);
    }
}
