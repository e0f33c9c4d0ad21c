using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes Xᵀr. From eight columns on, each output is one chain over the rows of a block
/// (<see cref="Elementwise"/>), so a block may be passed in panels of any length; for fewer columns <see cref="Gradient1To7"/> needs the
/// whole block at once.
/// </summary>
/// <remarks>Per row 2d flops and d elements read. Error within a block of n rows: γ(n)·Σ|xᵢⱼrᵢ|, γ(n/8 + 3) when narrow.</remarks>
internal static class TransposeMultiply
{
    /// <summary>The most columns for which the sums of a block lie on the stack (4 KiB); for more they lie in a pooled array.</summary>
    internal const int StackColumns = 512;

    /// <summary>
    /// The most columns for which four rows are taken at once, because one row would be too short for its loop. Of more columns four rows
    /// are four streams from memory: at 33 columns they reached 0.72 of the read bandwidth, row by row 0.88. It does not affect bits.
    /// </summary>
    private const int FourRowColumns = 23;

    /// <summary>Computes Xᵀr over all blocks in order, with the same bits as <see cref="Gradient"/>.</summary>
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

    /// <summary>Computes sums += Xᵀr for the rows of one block, or from eight columns on of a part of it.</summary>
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
                Prefetch.Ahead(ref Unsafe.Add(ref first, (nint)k * x.RowStride), x.Columns);
            }

            AccumulateRows(ref Unsafe.Add(ref first, (nint)row * x.RowStride), x.RowStride, ref Unsafe.Add(ref residual, row), count, sums);
        }
    }

    /// <summary>Computes sums += Xᵀr for some rows of at least eight columns that lie in L1, four rows at a time.</summary>
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
