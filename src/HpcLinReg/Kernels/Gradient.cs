using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Σr², Σr and Xᵀr of r = Xw + b − y in one pass over X: a panel's residuals, then the panel again, still in L1, for Xᵀr.
/// The sums run within a row block of the absolute grid and then over blocks in order.
/// </summary>
/// <remarks>Per row 4d flops and d + 1 elements read from memory, once.</remarks>
internal static class Gradient
{
    /// <summary>Σr² alone; the same bits as from <see cref="Sums"/>.</summary>
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
                squares += Narrow.ResidualSums(block, y.Slice(start, count), weights, intercept, unused[..x.Columns]).Squares;
                continue;
            }

            Span<double> r = residuals[..count];
            Residuals.Rows(block, y.Slice(start, count), weights, intercept, r);
            squares += Reduce.Dot(ref r[0], ref r[0], count);
        }

        return squares;
    }

    /// <summary>Σr² and Σr; Xᵀr goes to <paramref name="transposeProduct"/>.</summary>
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
                (double blockSquares, double blockSum) = Narrow.ResidualSums(block, y.Slice(start, count), weights, intercept, blockSums);
                squares += blockSquares;
                sum += blockSum;
            }
            else
            {
                Panels(block, y.Slice(start, count), weights, intercept, r, blockSums);
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
    /// The residuals of a few rows, one row after another, then the same rows, still in L1, for Xᵀr. Eight rows measured best up to
    /// 256 columns: long enough for the row loops, short enough that the out-of-order window and the prefetcher bridge the
    /// second visit; beyond, sixteen amortize the pass over the sums. Software prefetch lost in every variant. The number does
    /// not affect bits.
    /// </summary>
    private static void Panels<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref T target = ref MemoryMarshal.GetReference(y);
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double r = ref MemoryMarshal.GetReference(residuals);
        nint stride = x.RowStride;
        int columns = x.Columns;
        int panelRows = columns <= 256 ? 8 : 16;
        for (int panel = 0; panel < x.Rows; panel += panelRows)
        {
            int end = Math.Min(panel + panelRows, x.Rows);
            for (int row = panel; row < end; row++)
            {
                double prediction = Reduce.LineDot(ref Unsafe.Add(ref first, row * stride), ref w, columns) + intercept;
                Unsafe.Add(ref r, row) = prediction - Line.Widen(Unsafe.Add(ref target, row));
            }

            TransposeMultiply.AccumulateRows(ref Unsafe.Add(ref first, panel * stride), stride, ref Unsafe.Add(ref r, panel), end - panel, sums);
        }
    }
}
