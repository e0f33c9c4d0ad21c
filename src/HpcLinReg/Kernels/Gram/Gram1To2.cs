using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// The centred Gram matrix of a block of one or two joint columns: lanes run over rows, eight at a time, and everything stays
/// in registers. One accumulator for each output: eight rows of two columns take longer from memory than its latency.
/// </summary>
/// <remarks>Error of entry (i, j): γ(2048/8 + 4)·Σₖ|aₖᵢ − mᵢ||aₖⱼ − mⱼ| and the rounding of the centred values.</remarks>
internal static class Gram1To2
{
    /// <summary>The most joint columns.</summary>
    internal const int MostColumns = 2;

    /// <summary>
    /// The means of the block's first panel, by which it is centred as in <see cref="PackedGram.PanelMeans"/>; sums of the centred columns; and
    /// the upper triangle of their products, as <see cref="GramBlocks"/> lays it out.
    /// </summary>
    internal static void Products<T>(MatrixSpan<T> x, MatrixSpan<T> y, Span<double> means, Span<double> sums, Span<double> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool two = x.Columns + y.Columns == 2;
        ref T a = ref MemoryMarshal.GetReference(x.Columns > 0 ? x.Values : y.Values);
        ref T b = ref y.Columns > 0 ? ref MemoryMarshal.GetReference(y.Values) : ref Unsafe.Add(ref a, two ? 1 : 0);
        int strideA = x.Columns > 0 ? x.RowStride : y.RowStride;
        int strideB = y.Columns > 0 ? y.RowStride : strideA;
        // Two columns side by side: two permutations instead of sixteen loads.
        bool zipped = Avx512F.IsSupported && x.Columns == 2 && strideA == 2;
        double meanA = PanelMean(ref a, strideA, x.Rows);
        double meanB = PanelMean(ref b, strideB, x.Rows);
        Vector512<double> sumA = default, sumB = default, aa = default, ab = default, bb = default;
        int row = 0;
        for (; row <= x.Rows - Line.Lanes; row += Line.Lanes)
        {
            ref T cell = ref Unsafe.Add(ref a, (nint)row * strideA);
            Prefetch.PageAhead(ref cell);
            if (zipped)
            {
                Prefetch.PageAhead(ref Unsafe.Add(ref cell, Line.Lanes));
                Vector512<double> lower = Line.Load(ref cell, 0), upper = Line.Load(ref cell, Line.Lanes);
                Vector512<double> left = Avx512F.PermuteVar8x64x2(lower, Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), upper) - Vector512.Create(meanA);
                Vector512<double> right = Avx512F.PermuteVar8x64x2(lower, Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15), upper) - Vector512.Create(meanB);
                sumA += left;
                sumB += right;
                aa = Vector512.MultiplyAddEstimate(left, left, aa);
                ab = Vector512.MultiplyAddEstimate(left, right, ab);
                bb = Vector512.MultiplyAddEstimate(right, right, bb);
                continue;
            }

            Vector512<double> lineA = Line.LoadColumn(ref cell, strideA) - Vector512.Create(meanA);
            sumA += lineA;
            aa = Vector512.MultiplyAddEstimate(lineA, lineA, aa);
            if (two)
            {
                Vector512<double> lineB = Line.LoadColumn(ref Unsafe.Add(ref b, (nint)row * strideB), strideB) - Vector512.Create(meanB);
                sumB += lineB;
                ab = Vector512.MultiplyAddEstimate(lineA, lineB, ab);
                bb = Vector512.MultiplyAddEstimate(lineB, lineB, bb);
            }
        }

        if (row < x.Rows)
        {
            // What is left goes into the first lanes; zeros leave the others as they are.
            Span<double> lastA = stackalloc double[Line.Lanes];
            Span<double> lastB = stackalloc double[Line.Lanes];
            lastA.Clear();
            lastB.Clear();
            for (int i = row; i < x.Rows; i++)
            {
                lastA[i - row] = Line.Widen(Unsafe.Add(ref a, (nint)i * strideA)) - meanA;
                lastB[i - row] = Line.Widen(Unsafe.Add(ref b, (nint)i * strideB)) - meanB;
            }

            Vector512<double> lineA = Vector512.Create<double>(lastA);
            Vector512<double> lineB = Vector512.Create<double>(lastB);
            sumA += lineA;
            sumB += lineB;
            aa = Vector512.MultiplyAddEstimate(lineA, lineA, aa);
            ab = Vector512.MultiplyAddEstimate(lineA, lineB, ab);
            bb = Vector512.MultiplyAddEstimate(lineB, lineB, bb);
        }

        means[0] = meanA;
        sums[0] = Line.Fold(sumA);
        products[0] = Line.Fold(aa);
        if (two)
        {
            means[1] = meanB;
            sums[1] = Line.Fold(sumB);
            products[1] = Line.Fold(ab);
            products[Line.Lanes + 1] = Line.Fold(bb);
        }
    }

    private static double PanelMean<T>(ref T column, int stride, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = Math.Min(rows, RowBlocks.PanelRows);
        Vector512<double> lines = default;
        int row = 0;
        for (; row <= count - Line.Lanes; row += Line.Lanes)
        {
            lines += Line.LoadColumn(ref Unsafe.Add(ref column, (nint)row * stride), stride);
        }

        double sum = Line.Fold(lines);
        for (; row < count; row++)
        {
            sum += Line.Widen(Unsafe.Add(ref column, (nint)row * stride));
        }

        return sum / count;
    }
}
