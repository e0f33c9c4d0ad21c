using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// sums += Xᵀr for the rows of one block or a part of it. From eight columns on, each output is one chain over the rows
/// (<see cref="Elementwise"/>), so a block may be handed over in panels of any length; below, each output is folded from
/// eight chains over rows i ≡ lane (mod 8), so the block must come whole.
/// </summary>
/// <remarks>Per row 2d flops and d elements read. Error within a block of n rows: γ(n)·Σ|xᵢⱼrᵢ|, γ(n/8 + 3) when narrow.</remarks>
internal static class TransposeMultiply
{
    /// <summary>Up to this many columns a block's sums lie on the stack (4 KiB), beyond it in a pooled array.</summary>
    internal const int StackColumns = 512;

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
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        if (x.Columns < Line.Lanes)
        {
            AccumulateNarrow(ref first, x.RowStride, residuals, sums);
            return;
        }

        nint stride = x.RowStride;
        int row = 0;
        for (; row <= x.Rows - 4; row += 4)
        {
            Elementwise.AxpyOfFourRows(ref Unsafe.Add(ref first, row * stride), stride, residuals.Slice(row, 4), sums);
        }

        for (; row < x.Rows; row++)
        {
            Elementwise.AxpyOfRow(ref Unsafe.Add(ref first, row * stride), residuals[row], sums);
        }
    }

    private static void AccumulateNarrow<T>(ref T first, int rowStride, ReadOnlySpan<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double r = ref MemoryMarshal.GetReference(residuals);
        int whole = residuals.Length - (residuals.Length % Line.Lanes);
        for (int j = 0; j < sums.Length; j++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int row = 0; row < whole; row += Line.Lanes)
            {
                Vector512<double> column = Line.LoadColumn(ref Unsafe.Add(ref first, ((nint)row * rowStride) + j), rowStride);
                sum = Vector512.MultiplyAddEstimate(column, Line.Load(ref r, row), sum);
            }

            if (whole < residuals.Length)
            {
                int count = residuals.Length - whole;
                Vector512<double> column = Line.LoadColumnTail(ref Unsafe.Add(ref first, ((nint)whole * rowStride) + j), rowStride, count);
                sum = Vector512.MultiplyAddEstimate(column, Line.LoadColumnTail(ref Unsafe.Add(ref r, whole), 1, count), sum);
            }

            sums[j] += Line.Fold(sum);
        }
    }
}
