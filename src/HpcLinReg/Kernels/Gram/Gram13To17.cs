using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the centred Gram matrix of a block of 13 to 17 joint columns without packing: all outputs stay in registers while the rows
/// pass. A line times itself, rotated by 0 to 4 lanes, has each product of two of its columns (lane l of rotation r: columns
/// l and l + r modulo 8), so the triangle of a line takes five multiply-adds a row instead of the eight of
/// <see cref="RegisterTile"/>; the products of two lines take eight. A seventeenth column, as the target of sixteen features is,
/// takes three more. Each output is one chain over the rows of a panel, as in the register tile, so the bits are the same.
/// </summary>
/// <remarks>
/// It needs up to 24 accumulators and a rotation of whole lines, so it is for AVX-512. Elsewhere such rows are left to
/// <see cref="PackedGram"/>.
/// </remarks>
internal static class Gram13To17
{
    /// <summary>The largest number of joint columns: two lines and one.</summary>
    private const int MostColumns = (2 * Line.Lanes) + 1;

    /// <summary>The number of rotations that give all products of two columns of one line.</summary>
    private const int Rotations = 5;

    /// <summary>
    /// The number of lines of totals before those of the first line with the second: the sums, then the rotations of the first line and of
    /// the second.
    /// </summary>
    private const int SquareTotals = 2 + Rotations + Rotations;

    /// <summary>
    /// The number of lines of totals before those of the seventeenth column, which are its sum, its products with both lines, and its
    /// square.
    /// </summary>
    private const int LastTotals = SquareTotals + Line.Lanes;

    /// <summary>The position of each product of two columns of one line among its rotations; arbitrary below the diagonal.</summary>
    private static readonly int[] OneLine = Lanes((i, j) =>
        (j - i) < Rotations ? (Math.Max(j - i, 0) * Line.Lanes) + i : ((Line.Lanes - j + i) * Line.Lanes) + j);

    /// <summary>The position of each product of a column of the first line with one of the second among the rotations.</summary>
    private static readonly int[] TwoLines = Lanes((i, j) => ((j - i + Line.Lanes) % Line.Lanes * Line.Lanes) + i);

    /// <summary>Whether a seventeenth column follows the two lines: known when a loop is compiled.</summary>
    private interface ILast
    {
        static abstract bool IsThere { get; }
    }

    /// <summary>
    /// Returns whether this kernel can compute this number of joint columns: more than one line, because that is loaded whole, and at most
    /// as many as there are registers for.
    /// </summary>
    internal static bool Takes(int columns) => Avx512F.IsSupported && columns is > Line.Lanes and <= MostColumns;

    /// <summary>
    /// Computes the sums of the centred columns and the upper triangle of their products, laid out as <see cref="GramBlocks"/>.
    /// </summary>
    internal static void Products<T>(
        MatrixSpan<T> x, MatrixSpan<T> y, in JointTail<T> tail, ReadOnlySpan<double> means, Span<double> sums, Span<double> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool hasLast = x.Columns + y.Columns == MostColumns;
        Span<double> totals = stackalloc double[(LastTotals + 4) * Line.Lanes];
        totals.Clear();
        ref double mean = ref MemoryMarshal.GetReference(means);
        ref double total = ref MemoryMarshal.GetReference(totals);
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int end = Math.Min(start + RowBlocks.PanelRows, x.Rows);
            if (hasLast)
            {
                AddPanel<T, Last>(x, y, tail, start, end, ref mean, ref total);
            }
            else
            {
                AddPanel<T, NoLast>(x, y, tail, start, end, ref mean, ref total);
            }
        }

        int lines = hasLast ? 3 : 2;
        totals[..(2 * Line.Lanes)].CopyTo(sums);
        Scatter(totals[(2 * Line.Lanes)..], OneLine, products);
        Scatter(totals[(SquareTotals * Line.Lanes)..], TwoLines, products[GramBlocks.BlockPosition(lines, 0, 1)..]);
        Scatter(totals[((2 + Rotations) * Line.Lanes)..], OneLine, products[GramBlocks.BlockPosition(lines, 1, 1)..]);
        if (hasLast)
        {
            const int Column = 2 * Line.Lanes;
            ReadOnlySpan<double> last = totals[(LastTotals * Line.Lanes)..];
            sums[Column] = last[0];
            for (int i = 0; i < Column; i++)
            {
                products[GramBlocks.Position(MostColumns, i, Column)] = last[Line.Lanes + i];
            }

            products[GramBlocks.Position(MostColumns, Column, Column)] = last[3 * Line.Lanes];
        }
    }

    /// <summary>Returns the positions of all elements of a block, by a function of row and column.</summary>
    private static int[] Lanes(Func<int, int, int> lane) =>
        [.. Enumerable.Range(0, GramBlocks.BlockLength).Select(k => lane(k / Line.Lanes, k % Line.Lanes))];

    /// <summary>Copies rotations to the elements of a block.</summary>
    private static void Scatter(ReadOnlySpan<double> rotations, int[] lanes, Span<double> block)
    {
        for (int k = 0; k < lanes.Length; k++)
        {
            block[k] = rotations[lanes[k]];
        }
    }

    /// <summary>Adds the rows of a panel.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPanel<T, TLast>(
        MatrixSpan<T> xs, MatrixSpan<T> ys, in JointTail<T> tail, int start, int end, ref double means, ref double total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLast : struct, ILast
    {
        ref T first = ref MemoryMarshal.GetReference(xs.Values);
        nint firstStride = xs.RowStride;
        ref T last = ref ys.Columns > 0 ? ref MemoryMarshal.GetReference(ys.Values) : ref Unsafe.Add(ref first, 2 * Line.Lanes);
        nint lastStride = ys.Columns > 0 ? ys.RowStride : firstStride;
        last = ref Unsafe.Add(ref last, start * lastStride);
        Vector512<double> meanA = Line.Load(ref means, 0), meanB = Line.Load(ref means, 8);
        Vector512<double> sumA = default, a0 = default, a1 = default, a2 = default, a3 = default, a4 = default;
        Vector512<double> sumB = default, b0 = default, b1 = default, b2 = default, b3 = default, b4 = default;
        Vector512<double> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<double> meanLast = TLast.IsThere ? Vector512.Create(Unsafe.Add(ref means, 2 * Line.Lanes)) : default;
        Vector512<double> sumLast = default, lastA = default, lastB = default, lastSquare = default;
        first = ref Unsafe.Add(ref first, start * firstStride);
        ref T x = ref tail.X(start);
        ref T y = ref tail.Y(start);
        nint stride = start < tail.Inside ? tail.XStride : Line.Lanes;
        nint targetStride = tail.YStride;
        int inside = tail.Inside;
        ref T beyond = ref tail.X(inside);
        Vector512<double> target = tail.Target;
        for (int row = start; row < end; row++)
        {
            Prefetch.Ahead(ref first);
            Prefetch.Ahead(ref Unsafe.Add(ref first, Line.Lanes));
            Vector512<double> a = Line.Load(ref first, 0) - meanA;
            Vector512<double> b = (TLast.IsThere ? Line.Load(ref first, Line.Lanes) : JointTail<T>.Load(ref x, ref y, target)) - meanB;
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
            if (TLast.IsThere)
            {
                Vector512<double> value = Line.Repeat(ref last) - meanLast;
                sumLast += value;
                lastA = Vector512.MultiplyAddEstimate(a, value, lastA);
                lastB = Vector512.MultiplyAddEstimate(b, value, lastB);
                lastSquare = Vector512.MultiplyAddEstimate(value, value, lastSquare);
                last = ref Unsafe.Add(ref last, lastStride);
                first = ref Unsafe.Add(ref first, firstStride);
                continue;
            }

            first = ref Unsafe.Add(ref first, firstStride);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, targetStride);
            if (row + 1 == inside)
            {
                x = ref beyond;
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
        if (TLast.IsThere)
        {
            Add(ref total, LastTotals, sumLast);
            Add(ref total, LastTotals + 1, lastA);
            Add(ref total, LastTotals + 2, lastB);
            Add(ref total, LastTotals + 3, lastSquare);
        }
    }

    /// <summary>Rotates a line: lane l of the result is lane l + by (mod 8).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Rotate(Vector512<double> line, [ConstantExpected] byte by) =>
        Avx512F.AlignRight64(line.AsInt64(), line.AsInt64(), by).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare(
        ref double total, int line, Vector512<double> c0, Vector512<double> c1, Vector512<double> c2, Vector512<double> c3,
        Vector512<double> c4)
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

    private readonly struct Last : ILast
    {
        public static bool IsThere => true;
    }

    private readonly struct NoLast : ILast
    {
        public static bool IsThere => false;
    }
}
