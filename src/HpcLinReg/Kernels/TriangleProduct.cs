using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes Uᵀz for an upper triangular U, and its squared length. U is stored by pairs of lines of eight columns, so that an element of z,
/// once in all lanes, serves sixteen columns: a pair that ends at column 16p + 15 holds both lines of the rows 0 to 16p + 7, row after row,
/// then the second line of the eight rows behind. Where the number of lines is odd, the first stands alone. U is read once, from front to
/// back, and begins where a cache line does.
/// </summary>
/// <remarks>
/// d²/2 + 4d multiply-adds, 8 bytes read for each. Two accumulators for each line take the rows in turn: four lines are eight registers of
/// 256 bits. With four for each line they were sixteen, which AVX2 has no room for, and a product of order 32 took three times as long
/// there. Lanes meet only in the squared length. Error of an element: γ(⌈d/2⌉ + 2)·Σ|uᵢzᵢ|; of the squared length as that of
/// <see cref="Reduce"/>.
/// </remarks>
internal static class TriangleProduct
{
    /// <summary>Returns the length of the packed triangle of an order, 32·lines·(lines + 1).</summary>
    internal static int PackedLength(int order)
    {
        long lines = Lines(order);
        return checked((int)(32 * lines * (lines + 1)));
    }

    /// <summary>Returns the length of z and of the product: the order rounded up to whole lines.</summary>
    internal static int PaddedLength(int order) => Lines(order) * Line.Lanes;

    /// <summary>Packs a triangle that is stored row-major.</summary>
    internal static void Pack(ReadOnlySpan<double> triangle, int order, Span<double> packed)
    {
        int at = 0;
        if (Lines(order) % 2 != 0)
        {
            at = PackRows(triangle, order, 0..Line.Lanes, 0..Line.Lanes, packed);
        }

        for (int first = at == 0 ? 0 : Line.Lanes; first < order; first += 2 * Line.Lanes)
        {
            int second = first + Line.Lanes;
            at += PackRows(triangle, order, 0..second, first..(second + Line.Lanes), packed[at..]);
            at += PackRows(triangle, order, second..(second + Line.Lanes), second..(second + Line.Lanes), packed[at..]);
        }
    }

    /// <summary>Computes the product.</summary>
    /// <param name="packed">The packed triangle.</param>
    /// <param name="z">z, padded with zeros to whole lines.</param>
    /// <param name="product">Receives Uᵀz; of the same length, or empty where only its length is needed.</param>
    /// <returns>‖Uᵀz‖².</returns>
    [Unrolled]
    internal static double Multiply(ReadOnlySpan<double> packed, ReadOnlySpan<double> z, Span<double> product)
    {
        ref double u = ref MemoryMarshal.GetReference(packed);
        ref double first = ref MemoryMarshal.GetReference(z);
        ref double result = ref MemoryMarshal.GetReference(product);
        Vector512<double> squares = Vector512<double>.Zero;
        int start = 0;
        if (z.Length % (2 * Line.Lanes) != 0)
        {
            Vector512<double> sum0 = Vector512<double>.Zero, sum1 = sum0;
            for (int i = 0; i < Line.Lanes; i += 2)
            {
                sum0 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 0), Line.Repeat(ref Unsafe.Add(ref first, i)), sum0);
                sum1 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 8), Line.Repeat(ref Unsafe.Add(ref first, i + 1)), sum1);
                u = ref Unsafe.Add(ref u, 2 * Line.Lanes);
            }

            Vector512<double> sum = sum0 + sum1;
            squares = sum * sum;
            if (!product.IsEmpty)
            {
                Line.Store(sum, ref result);
            }

            start = Line.Lanes;
        }

        for (; start < z.Length; start += 2 * Line.Lanes)
        {
            Vector512<double> even0 = Vector512<double>.Zero, even1 = even0, odd0 = even0, odd1 = even0;
            ref double x = ref first;
            ref double both = ref Unsafe.Add(ref first, start + Line.Lanes);
            do
            {
                Vector512<double> factor0 = Line.Repeat(ref x), factor1 = Line.Repeat(ref Unsafe.Add(ref x, 1));
                even0 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 0), factor0, even0);
                odd0 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 8), factor0, odd0);
                even1 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 16), factor1, even1);
                odd1 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 24), factor1, odd1);
                x = ref Unsafe.Add(ref x, 2);
                u = ref Unsafe.Add(ref u, 4 * Line.Lanes);
            }
            while (Unsafe.IsAddressLessThan(ref x, ref both));

            for (int i = 0; i < Line.Lanes; i += 2)
            {
                odd0 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 0), Line.Repeat(ref Unsafe.Add(ref x, i)), odd0);
                odd1 = Vector512.MultiplyAddEstimate(Line.Load(ref u, 8), Line.Repeat(ref Unsafe.Add(ref x, i + 1)), odd1);
                u = ref Unsafe.Add(ref u, 2 * Line.Lanes);
            }

            Vector512<double> even = even0 + even1, odd = odd0 + odd1;
            squares = Vector512.MultiplyAddEstimate(odd, odd, Vector512.MultiplyAddEstimate(even, even, squares));
            if (!product.IsEmpty)
            {
                Line.Store(even, ref Unsafe.Add(ref result, start));
                Line.Store(odd, ref Unsafe.Add(ref result, start + Line.Lanes));
            }
        }

        return Line.Fold(squares);
    }

    /// <summary>
    /// Packs some columns of some rows, with zeros below the diagonal and behind the last column; returns how many elements that makes.
    /// </summary>
    private static int PackRows(ReadOnlySpan<double> triangle, int order, Range rows, Range columns, Span<double> packed)
    {
        int at = 0;
        for (int i = rows.Start.Value; i < rows.End.Value; i++)
        {
            for (int j = columns.Start.Value; j < columns.End.Value; j++)
            {
                packed[at++] = i <= j && j < order ? triangle[(i * order) + j] : 0;
            }
        }

        return at;
    }

    private static int Lines(int order) => (order + Line.Lanes - 1) / Line.Lanes;
}
