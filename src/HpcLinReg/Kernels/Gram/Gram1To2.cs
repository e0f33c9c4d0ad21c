using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the centred Gram matrix of a block of one or two joint columns. The lanes of a line are eight rows, and everything stays
/// in registers. There is one accumulator for each output, because loading eight rows of two columns from memory takes longer than a
/// multiply-add.
/// </summary>
/// <remarks>Error of entry (i, j): γ(2048/8 + 4)·Σₖ|aₖᵢ − mᵢ||aₖⱼ − mⱼ| and the rounding of the centred values.</remarks>
internal static class Gram1To2
{
    /// <summary>The largest number of joint columns.</summary>
    internal const int MostColumns = 2;

    /// <summary>
    /// Computes the means of the block's first panel, by which it is centred as in <see cref="PackedGram.PanelMeans"/>; the sums of the
    /// centred columns; and the upper triangle of their products, laid out as <see cref="GramBlocks"/>.
    /// </summary>
    [Unrolled]
    internal static void Products<T>(MatrixSpan<T> x, MatrixSpan<T> y, Span<double> means, Span<double> sums, Span<double> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool two = x.Columns + y.Columns == 2;
        ref T column0 = ref MemoryMarshal.GetReference(x.Columns > 0 ? x.Values : y.Values);
        ref T column1 = ref y.Columns > 0 ? ref MemoryMarshal.GetReference(y.Values) : ref Unsafe.Add(ref column0, two ? 1 : 0);
        int stride0 = x.Columns > 0 ? x.RowStride : y.RowStride;
        int stride1 = y.Columns > 0 ? y.RowStride : stride0;

        // Two columns side by side are loaded as lines and separated by two permutations, instead of sixteen loads.
        bool zipped = Avx512F.IsSupported && x.Columns == 2 && stride0 == 2;
        double mean0 = PanelMean(ref column0, stride0, x.Rows);
        double mean1 = PanelMean(ref column1, stride1, x.Rows);
        Vector512<double> sum0 = default, sum1 = default, c00 = default, c01 = default, c11 = default;
        int row = 0;
        for (; row <= x.Rows - Line.Lanes; row += Line.Lanes)
        {
            ref T cell = ref Unsafe.Add(ref column0, (nint)row * stride0);
            Prefetch.Ahead(ref cell);
            if (zipped)
            {
                Prefetch.Ahead(ref Unsafe.Add(ref cell, Line.Lanes));
                Line.LoadTwoColumns(ref cell, out Vector512<double> left, out Vector512<double> right);
                left -= Vector512.Create(mean0);
                right -= Vector512.Create(mean1);
                sum0 += left;
                sum1 += right;
                c00 = Vector512.MultiplyAddEstimate(left, left, c00);
                c01 = Vector512.MultiplyAddEstimate(left, right, c01);
                c11 = Vector512.MultiplyAddEstimate(right, right, c11);
                continue;
            }

            Prefetch.Ahead(ref Unsafe.Add(ref column1, (nint)row * stride1));
            Vector512<double> line0 = Line.LoadColumn(ref cell, stride0) - Vector512.Create(mean0);
            sum0 += line0;
            c00 = Vector512.MultiplyAddEstimate(line0, line0, c00);
            if (two)
            {
                Vector512<double> line1 = Line.LoadColumn(ref Unsafe.Add(ref column1, (nint)row * stride1), stride1)
                    - Vector512.Create(mean1);
                sum1 += line1;
                c01 = Vector512.MultiplyAddEstimate(line0, line1, c01);
                c11 = Vector512.MultiplyAddEstimate(line1, line1, c11);
            }
        }

        if (row < x.Rows)
        {
            // The last rows take the first lanes; zeros in the others change no sum.
            Span<double> last0 = stackalloc double[Line.Lanes];
            Span<double> last1 = stackalloc double[Line.Lanes];
            last0.Clear();
            last1.Clear();
            for (int i = row; i < x.Rows; i++)
            {
                last0[i - row] = Line.Widen(Unsafe.Add(ref column0, (nint)i * stride0)) - mean0;
                last1[i - row] = Line.Widen(Unsafe.Add(ref column1, (nint)i * stride1)) - mean1;
            }

            var line0 = Vector512.Create<double>(last0);
            var line1 = Vector512.Create<double>(last1);
            sum0 += line0;
            sum1 += line1;
            c00 = Vector512.MultiplyAddEstimate(line0, line0, c00);
            c01 = Vector512.MultiplyAddEstimate(line0, line1, c01);
            c11 = Vector512.MultiplyAddEstimate(line1, line1, c11);
        }

        means[0] = mean0;
        sums[0] = Line.Fold(sum0);
        products[0] = Line.Fold(c00);
        if (two)
        {
            means[1] = mean1;
            sums[1] = Line.Fold(sum1);
            products[1] = Line.Fold(c01);
            products[Line.Lanes + 1] = Line.Fold(c11);
        }
    }

    /// <summary>Returns the mean of a column over the first panel.</summary>
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
