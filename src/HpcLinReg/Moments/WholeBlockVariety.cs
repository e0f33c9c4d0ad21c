using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// <see cref="Variety"/> of a whole block. From a panel a group of eight rows is compared with the rows one below, where runs of equal
/// values repeat, and with the rows at a distance of at most 126, where periods do: every period from 1 to 38 rows divides one of the
/// sixteen distances, and short ones several. Of the first blocks all panels are looked at. A later block is judged by four panels, four
/// blocks in turn by all, because a look at all would cost 5 % of the products of two columns. Its 64 pairs find up to about fifteen levels
/// in random order, 256 pairs about fifty. A period that only one block in four shows counts as a quarter of the sums of squares
/// (docs/numerics.md).
/// </summary>
internal static class WholeBlockVariety
{
    /// <summary>Groups, one from each panel.</summary>
    private const int Groups = RowBlocks.Rows / RowBlocks.PanelRows;

    /// <summary>
    /// Blocks at the beginning that are judged by all panels: one of them is a larger part of the rows, and few take little time.
    /// </summary>
    private const int CloselyJudged = 8;

    /// <summary>One panel in this number is sampled in later blocks.</summary>
    private const int Turns = 4;

    /// <summary>Rows of a group: as many as a line has lanes, so that groups of any number of columns are whole lines.</summary>
    private const int GroupRows = Line.Lanes;

    /// <summary>The rows of a group and the one below.</summary>
    private const int RowsWithNext = GroupRows + 1;

    /// <summary>Rows copied for a group: its own, the one below, and those it is compared with.</summary>
    private const int CopiedGroupRows = RowsWithNext + GroupRows;

    /// <summary>
    /// The low bits of a difference of 25 bits or fewer. All differences of cells on a grid of 2⁻²⁴ of their range are such, and if others
    /// are as well, then the sampled rows are looked at more closely.
    /// </summary>
    private const long BitsBehindGrid = (1L << 27) - 1;

    /// <summary>The first row of each group: one in each panel, at an irregular place.</summary>
    private static ReadOnlySpan<ushort> Rows => [3, 210, 297, 501, 572, 659, 866, 929, 1100, 1160, 1391, 1460, 1626, 1691, 1860, 2024];

    /// <summary>
    /// The first of the rows that each group is compared with, in the same quarter of the block. The distances are 115, 126, 88, 104, 112,
    /// 99, 114, 102, 100, 108, 105, 124, 96, 120, 116 and 111: an odd one in each quarter, which are looked at in different blocks, because
    /// levels in turn have even periods.
    /// </summary>
    private static ReadOnlySpan<ushort> Others => [118, 336, 209, 397, 684, 758, 752, 827, 1200, 1268, 1286, 1336, 1722, 1811, 1744, 1913];

    /// <summary>The groups after copying, and the rows they are compared with.</summary>
    private static ReadOnlySpan<ushort> CopiedRows => [0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255];

    private static ReadOnlySpan<ushort> CopiedOthers => [9, 26, 43, 60, 77, 94, 111, 128, 145, 162, 179, 196, 213, 230, 247, 264];

    private enum Finding
    {
        /// <summary>No pair is equal, and differences have more bits than cells on a grid can make.</summary>
        Varied,

        /// <summary>No pair is equal, but a column may lie on a grid.</summary>
        FewBits,

        /// <summary>A pair is equal.</summary>
        Repeats,
    }

    /// <summary>
    /// Returns whether no column repeats a value among the pairs of rows, or has so few bits that its squares are rounded alike.
    /// </summary>
    /// <param name="block">The columns of a whole block.</param>
    /// <param name="index">The place of the block in the absolute grid.</param>
    internal static bool IsVaried<T>(MatrixSpan<T> block, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int group, int step) = index < CloselyJudged ? (0, 1) : ((int)(index & (Turns - 1)), Turns);
        ref T first = ref MemoryMarshal.GetReference(block.Values);
        Finding finding = block.Columns == 0 ? Finding.Varied
            : block.Columns >= Line.Lanes ? OfRows(ref first, block.Columns, block.RowStride, group, step)
            : block.RowStride == block.Columns ? OfGroups(ref first, block.Columns, in Rows[0], in Others[0], group, step)
            : OfCopies(block, group, step);
        return finding == Finding.Varied || (finding == Finding.FewBits && Variety.AreVaried(block));
    }

    /// <summary>Compares groups of rows without gaps, which make one line for each column.</summary>
    private static Finding OfGroups<T>(ref T first, nint columns, ref readonly ushort rows, ref readonly ushort others, int group, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Finding finding = Finding.Varied;
        for (nint line = 0; line < columns; line++)
        {
            Vector512<double> equal = default;
            Vector512<long> bits = default;
            for (nint g = group; g < Groups; g += step)
            {
                ref T cells = ref Unsafe.Add(ref first, Unsafe.Add(ref Unsafe.AsRef(in rows), g) * columns);
                ref T distant = ref Unsafe.Add(ref first, Unsafe.Add(ref Unsafe.AsRef(in others), g) * columns);
                Compare(ref cells, ref Unsafe.Add(ref cells, columns), ref distant, ref equal, ref bits);
            }

            if (IsAny(equal))
            {
                return Finding.Repeats;
            }

            finding = AreFew(bits) ? Finding.FewBits : finding;
            first = ref Unsafe.Add(ref first, Line.Lanes);
        }

        return finding;
    }

    /// <summary>Compares groups of narrow rows with gaps, which are copied first.</summary>
    [SkipLocalsInit]
    private static Finding OfCopies<T>(MatrixSpan<T> block, int group, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> copied = stackalloc T[Line.Lanes * Groups * CopiedGroupRows];
        for (int g = group; g < Groups; g += step)
        {
            Span<T> target = copied[(CopiedRows[g] * block.Columns)..];
            for (int i = 0; i < CopiedGroupRows; i++, target = target[block.Columns..])
            {
                block[i < RowsWithNext ? Rows[g] + i : Others[g] + i - RowsWithNext].CopyTo(target);
            }
        }

        return OfGroups(ref MemoryMarshal.GetReference(copied), block.Columns, in CopiedRows[0], in CopiedOthers[0], group, step);
    }

    /// <summary>Compares groups of rows of a line or more; the last line of a row may overlap the one before.</summary>
    private static Finding OfRows<T>(ref T first, int columns, nint stride, int group, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Finding finding = Finding.Varied;
        for (int start = 0; start < columns; start += Line.Lanes)
        {
            ref T column = ref Unsafe.Add(ref first, Math.Min(start, columns - Line.Lanes));
            for (int row = 0; row < GroupRows; row++)
            {
                Vector512<double> equal = default;
                Vector512<long> bits = default;
                for (int g = group; g < Groups; g += step)
                {
                    ref T cells = ref Unsafe.Add(ref column, Rows[g] * stride);
                    Compare(ref cells, ref Unsafe.Add(ref cells, stride), ref Unsafe.Add(ref column, Others[g] * stride), ref equal,
                        ref bits);
                }

                if (IsAny(equal))
                {
                    return Finding.Repeats;
                }

                finding = AreFew(bits) ? Finding.FewBits : finding;
                column = ref Unsafe.Add(ref column, stride);
            }
        }

        return finding;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compare<T>(ref T cells, ref T next, ref T others, ref Vector512<double> equal, ref Vector512<long> bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> line = Line.Load(ref cells, 0), other = Line.Load(ref others, 0);
        equal |= Vector512.Equals(line, Line.Load(ref next, 0)) | Vector512.Equals(line, other);
        bits |= (line - other).AsInt64();
    }

    private static bool IsAny(Vector512<double> equal) => equal.ExtractMostSignificantBits() != 0;

    /// <summary>Returns whether the differences of a lane have so few bits that its cells may lie on a coarse grid.</summary>
    private static bool AreFew(Vector512<long> bits) => Vector512.EqualsAny(bits & Vector512.Create(BitsBehindGrid), Vector512<long>.Zero);
}
