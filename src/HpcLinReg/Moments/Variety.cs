using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Decides whether rounding errors of sums over a block's columns may be taken as random. Equal products are rounded in one direction all
/// along a chain, so columns of a few levels, flags above all, err by up to the length of the chain in roundoffs; columns whose sampled
/// rows all differ err like a random walk. Each block is judged by rows from all of its panels, and the blocks that repeat are counted
/// (<see cref="MomentsNode.RepeatedShare"/>). A whole block is judged by pairs of rows, as fast as loads allow
/// (<see cref="WholeBlockVariety"/>); the unfinished block at the end, of which a fit has one, by all pairs of sixteen rows. A block with
/// rows missing is judged like that one, and by all pairs of sixteen neighbouring rows as well.
/// </summary>
internal static class Variety
{
    /// <summary>The number of rows sampled from an unfinished block: even five levels repeat among them.</summary>
    internal const int SampleRows = 16;

    /// <summary>
    /// From this number of rows on, sampled rows stand at irregular distances, so that a period of the data cannot escape them.
    /// </summary>
    private const int IrregularRows = 2 * SampleRows;

    /// <summary>
    /// A column's sampled cells, and the first half of them again behind: then a load at any distance up to a half is the cells turned by
    /// it.
    /// </summary>
    private const int CellsPerColumn = SampleRows + (SampleRows / 2);

    /// <summary>
    /// Columns whose cells are gathered before any is read as a line, because a load waits for the scalar stores that it covers.
    /// </summary>
    private const int ColumnsAtOnce = 8;

    /// <summary>
    /// Returns whether no column of [x | y] repeats a value among the sampled rows, or has so few bits that its squares are rounded alike.
    /// </summary>
    /// <param name="x">The left columns of a block or of a part of it.</param>
    /// <param name="y">The right columns.</param>
    /// <param name="numbers">The absolute indexes of the rows.</param>
    internal static bool IsVaried<T>(MatrixSpan<T> x, MatrixSpan<T> y = default, RowNumbers numbers = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.Rows == RowBlocks.Rows
            ? WholeBlockVariety.IsVaried(x, numbers.First / RowBlocks.Rows) && WholeBlockVariety.IsVaried(y, numbers.First / RowBlocks.Rows)
            : x.Rows >= SampleRows && AreVaried(x) && AreVaried(y) && (!numbers.HaveGaps || AreNeighboursVaried(x, y));

    /// <summary>Returns whether neighbouring rows vary: sampled rows are too far apart to show runs of equal values.</summary>
    private static bool AreNeighboursVaried<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int first = (x.Rows - SampleRows) / 2;
        return AreVaried(x.SliceRows(first, SampleRows)) && AreVaried(y.SliceRows(first, SampleRows));
    }

    /// <summary>Returns whether the columns of one matrix vary, by all pairs of the sampled rows.</summary>
    [SkipLocalsInit]
    internal static bool AreVaried<T>(MatrixSpan<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> cells = stackalloc double[ColumnsAtOnce * CellsPerColumn];
        ref double first = ref MemoryMarshal.GetReference(cells);
        for (int start = 0; start < matrix.Columns; start += ColumnsAtOnce)
        {
            int columns = Math.Min(ColumnsAtOnce, matrix.Columns - start);
            Gather(matrix, start, columns, ref first);
            bool isVaried = true;
            for (int j = 0; j < columns; j++)
            {
                ref double column = ref Unsafe.Add(ref first, j * CellsPerColumn);
                isVaried &= !Repeats(ref column) && !IsCoarse(ref column);
            }

            if (!isVaried)
            {
                return false;
            }
        }

        return true;
    }

    private static void Gather<T>(MatrixSpan<T> matrix, int start, int columns, ref double cells)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(matrix.Values), start);
        for (int i = 0; i < SampleRows; i++)
        {
            ref T row = ref Unsafe.Add(ref first, (nint)SampledRow(i, matrix.Rows) * matrix.RowStride);
            for (int j = 0; j < columns; j++)
            {
                double value = Line.Widen(Unsafe.Add(ref row, j));
                ref double cell = ref Unsafe.Add(ref cells, (j * CellsPerColumn) + i);
                cell = value;
                if (i < SampleRows / 2)
                {
                    Unsafe.Add(ref cell, SampleRows) = value;
                }
            }
        }
    }

    /// <summary>
    /// Returns the place of a sampled row: one in each sixteenth of the rows, within it at a step of 79/128 of its length (prime to 128,
    /// near the golden section).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SampledRow(int sample, int rows)
    {
        const int Parts = 128, Step = 79;
        return rows < IrregularRows ? sample * rows / SampleRows
            : (int)((((uint)sample * Parts) + ((uint)sample * Step % Parts)) * (ulong)rows / (Parts * SampleRows));
    }

    /// <summary>
    /// Returns whether two of a column's sampled cells are equal: every pair is compared by rotations of up to half the sample.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Repeats(ref double column)
    {
        Vector512<double> low = Line.Load(ref column, 0), high = Line.Load(ref column, Line.Lanes);
        Vector512<double> equal = default, others = default;
        for (int distance = 1; distance <= SampleRows / 2; distance++)
        {
            equal |= Vector512.Equals(low, Line.Load(ref column, distance));
            others |= Vector512.Equals(high, Line.Load(ref column, Line.Lanes + distance));
        }

        return (equal | others).ExtractMostSignificantBits() != 0;
    }

    /// <summary>
    /// Returns whether a column's cells lie on a grid of 2⁻²⁴ of their range or coarser. Their squares end in few patterns of bits, since
    /// those of odd numbers are 1 modulo 8, and where a sum has no room for the last two or three bits all of them are rounded down.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCoarse(ref double column)
    {
        const int GridBits = 24, MantissaBits = 52;
        var origin = Vector512.Create(column);
        Vector512<double> low = Line.Load(ref column, 0) - origin, high = Line.Load(ref column, Line.Lanes) - origin;
        double range = Line.Max(Vector512.Max(Vector512.Abs(low), Vector512.Abs(high)));

        // Adding and subtracting 1.5·2⁵²⁻²⁴ times a power of two near the range rounds to the grid.
        double power = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(range) & (0x7FFL << MantissaBits));
        var shift = Vector512.Create(power * 1.5 * (1L << (MantissaBits - GridBits)));
        return Vector512.EqualsAll((low + shift) - shift, low) && Vector512.EqualsAll((high + shift) - shift, high);
    }
}
