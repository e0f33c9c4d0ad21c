using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes Uᵀz for an upper triangular U, and its squared length. U is stored by lines of eight columns: line L holds its columns of the
/// rows 0 to 8L + 7, row after row, so memory is read once from front to back. Four accumulators take the rows in turn, as in
/// <see cref="Reduce"/>.
/// </summary>
/// <remarks>
/// d²/2 + 4d multiply-adds, 8 bytes read for each. Lanes meet only in the squared length. Error of an element: γ(⌈d/4⌉ + 3)·Σ|uᵢzᵢ|; of the
/// squared length as that of <see cref="Reduce"/>.
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
        packed.Clear();
        for (int line = 0; line < Lines(order); line++)
        {
            Span<double> block = packed[(32 * line * (line + 1))..];
            for (int i = 0; i < Math.Min(order, (line + 1) * Line.Lanes); i++)
            {
                for (int lane = 0; lane < Line.Lanes && (line * Line.Lanes) + lane < order; lane++)
                {
                    int column = (line * Line.Lanes) + lane;
                    block[(i * Line.Lanes) + lane] = i <= column ? triangle[(i * order) + column] : 0;
                }
            }
        }
    }

    /// <summary>Computes the product.</summary>
    /// <param name="packed">The packed triangle.</param>
    /// <param name="z">z, padded with zeros to whole lines.</param>
    /// <param name="product">Receives Uᵀz; of the same length.</param>
    /// <returns>‖Uᵀz‖².</returns>
    internal static double Multiply(ReadOnlySpan<double> packed, ReadOnlySpan<double> z, Span<double> product)
    {
        ref double u = ref MemoryMarshal.GetReference(packed);
        ref double first = ref MemoryMarshal.GetReference(z);
        ref double result = ref MemoryMarshal.GetReference(product);
        Vector512<double> squares = Vector512<double>.Zero;
        for (int end = Line.Lanes; end <= z.Length; end += Line.Lanes)
        {
            Vector512<double> sum0 = Vector512<double>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int i = 0; i < end; i += 4)
            {
                sum0 = MultiplyAdd(ref u, ref first, i, sum0);
                sum1 = MultiplyAdd(ref u, ref first, i + 1, sum1);
                sum2 = MultiplyAdd(ref u, ref first, i + 2, sum2);
                sum3 = MultiplyAdd(ref u, ref first, i + 3, sum3);
            }

            Vector512<double> sum = (sum0 + sum1) + (sum2 + sum3);
            Line.Store(sum, ref Unsafe.Add(ref result, end - Line.Lanes));
            squares = Vector512.MultiplyAddEstimate(sum, sum, squares);
            u = ref Unsafe.Add(ref u, end * Line.Lanes);
        }

        return Line.Fold(squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> MultiplyAdd(ref double u, ref double z, int row, Vector512<double> sum) =>
        Vector512.MultiplyAddEstimate(Line.Load(ref u, row * Line.Lanes), Line.Repeat(ref Unsafe.Add(ref z, row)), sum);

    private static int Lines(int order) => (order + Line.Lanes - 1) / Line.Lanes;
}
