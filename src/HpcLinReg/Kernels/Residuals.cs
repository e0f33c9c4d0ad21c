using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>r = Xw + b − y: predictions, then a subtraction while they are in cache.</summary>
internal static class Residuals
{
    /// <summary>Elements of y widened at a time when y is float; 2 KiB of stack.</summary>
    private const int Chunk = 256;

    /// <summary>One residual per row of x.</summary>
    internal static void Rows<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> widened = stackalloc double[typeof(T) == typeof(double) ? 0 : Chunk];
        for (int row = 0; row < x.Rows; row += Chunk)
        {
            int count = Math.Min(Chunk, x.Rows - row);
            Span<double> part = destination.Slice(row, count);
            Predictions.Rows(x.SliceRows(row, count), weights, intercept, part);
            if (typeof(T) == typeof(double))
            {
                TensorPrimitives.Subtract(part, MemoryMarshal.Cast<T, double>(y.Slice(row, count)), part);
            }
            else
            {
                Line.Widen(y.Slice(row, count), widened);
                TensorPrimitives.Subtract(part, widened[..count], part);
            }
        }
    }
}
