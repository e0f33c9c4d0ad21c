using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes Σvr², Σvr and Xᵀ(v∘r) of the residuals r = Xw + b − y for rows of weight v: first the residuals of a panel of rows and their
/// products with the weights, then, while the panel is in the cache, its part of Xᵀ(v∘r).
/// </summary>
/// <remarks>Per row 4d + 4 flops and d + 2 elements read from memory, once.</remarks>
internal static class WeightedGradient
{
    /// <summary>Returns Σvr² and Σvr, and computes sums += Xᵀ(v∘r), for at most one block of rows.</summary>
    internal static (double Squares, double Sum) BlockSums<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, ReadOnlySpan<double> weights, double intercept,
        Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> residuals = stackalloc double[RowBlocks.PanelRows];
        Span<double> products = stackalloc double[RowBlocks.PanelRows];
        double squares = 0;
        double sum = 0;
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int count = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            Span<double> r = residuals[..count];
            Span<double> vr = products[..count];
            MatrixSpan<T> panel = x.SliceRows(start, count);
            Residuals.Rows(panel, y.Slice(start, count), weights, intercept, r);
            TensorPrimitives.Multiply(rowWeights.Slice(start, count), r, vr);
            squares += Reduce.Dot(ref r[0], ref vr[0], count);
            sum += Reduce.Sum(ref vr[0], count);
            TransposeMultiply.Accumulate(panel, vr, sums);
        }

        return (squares, sum);
    }
}
