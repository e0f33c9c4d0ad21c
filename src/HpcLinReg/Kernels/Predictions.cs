using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes predictions ŷ = Xw + b. Rows of eight columns or more are dot products, one row after another, because several rows at once
/// would be several streams, which hardware prefetchers follow badly. What does not fit L2 is prefetched a page ahead. Below eight columns
/// the lanes are rows, and each lane is one chain that starts at b; so a single row takes d scalar multiply-adds and has the same bits.
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
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult> =>
        Rows(x, weights, intercept, destination, Prefetch.Pays(x));

    /// <summary>Computes the same; prefetches where the rows are a part of a matrix for which that pays.</summary>
    internal static void Rows<T, TResult>(MatrixSpan<T> x, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination,
        bool isAhead)
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
            bool isTurned = Avx512F.IsSupported && (columns > 3 || (columns > 1 && stride == columns));
            for (; row <= x.Rows - Line.Lanes; row += Line.Lanes)
            {
                ref T cells = ref Unsafe.Add(ref first, row * stride);
                if (isAhead)
                {
                    Prefetch.Ahead(ref cells, columns * Line.Lanes);
                }

                Vector512<double> sum = isTurned
                    ? TurnedRows(ref cells, stride, ref w, columns, intercept)
                    : EightRows(ref cells, x.RowStride, ref w, columns, intercept);
                Line.Store(sum, ref Unsafe.Add(ref result, row));
            }
        }
        else
        {
            for (; isAhead && row < x.Rows; row++)
            {
                ref T cells = ref Unsafe.Add(ref first, row * stride);
                Prefetch.Ahead(ref cells, columns);
                Unsafe.Add(ref result, row) = TResult.CreateTruncating(Reduce.LineDot(ref cells, ref w, columns) + intercept);
            }

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

    /// <summary>Returns the predictions of eight rows of fewer than eight columns, each loaded cell by cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> EightRows<T>(ref T cells, int stride, ref double w, int columns, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = Vector512.Create(intercept);
        for (int j = 0; j < columns; j++)
        {
            Vector512<double> column = Line.LoadColumn(ref Unsafe.Add(ref cells, j), stride);
            sum = Vector512.MultiplyAddEstimate(column, Vector512.Create(Unsafe.Add(ref w, j)), sum);
        }

        return sum;
    }

    /// <summary>
    /// Returns the same for two to seven columns, two or three without gaps between rows, loaded by shuffles: four columns, and from five
    /// on the last four as well, which overlap the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> TurnedRows<T>(ref T cells, nint stride, ref double w, int columns, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = Vector512.Create(intercept);
        ref double last = ref Unsafe.Add(ref w, columns - 1);
        Vector512<double> a, b, c, d;
        if (columns == 2)
        {
            Line.LoadTwoColumns(ref cells, out c, out d);
        }
        else if (columns == 3)
        {
            Line.LoadThreeColumns(ref cells, out b, out c, out d);
            sum = Vector512.MultiplyAddEstimate(b, Vector512.Create(w), sum);
        }
        else
        {
            Line.LoadFourColumns(ref cells, stride, out a, out b, out c, out d);
            sum = Vector512.MultiplyAddEstimate(a, Vector512.Create(w), sum);
            sum = Vector512.MultiplyAddEstimate(b, Vector512.Create(Unsafe.Add(ref w, 1)), sum);
            if (columns > 4)
            {
                sum = Vector512.MultiplyAddEstimate(c, Vector512.Create(Unsafe.Add(ref w, 2)), sum);
                sum = Vector512.MultiplyAddEstimate(d, Vector512.Create(Unsafe.Add(ref w, 3)), sum);
                Line.LoadFourColumns(ref Unsafe.Add(ref cells, columns - 4), stride, out _, out b, out c, out d);
                sum = columns == 7 ? Vector512.MultiplyAddEstimate(b, Vector512.Create(Unsafe.Add(ref last, -2)), sum) : sum;
                if (columns == 5)
                {
                    return Vector512.MultiplyAddEstimate(d, Vector512.Create(last), sum);
                }
            }
        }

        sum = Vector512.MultiplyAddEstimate(c, Vector512.Create(Unsafe.Add(ref last, -1)), sum);
        return Vector512.MultiplyAddEstimate(d, Vector512.Create(last), sum);
    }
}
