using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// sums += Xᵀr for the rows of one block or a part of it. From eight columns on, each output is one chain over the rows
/// (<see cref="Elementwise"/>), so a block may be handed over in panels of any length; below, <see cref="Gradient1To7"/> wants the
/// block whole.
/// </summary>
/// <remarks>Per row 2d flops and d elements read. Error within a block of n rows: γ(n)·Σ|xᵢⱼrᵢ|, γ(n/8 + 3) when narrow.</remarks>
internal static class TransposeMultiply
{
    /// <summary>Up to this many columns a block's sums lie on the stack (4 KiB), beyond it in a pooled array.</summary>
    internal const int StackColumns = 512;

    /// <summary>
    /// From memory, up to this many columns four rows at once: a row alone would be too short for its loop. Beyond, four rows are four
    /// streams: at 33 columns they reached 0.72 of the read bandwidth, row by row 0.88. Does not affect bits.
    /// </summary>
    private const int FourRowColumns = 23;

    /// <summary>Xᵀr over all blocks in order; the same bits as from <see cref="Gradient"/>.</summary>
    internal static void Product<T>(MatrixSpan<T> x, ReadOnlySpan<double> residuals, Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[]? rented = x.Columns > StackColumns ? ArrayPool<double>.Shared.Rent(x.Columns) : null;
        Span<double> blockSums = (rented ?? stackalloc double[StackColumns])[..x.Columns];
        destination.Clear();
        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int count = Math.Min(RowBlocks.Rows, x.Rows - start);
            blockSums.Clear();
            Accumulate(x.SliceRows(start, count), residuals.Slice(start, count), blockSums);
            TensorPrimitives.Add(destination, blockSums, destination);
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>Adds to sums, one per column.</summary>
    internal static void Accumulate<T>(MatrixSpan<T> x, ReadOnlySpan<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns < Line.Lanes)
        {
            Gradient1To7.Products(x, residuals, sums);
            return;
        }

        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double residual = ref MemoryMarshal.GetReference(residuals);
        int rowsAtOnce = x.Columns <= FourRowColumns ? 4 : 1;
        for (int row = 0; row < x.Rows; row += rowsAtOnce)
        {
            int count = Math.Min(rowsAtOnce, x.Rows - row);
            for (int k = row; k < row + count && x.Columns < Prefetch.WidestColumns; k++)
            {
                Prefetch.RowAhead(ref Unsafe.Add(ref first, (nint)k * x.RowStride), x.Columns);
            }

            AccumulateRows(ref Unsafe.Add(ref first, (nint)row * x.RowStride), x.RowStride, ref Unsafe.Add(ref residual, row), count, sums);
        }
    }

    /// <summary>Adds some rows of eight columns or more that lie in L1, four at a time.</summary>
    internal static void AccumulateRows<T>(ref T first, nint stride, ref double residuals, int rows, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int row = 0;
        for (; row <= rows - 4; row += 4)
        {
            Elementwise.AxpyOfFourRows(ref Unsafe.Add(ref first, row * stride), stride, ref Unsafe.Add(ref residuals, row), sums);
        }

        for (; row < rows; row++)
        {
            Elementwise.AxpyOfRow(ref Unsafe.Add(ref first, row * stride), Unsafe.Add(ref residuals, row), sums);
        }
    }
}
