using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes Σr², Σr and Xᵀr of the residuals r = Xw + b − y in one pass over X: first the residuals of a panel of rows, then, while the
/// panel is in L1, its part of Xᵀr. Sums are formed within a block of the absolute grid and then over blocks in order. Up to 7 columns:
/// <see cref="Gradient1To7"/>; up to 39: <see cref="Gradient8To39"/>; beyond, this type.
/// </summary>
/// <remarks>Per row 4d flops and d + 1 elements read from memory, once.</remarks>
internal static class Gradient
{
    /// <summary>The number of columns from which on eight rows take half of L1.</summary>
    private const int WideColumns = 256;

    /// <summary>Computes Σr² alone, with the same bits as <see cref="Sums"/>.</summary>
    internal static double SumOfSquares<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> residuals = stackalloc double[RowBlocks.Rows];
        Span<double> unused = stackalloc double[Line.Lanes];
        double squares = 0;
        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int count = Math.Min(RowBlocks.Rows, x.Rows - start);
            MatrixSpan<T> block = x.SliceRows(start, count);
            if (x.Columns < Line.Lanes)
            {
                squares += Gradient1To7.ResidualSums(block, y.Slice(start, count), weights, intercept, unused[..x.Columns]).Squares;
                continue;
            }

            Span<double> r = residuals[..count];
            Residuals.Rows(block, y.Slice(start, count), weights, intercept, r);
            squares += Reduce.Dot(ref r[0], ref r[0], count);
        }

        return squares;
    }

    /// <summary>Returns Σr² and Σr, and computes Xᵀr in <paramref name="transposeProduct"/>.</summary>
    internal static (double Squares, double Sum) Sums<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> transposeProduct)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> residuals = stackalloc double[RowBlocks.Rows];
        double[]? rented = x.Columns > TransposeMultiply.StackColumns ? ArrayPool<double>.Shared.Rent(x.Columns) : null;
        Span<double> blockSums = (rented ?? stackalloc double[TransposeMultiply.StackColumns])[..x.Columns];
        double squares = 0;
        double sum = 0;
        transposeProduct.Clear();
        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int count = Math.Min(RowBlocks.Rows, x.Rows - start);
            Span<double> r = residuals[..count];
            blockSums.Clear();
            MatrixSpan<T> block = x.SliceRows(start, count);
            if (x.Columns < Line.Lanes)
            {
                (double blockSquares, double blockSum) =
                    Gradient1To7.ResidualSums(block, y.Slice(start, count), weights, intercept, blockSums);
                squares += blockSquares;
                sum += blockSum;
            }
            else
            {
                if (Gradient8To39.Serve<T>(x.Columns))
                {
                    Gradient8To39.ResidualsAndProducts(block, y.Slice(start, count), weights, intercept, r, blockSums);
                }
                else
                {
                    Panels(block, y.Slice(start, count), weights, intercept, r, blockSums);
                }

                squares += Reduce.Dot(ref r[0], ref r[0], count);
                sum += Reduce.Sum(ref r[0], count);
            }

            TensorPrimitives.Add(transposeProduct, blockSums, transposeProduct);
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }

        return (squares, sum);
    }

    /// <summary>
    /// Computes the residuals of a panel of rows, and then its part of Xᵀr, while the rows are in L1. A panel has eight rows, whose dot
    /// products are folded together; of wide rows it has four, because eight would displace each other from L1; of the widest, which do not
    /// fit L1 anyway, eight again, so that the sums are read and written less often. The number does not affect bits.
    /// </summary>
    private static void Panels<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        int panelRows = x.Columns is >= WideColumns and < Prefetch.WidestColumns ? 4 : Line.Lanes;
        for (int panel = 0; panel < x.Rows; panel += panelRows)
        {
            int rows = Math.Min(panelRows, x.Rows - panel);
            PanelResiduals(x, panel, rows, y, weights, intercept, residuals);
            TransposeMultiply.AccumulateRows(
                ref Unsafe.Add(ref first, (nint)panel * x.RowStride), x.RowStride, ref residuals[panel], rows, sums);
        }
    }

    /// <summary>
    /// Computes the residuals of at most eight rows. Without AVX-512 they are folded one by one, because eight lines are too many for
    /// sixteen registers of 256 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PanelResiduals<T>(
        MatrixSpan<T> x, int panel, int count, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> residuals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T rows = ref Unsafe.Add(ref MemoryMarshal.GetReference(x.Values), (nint)panel * x.RowStride);
        ref T target = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), panel);
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double r = ref Unsafe.Add(ref MemoryMarshal.GetReference(residuals), panel);
        nint stride = x.RowStride;
        int columns = x.Columns;
        if (count == Line.Lanes && Vector512.IsHardwareAccelerated)
        {
            Vector512<double> predictions = Line.FoldEight(
                Products(ref rows, 0, stride, ref w, columns), Products(ref rows, 1, stride, ref w, columns),
                Products(ref rows, 2, stride, ref w, columns), Products(ref rows, 3, stride, ref w, columns),
                Products(ref rows, 4, stride, ref w, columns), Products(ref rows, 5, stride, ref w, columns),
                Products(ref rows, 6, stride, ref w, columns), Products(ref rows, 7, stride, ref w, columns)) + Vector512.Create(intercept);
            (predictions - Line.Load(ref target, 0)).StoreUnsafe(ref r);
            return;
        }

        for (int row = 0; row < count; row++)
        {
            double prediction = Line.Fold(Products(ref rows, row, stride, ref w, columns)) + intercept;
            Unsafe.Add(ref r, row) = prediction - Line.Widen(Unsafe.Add(ref target, row));
        }
    }

    /// <summary>Returns the line whose fold is the dot product of a row with the weights, and prefetches a later row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Products<T>(ref T rows, nint row, nint stride, ref double w, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T cells = ref Unsafe.Add(ref rows, row * stride);
        if (columns < Prefetch.WidestColumns)
        {
            Prefetch.Ahead(ref cells, columns);
        }

        return Reduce.LineProducts(ref cells, ref w, columns);
    }
}
