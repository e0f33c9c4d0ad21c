using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// The centred Gram matrix of a block of 13 to 16 joint columns, straight from memory: all outputs stay in registers while the rows
/// pass. A line times itself rotated by 0 to 4 lanes holds each product of two of its columns (lane l of rotation r: columns
/// l and l + r modulo 8), so the triangle of a line costs five multiply-adds instead of the eight of
/// <see cref="RegisterTile"/>; the square of two lines takes eight. Chains run over the rows of a panel as there, so the bits
/// are the same.
/// </summary>
/// <remarks>
/// Twenty accumulators and a rotation of whole lines: written for AVX-512. Elsewhere such rows go through <see cref="Gram"/>.
/// </remarks>
internal static class TwoLineGram
{
    /// <summary>The most joint columns.</summary>
    internal const int MostColumns = 2 * Line.Lanes;

    private const int Rotations = 5;

    /// <summary>Lines of totals: sums, then rotations of the first line, of the second, and of the second against the first.</summary>
    private const int Totals = 2 + Rotations + Rotations + Line.Lanes;

    private const int SquareTotals = 2 + Rotations + Rotations;

    /// <summary>Where each product of two columns of one line lies among its rotations; below the diagonal, anywhere.</summary>
    private static readonly int[] OneLine = Lanes((i, j) =>
        (j - i) < Rotations ? (Math.Max(j - i, 0) * Line.Lanes) + i : ((Line.Lanes - j + i) * Line.Lanes) + j);

    /// <summary>Where each product of a column of the first line with one of the second lies.</summary>
    private static readonly int[] TwoLines = Lanes((i, j) => ((j - i + Line.Lanes) % Line.Lanes * Line.Lanes) + i);

    internal static bool IsSupported => Avx512F.IsSupported;

    /// <summary>Sums of the centred columns and the upper triangle of their products, as <see cref="GramBlocks"/> lays it out.</summary>
    internal static void Products<T>(
        MatrixSpan<T> x, in JointTail<T> tail, ReadOnlySpan<double> means, Span<double> sums, Span<double> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> totals = stackalloc double[Totals * Line.Lanes];
        totals.Clear();
        ref double mean = ref MemoryMarshal.GetReference(means);
        ref double total = ref MemoryMarshal.GetReference(totals);
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int end = Math.Min(start + RowBlocks.PanelRows, x.Rows);
            AddPanel(ref MemoryMarshal.GetReference(x.Values), x.RowStride, tail, start, end, ref mean, ref total);
        }

        totals[..sums.Length].CopyTo(sums);
        Scatter(totals[(2 * Line.Lanes)..], OneLine, products);
        Scatter(totals[(SquareTotals * Line.Lanes)..], TwoLines, products[GramBlocks.BlockLength..]);
        Scatter(totals[((2 + Rotations) * Line.Lanes)..], OneLine, products[(2 * GramBlocks.BlockLength)..]);
    }

    private static int[] Lanes(Func<int, int, int> lane) =>
        [.. Enumerable.Range(0, GramBlocks.BlockLength).Select(k => lane(k / Line.Lanes, k % Line.Lanes))];

    private static void Scatter(ReadOnlySpan<double> rotations, int[] lanes, Span<double> block)
    {
        for (int k = 0; k < lanes.Length; k++)
        {
            block[k] = rotations[lanes[k]];
        }
    }

    private static void AddPanel<T>(
        ref T first, nint firstStride, in JointTail<T> tail, int start, int end, ref double means, ref double total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> meanA = Line.Load(ref means, 0), meanB = Line.Load(ref means, 8);
        Vector512<double> sumA = default, a0 = default, a1 = default, a2 = default, a3 = default, a4 = default;
        Vector512<double> sumB = default, b0 = default, b1 = default, b2 = default, b3 = default, b4 = default;
        Vector512<double> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        first = ref Unsafe.Add(ref first, start * firstStride);
        ref T x = ref tail.X(start);
        ref T y = ref tail.Y(start);
        nint stride = start < tail.Inside ? tail.XStride : Line.Lanes;
        nint targetStride = tail.YStride;
        int inside = tail.Inside;
        Vector512<double> target = tail.Target;
        for (int row = start; row < end; row++)
        {
            Prefetch.PageAhead(ref first);
            Prefetch.PageAhead(ref Unsafe.Add(ref first, Line.Lanes));
            Vector512<double> a = Line.Load(ref first, 0) - meanA;
            Vector512<double> b = JointTail<T>.Load(ref x, ref y, target) - meanB;
            sumA += a;
            sumB += b;
            a0 = Vector512.MultiplyAddEstimate(a, a, a0);
            a1 = Vector512.MultiplyAddEstimate(a, Rotate(a, 1), a1);
            a2 = Vector512.MultiplyAddEstimate(a, Rotate(a, 2), a2);
            a3 = Vector512.MultiplyAddEstimate(a, Rotate(a, 3), a3);
            a4 = Vector512.MultiplyAddEstimate(a, Rotate(a, 4), a4);
            b0 = Vector512.MultiplyAddEstimate(b, b, b0);
            c0 = Vector512.MultiplyAddEstimate(a, b, c0);
            Vector512<double> rotated = Rotate(b, 1);
            b1 = Vector512.MultiplyAddEstimate(b, rotated, b1);
            c1 = Vector512.MultiplyAddEstimate(a, rotated, c1);
            rotated = Rotate(b, 2);
            b2 = Vector512.MultiplyAddEstimate(b, rotated, b2);
            c2 = Vector512.MultiplyAddEstimate(a, rotated, c2);
            rotated = Rotate(b, 3);
            b3 = Vector512.MultiplyAddEstimate(b, rotated, b3);
            c3 = Vector512.MultiplyAddEstimate(a, rotated, c3);
            rotated = Rotate(b, 4);
            b4 = Vector512.MultiplyAddEstimate(b, rotated, b4);
            c4 = Vector512.MultiplyAddEstimate(a, rotated, c4);
            c5 = Vector512.MultiplyAddEstimate(a, Rotate(b, 5), c5);
            c6 = Vector512.MultiplyAddEstimate(a, Rotate(b, 6), c6);
            c7 = Vector512.MultiplyAddEstimate(a, Rotate(b, 7), c7);
            first = ref Unsafe.Add(ref first, firstStride);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, targetStride);
            if (row + 1 == inside)
            {
                x = ref tail.X(inside);
                stride = Line.Lanes;
            }
        }

        Add(ref total, 0, sumA);
        Add(ref total, 1, sumB);
        AddSquare(ref total, 2, a0, a1, a2, a3, a4);
        AddSquare(ref total, 2 + Rotations, b0, b1, b2, b3, b4);
        AddSquare(ref total, SquareTotals, c0, c1, c2, c3, c4);
        Add(ref total, SquareTotals + 5, c5);
        Add(ref total, SquareTotals + 6, c6);
        Add(ref total, SquareTotals + 7, c7);
    }

    /// <summary>Lane l of the result is lane l + by (mod 8).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Rotate(Vector512<double> line, [ConstantExpected] byte by) =>
        Avx512F.AlignRight64(line.AsInt64(), line.AsInt64(), by).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare(
        ref double total, int line, Vector512<double> c0, Vector512<double> c1, Vector512<double> c2, Vector512<double> c3, Vector512<double> c4)
    {
        Add(ref total, line, c0);
        Add(ref total, line + 1, c1);
        Add(ref total, line + 2, c2);
        Add(ref total, line + 3, c3);
        Add(ref total, line + 4, c4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double total, int line, Vector512<double> sum) =>
        (Line.Load(ref total, line * Line.Lanes) + sum).StoreUnsafe(ref total, (nuint)(line * Line.Lanes));
}
