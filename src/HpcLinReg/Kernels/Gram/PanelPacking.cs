using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Packs a panel of joint rows minus their means, line after line of eight columns, with a line's rows next to each other, and adds the
/// sums of the packed columns. Each sum is one chain over the panel's rows, which is added to the total at its end.
/// </summary>
/// <remarks>
/// Up to <see cref="MostLines"/> lines a few lines at a time pass all rows, with their means and sums in registers; the panel is in the
/// cache then. Rows of more lines are read one after another, because their panel is not, and summed when they are packed. The bits are
/// the same.
/// </remarks>
internal static class PanelPacking
{
    /// <summary>The most lines of which a panel of rows surely lies in L2 while it is passed several times: 104 KiB.</summary>
    private const int MostLines = 13;

    /// <summary>A number of whole lines, known when a loop is compiled.</summary>
    private interface ILines
    {
        static abstract int Count { get; }

        static abstract bool HasTail { get; }
    }

    /// <summary>Packs a panel and adds its sums.</summary>
    /// <param name="x">The left columns of the panel.</param>
    /// <param name="tail">The last line of the joint rows of the block.</param>
    /// <param name="firstRow">The panel's first row in the block.</param>
    /// <param name="means">The means, of padded length.</param>
    /// <param name="packed">Receives the lines, <see cref="RegisterTile.LinePitch"/> apart.</param>
    /// <param name="sums">Added to; of padded length.</param>
    internal static void Pack<T>(MatrixSpan<T> x, in JointTail<T> tail, int firstRow, ReadOnlySpan<double> means, Span<double> packed,
        Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = (means.Length / Line.Lanes) - 1;
        if (whole >= MostLines)
        {
            PackRows(x, tail, firstRow, means, packed);
            AddSums(ref MemoryMarshal.GetReference(packed), x.Rows, whole + 1, ref MemoryMarshal.GetReference(sums));
            return;
        }

        // The tail goes with the last lines: alone it would wait for its own sum from row to row.
        int together = Vector512.IsHardwareAccelerated ? 4 : 2;
        int line = 0;
        for (; whole - line > together; line += together)
        {
            if (together == 4)
            {
                PackLines<T, FourLines>(x, tail, firstRow, line, means, packed, sums);
            }
            else
            {
                PackLines<T, TwoLines>(x, tail, firstRow, line, means, packed, sums);
            }
        }

        switch (whole - line)
        {
            case 0:
                PackLines<T, Tail>(x, tail, firstRow, line, means, packed, sums);
                break;
            case 1:
                PackLines<T, OneLineAndTail>(x, tail, firstRow, line, means, packed, sums);
                break;
            case 2:
                PackLines<T, TwoLinesAndTail>(x, tail, firstRow, line, means, packed, sums);
                break;
            case 3:
                PackLines<T, ThreeLinesAndTail>(x, tail, firstRow, line, means, packed, sums);
                break;
            default:
                PackLines<T, FourLinesAndTail>(x, tail, firstRow, line, means, packed, sums);
                break;
        }
    }

    /// <summary>Packs up to four whole lines, and perhaps the last one.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PackLines<T, TLines>(MatrixSpan<T> x, in JointTail<T> tail, int firstRow, int line, ReadOnlySpan<double> means,
        Span<double> packed, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLines : struct, ILines
    {
        const int Pitch = RegisterTile.LinePitch;
        ref double mean = ref Unsafe.Add(ref MemoryMarshal.GetReference(means), line * Line.Lanes);
        ref double sum = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), line * Line.Lanes);
        ref double target = ref Unsafe.Add(ref MemoryMarshal.GetReference(packed), line * Pitch);
        ref double tailTarget = ref Unsafe.Add(ref target, TLines.Count * Pitch);
        ref T source = ref Unsafe.Add(ref MemoryMarshal.GetReference(x.Values), line * Line.Lanes);
        nint stride = x.RowStride;
        Vector512<double> mean0 = TLines.Count > 0 ? Line.Load(ref mean, 0) : default;
        Vector512<double> mean1 = TLines.Count > 1 ? Line.Load(ref mean, 8) : default;
        Vector512<double> mean2 = TLines.Count > 2 ? Line.Load(ref mean, 16) : default;
        Vector512<double> mean3 = TLines.Count > 3 ? Line.Load(ref mean, 24) : default;
        Vector512<double> tailMean = TLines.HasTail ? Line.Load(ref mean, TLines.Count * Line.Lanes) : default;
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default, tailSum = default;
        Vector512<double> lastColumn = tail.Target;
        nint position = 0;
        int row = 0;
        while (row < x.Rows)
        {
            // The rows behind the last one that can be read in place were copied; see JointTail.
            bool isInside = firstRow + row < tail.Inside;
            int end = TLines.HasTail && isInside ? Math.Min(x.Rows, tail.Inside - firstRow) : x.Rows;
            ref T tailX = ref tail.X(firstRow + row);
            ref T tailY = ref tail.Y(firstRow + row);
            nint tailStride = isInside ? tail.XStride : Line.Lanes;
            nint lastStride = tail.YStride;
            for (; row < end; row++)
            {
                if (TLines.Count > 0)
                {
                    Vector512<double> line0 = Line.Load(ref source, 0) - mean0;
                    line0.StoreUnsafe(ref target, (nuint)position);
                    sum0 += line0;
                }

                if (TLines.Count > 1)
                {
                    Vector512<double> line1 = Line.Load(ref source, 8) - mean1;
                    line1.StoreUnsafe(ref target, (nuint)(position + Pitch));
                    sum1 += line1;
                }

                if (TLines.Count > 2)
                {
                    Vector512<double> line2 = Line.Load(ref source, 16) - mean2;
                    line2.StoreUnsafe(ref target, (nuint)(position + (2 * Pitch)));
                    sum2 += line2;
                }

                if (TLines.Count > 3)
                {
                    Vector512<double> line3 = Line.Load(ref source, 24) - mean3;
                    line3.StoreUnsafe(ref target, (nuint)(position + (3 * Pitch)));
                    sum3 += line3;
                }

                if (TLines.HasTail)
                {
                    Vector512<double> last = JointTail<T>.Load(ref tailX, ref tailY, lastColumn) - tailMean;
                    last.StoreUnsafe(ref tailTarget, (nuint)position);
                    tailSum += last;
                    tailX = ref Unsafe.Add(ref tailX, tailStride);
                    tailY = ref Unsafe.Add(ref tailY, lastStride);
                }

                source = ref Unsafe.Add(ref source, stride);
                position += Line.Lanes;
            }
        }

        if (TLines.Count > 0)
        {
            AddTo(ref sum, sum0);
        }

        if (TLines.Count > 1)
        {
            AddTo(ref Unsafe.Add(ref sum, 8), sum1);
        }

        if (TLines.Count > 2)
        {
            AddTo(ref Unsafe.Add(ref sum, 16), sum2);
        }

        if (TLines.Count > 3)
        {
            AddTo(ref Unsafe.Add(ref sum, 24), sum3);
        }

        if (TLines.HasTail)
        {
            AddTo(ref Unsafe.Add(ref sum, TLines.Count * Line.Lanes), tailSum);
        }
    }

    /// <summary>Packs a panel row by row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PackRows<T>(MatrixSpan<T> x, in JointTail<T> tail, int firstRow, ReadOnlySpan<double> means, Span<double> packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double target = ref MemoryMarshal.GetReference(packed);
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double mean = ref MemoryMarshal.GetReference(means);
        int whole = means.Length - Line.Lanes;
        Vector512<double> tailMean = Line.Load(ref mean, whole);
        for (int row = 0; row < x.Rows; row++)
        {
            ref T source = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            nint position = row * Line.Lanes;
            for (int j = 0; j < whole; j += Line.Lanes)
            {
                (Line.Load(ref source, j) - Line.Load(ref mean, j)).StoreUnsafe(ref target, (nuint)position);
                position += RegisterTile.LinePitch;
            }

            (tail.Load(firstRow + row) - tailMean).StoreUnsafe(ref target, (nuint)position);
        }
    }

    /// <summary>Adds the sums of packed columns, four lines at a time, because an addition takes about four cycles.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddSums(ref double packed, int rows, int lines, ref double sums)
    {
        for (int line = 0; line < lines; line += 4)
        {
            ref double line0 = ref Unsafe.Add(ref packed, line * RegisterTile.LinePitch);
            ref double line1 = ref Unsafe.Add(ref packed, Math.Min(line + 1, lines - 1) * RegisterTile.LinePitch);
            ref double line2 = ref Unsafe.Add(ref packed, Math.Min(line + 2, lines - 1) * RegisterTile.LinePitch);
            ref double line3 = ref Unsafe.Add(ref packed, Math.Min(line + 3, lines - 1) * RegisterTile.LinePitch);
            Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int cell = 0; cell < rows * Line.Lanes; cell += Line.Lanes)
            {
                sum0 += Line.Load(ref line0, cell);
                sum1 += Line.Load(ref line1, cell);
                sum2 += Line.Load(ref line2, cell);
                sum3 += Line.Load(ref line3, cell);
            }

            AddLine(ref sums, line, lines, sum0);
            AddLine(ref sums, line + 1, lines, sum1);
            AddLine(ref sums, line + 2, lines, sum2);
            AddLine(ref sums, line + 3, lines, sum3);
        }
    }

    /// <summary>Adds a line to the sums, if there is such a line.</summary>
    private static void AddLine(ref double sums, int line, int lines, Vector512<double> sum)
    {
        if (line < lines)
        {
            AddTo(ref Unsafe.Add(ref sums, line * Line.Lanes), sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double sums, Vector512<double> sum) => (Line.Load(ref sums, 0) + sum).StoreUnsafe(ref sums);

    private readonly struct TwoLines : ILines
    {
        public static int Count => 2;

        public static bool HasTail => false;
    }

    private readonly struct FourLines : ILines
    {
        public static int Count => 4;

        public static bool HasTail => false;
    }

    private readonly struct Tail : ILines
    {
        public static int Count => 0;

        public static bool HasTail => true;
    }

    private readonly struct OneLineAndTail : ILines
    {
        public static int Count => 1;

        public static bool HasTail => true;
    }

    private readonly struct TwoLinesAndTail : ILines
    {
        public static int Count => 2;

        public static bool HasTail => true;
    }

    private readonly struct ThreeLinesAndTail : ILines
    {
        public static int Count => 3;

        public static bool HasTail => true;
    }

    private readonly struct FourLinesAndTail : ILines
    {
        public static int Count => 4;

        public static bool HasTail => true;
    }
}
