using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes predictions ŷ = Xw + b. Rows of eight columns or more are dot products, one row after another, because several rows at once
/// would be several streams, which hardware prefetchers follow badly. Below eight columns the lanes are rows, and each lane is one chain
/// that starts at b; so a single row takes d scalar multiply-adds and has the same bits.
/// </summary>
/// <remarks>Per row 2d flops and d elements read, once. Error: that of <see cref="Reduce"/> plus one rounding for b.</remarks>
internal static class Predictions
{
    /// <summary>Returns the prediction of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Row<T>(ref T x, ref double weights, int columns, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        columns < Line.Lanes
            ? Reduce.ShortDot(ref x, ref weights, columns, intercept)
            : Reduce.LineDot(ref x, ref weights, columns) + intercept;

    /// <summary>Computes the prediction of every row of x.</summary>
    internal static void Rows<T, TResult>(MatrixSpan<T> x, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref TResult result = ref MemoryMarshal.GetReference(destination);
        nint stride = x.RowStride;
        int columns = x.Columns;
        int row = 0;
        if (columns < Line.Lanes)
        {
            for (; row <= x.Rows - Line.Lanes; row += Line.Lanes)
            {
                var sum = Vector512.Create(intercept);
                for (int j = 0; j < columns; j++)
                {
                    Vector512<double> column = Line.LoadColumn(ref Unsafe.Add(ref first, (row * stride) + j), x.RowStride);
                    sum = Vector512.MultiplyAddEstimate(column, Vector512.Create(Unsafe.Add(ref w, j)), sum);
                }

                Line.Store(sum, ref Unsafe.Add(ref result, row));
            }
        }
        else
        {
            for (; row < x.Rows; row++)
            {
                double prediction = Reduce.LineDot(ref Unsafe.Add(ref first, row * stride), ref w, columns) + intercept;
                Unsafe.Add(ref result, row) = TResult.CreateTruncating(prediction);
            }
        }

        for (; row < x.Rows; row++)
        {
            double prediction = Reduce.ShortDot(ref Unsafe.Add(ref first, row * stride), ref w, columns, intercept);
            Unsafe.Add(ref result, row) = TResult.CreateTruncating(prediction);
        }
    }
}
