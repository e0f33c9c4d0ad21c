using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Turns one block of rows into a <see cref="MomentsNode"/>: first the means, then, while the block is still in cache, the
/// centred cross-products, corrected for the means' own rounding (the corrected two-pass algorithm, Chan, Golub, LeVeque
/// 1983, formula 1.7). Working memory comes from the shared pool: a small fit would spend most of its time making its own.
/// </summary>
internal static class BlockMoments
{
    /// <summary>Computes the moments of the joint rows [x | y], at most one block.</summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns, as many rows; may have no columns.</param>
    /// <param name="firstRow">The absolute index of the first row, for messages.</param>
    /// <param name="labels">What the columns are called, for messages.</param>
    /// <param name="node">Receives count, means and cross-products.</param>
    internal static void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, long firstRow, ColumnLabels labels, MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = node.Means.Length;
        bool narrow = columns < Line.Lanes;
        int stride = Gram.ProductStride(columns);
        int packedLength = narrow ? NarrowGram.PackedLength(columns) : Gram.PackedLength(columns);
        double[] rented = ArrayPool<double>.Shared.Rent(checked(packedLength + (stride * stride) + stride));
        Span<double> packed = rented.AsSpan(0, packedLength);
        Span<double> products = rented.AsSpan(packedLength, stride * stride);
        Span<double> sums = rented.AsSpan(packedLength + (stride * stride), stride);
        Span<double> means = node.Means;

        sums.Clear();
        if (narrow)
        {
            NarrowGram.Gather(x, 0, packed, sums);
            NarrowGram.Gather(y, x.Columns, packed, sums);
        }
        else
        {
            Gram.AddColumnSums(x, sums[..x.Columns]);
            Gram.AddColumnSums(y, sums.Slice(x.Columns, y.Columns));
        }

        RequireFinite(x, y, sums[..columns], firstRow, labels);
        TensorPrimitives.Divide(sums[..columns], x.Rows, means);
        if (narrow)
        {
            NarrowGram.Products(packed, x.Rows, means, sums, products, stride);
        }
        else
        {
            AccumulatePanels(x, y, means, packed, sums, products);
        }

        Finish(products, stride, sums[..columns], x.Rows, labels, node);
        ArrayPool<double>.Shared.Return(rented);
    }

    private static void AccumulatePanels<T>(
        MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> means, Span<double> packed, Span<double> sums, Span<double> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // What the pool left in the lanes behind the last column must not be a number that slows multiply-adds down.
        packed[^RegisterTile.LinePitch..].Clear();
        sums.Clear();
        products.Clear();
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int rows = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            Gram.Pack(x.SliceRows(start, rows), 0, means, packed);
            Gram.Pack(y.SliceRows(start, rows), x.Columns, means, packed);
            Gram.Accumulate(packed, rows, means.Length, sums, products);
        }
    }

    /// <summary>Takes what centring by rounded means left over off the products, and puts it into the means.</summary>
    private static void Finish(ReadOnlySpan<double> products, int stride, ReadOnlySpan<double> sums, int rows, ColumnLabels labels, MomentsNode node)
    {
        node.Count = rows;
        int position = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            Span<double> row = node.CrossProducts.AsSpan(position, sums.Length - i);
            products.Slice((i * stride) + i, row.Length).CopyTo(row);
            Elementwise.Axpy(-sums[i] / rows, sums[i..], row);
            if (!double.IsFinite(row[0]))
            {
                Throw.SquaresOverflow(labels[i]);
            }

            position += row.Length;
        }

        Array.Clear(node.MeanErrors);
        node.Shift(sums, 1.0 / rows);
    }

    /// <summary>A column's sum is finite unless a cell is not or the sum overflows: only then the cells are looked at again.</summary>
    private static void RequireFinite<T>(MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> sums, long firstRow, ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TensorPrimitives.IsFiniteAll(sums))
        {
            return;
        }

        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < sums.Length; j++)
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
