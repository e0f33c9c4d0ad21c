using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Σr², Σr and Xᵀr of r = Xw + b − y in one pass over X: a panel's residuals, then the panel again, still in L1, for Xᵀr.
/// The sums run within a row block of the absolute grid and then over blocks in order.
/// </summary>
/// <remarks>Per row 4d flops and d + 1 elements read from memory, once.</remarks>
internal static class Gradient
{
    /// <summary>Half of a 32 KiB L1 data cache, so that a panel, the weights and the sums stay in it together.</summary>
    private const int PanelBytes = 16 * 1024;

    /// <summary>Σr² alone; the same bits as from <see cref="Sums"/>.</summary>
    internal static double SumOfSquares<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> residuals = stackalloc double[RowBlocks.Rows];
        double squares = 0;
        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int count = Math.Min(RowBlocks.Rows, x.Rows - start);
            Span<double> r = residuals[..count];
            Residuals.Rows(x.SliceRows(start, count), y.Slice(start, count), weights, intercept, r);
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
        int panelRows = PanelRows<T>(x.Columns);
        double squares = 0;
        double sum = 0;
        transposeProduct.Clear();
        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int count = Math.Min(RowBlocks.Rows, x.Rows - start);
            Span<double> r = residuals[..count];
            blockSums.Clear();
            for (int panel = 0; panel < count; panel += panelRows)
            {
                int rows = Math.Min(panelRows, count - panel);
                MatrixSpan<T> xs = x.SliceRows(start + panel, rows);
                Residuals.Rows(xs, y.Slice(start + panel, rows), weights, intercept, r.Slice(panel, rows));
                TransposeMultiply.Accumulate(xs, r.Slice(panel, rows), blockSums);
            }

            squares += Reduce.Dot(ref r[0], ref r[0], count);
            sum += Reduce.Sum(ref r[0], count);
            TensorPrimitives.Add(transposeProduct, blockSums, transposeProduct);
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }

        return (squares, sum);
    }

    /// <summary>
    /// Rows in a panel: as many as fit in <see cref="PanelBytes"/>, between 8 and 64 and a multiple of 4, so that only
    /// a block's last panel has odd rows. Below eight columns Xᵀr wants the block whole. Does not affect bits.
    /// </summary>
    private static int PanelRows<T>(int columns)
        where T : unmanaged
    {
        if (columns < Line.Lanes)
        {
            return RowBlocks.Rows;
        }

        int bytesPerRow = columns * Unsafe.SizeOf<T>();
        return Math.Clamp(PanelBytes / bytesPerRow / 4 * 4, 8, 64);
    }
}
