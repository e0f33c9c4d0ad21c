using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Whether rounding errors of sums over a block's columns may be taken as random. Equal products are rounded in one direction all along a
/// chain, so columns of a few levels, flags above all, err by up to the length of the chain in roundoffs; columns whose sampled rows
/// all differ err like a random walk. Each block is judged by rows from all of its panels, and the blocks that repeat are counted
/// (<see cref="MomentsNode.RepeatedShare"/>).
/// </summary>
internal static class Variety
{
    /// <summary>Rows looked at in a block, one from each panel of a whole one: even five levels repeat among them.</summary>
    internal const int SampleRows = 16;

    /// <summary>From this number of rows on, sampled rows stand at irregular distances, so that no period of the data hides from them.</summary>
    private const int IrregularRows = 2 * SampleRows;

    /// <summary>Whether no column of [x | y] repeats a value among the sampled rows, or has so few bits that its squares are rounded alike.</summary>
    internal static bool IsVaried<T>(MatrixSpan<T> x, MatrixSpan<T> y = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows < SampleRows)
        {
            return false;
        }

        // Eight columns at a time. Whole rows of them are written before any is read as a line, which the scalar stores of few columns
        // would hold up.
        Span<double> cells = stackalloc double[(SampleRows + (SampleRows / 2)) * Line.Lanes];
        int columns = x.Columns + y.Columns;
        for (int start = 0; start < columns; start += Line.Lanes)
        {
            int end = Math.Min(start + Line.Lanes, columns);
            Copy(x, start, end, 0, cells);
            Copy(y, start, end, x.Columns, cells);
            cells[..(SampleRows / 2 * Line.Lanes)].CopyTo(cells[(SampleRows * Line.Lanes)..]);
            if (((RepeatingLanes(ref cells[0]) | CoarseLanes(ref cells[0])) & ((1UL << (end - start)) - 1)) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A bit for each lane whose cells lie on a grid of 2⁻²⁴ of their range or coarser. Their squares end in few patterns of bits, since those of odd numbers
    /// are 1 modulo 8, and where a sum has no room for the last two or three bits all of them are rounded down.
    /// </summary>
    private static ulong CoarseLanes(ref double cells)
    {
        const int GridBits = 24, MantissaBits = 52;
        Vector512<double> first = Line.Load(ref cells, 0), range = default, fine = default;
        for (int line = Line.Lanes; line < SampleRows * Line.Lanes; line += Line.Lanes)
        {
            range = Vector512.Max(range, Vector512.Abs(Line.Load(ref cells, line) - first));
        }

        // To add and take off 1.5·2⁵²⁻²⁴ of a power of two near the range rounds to the grid.
        Vector512<double> power = (range.AsInt64() & Vector512.Create(0x7FFL << MantissaBits)).AsDouble();
        Vector512<double> shift = power * Vector512.Create(1.5 * (1L << (MantissaBits - GridBits)));
        for (int line = Line.Lanes; line < SampleRows * Line.Lanes; line += Line.Lanes)
        {
            Vector512<double> difference = Line.Load(ref cells, line) - first;
            fine |= ~Vector512.Equals((difference + shift) - shift, difference);
        }

        return ~fine.ExtractMostSignificantBits();
    }

    /// <summary>Copies the cells of the joint columns from start to end that a matrix has, whose first column is the given joint one.</summary>
    private static void Copy<T>(MatrixSpan<T> matrix, int start, int end, int first, Span<double> cells)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int from = Math.Max(start, first);
        int columns = Math.Min(end, first + matrix.Columns) - from;
        for (int i = 0; i < SampleRows && columns > 0; i++)
        {
            ReadOnlySpan<T> row = matrix[SampledRow(i, matrix.Rows)].Slice(from - first, columns);
            ref double copy = ref cells[(i * Line.Lanes) + from - start];
            if (columns == Line.Lanes)
            {
                Line.Load(ref MemoryMarshal.GetReference(row), 0).StoreUnsafe(ref copy);
                continue;
            }

            for (int j = 0; j < row.Length; j++)
            {
                Unsafe.Add(ref copy, j) = Line.Widen(row[j]);
            }
        }
    }

    /// <summary>The place of a sampled row: one in each sixteenth of the rows, within it at a step of 79/128 of its length (prime to 128, near the golden section).</summary>
    private static int SampledRow(int sample, int rows)
    {
        const int Parts = 128, Step = 79;
        return rows < IrregularRows ? sample * rows / SampleRows : (int)((((long)sample * Parts) + (sample * Step % Parts)) * rows / (Parts * SampleRows));
    }

    /// <summary>A bit for each lane in which two lines have the same value. The first half of the lines is taken to follow the last one again.</summary>
    private static ulong RepeatingLanes(ref double cells)
    {
        Vector512<double> repeats0 = default, repeats1 = default, repeats2 = default, repeats3 = default;
        for (int distance = Line.Lanes; distance <= SampleRows / 2 * Line.Lanes; distance += Line.Lanes)
        {
            for (int line = 0; line < SampleRows * Line.Lanes; line += 4 * Line.Lanes)
            {
                int other = line + distance;
                repeats0 |= Vector512.Equals(Line.Load(ref cells, line), Line.Load(ref cells, other));
                repeats1 |= Vector512.Equals(Line.Load(ref cells, line + Line.Lanes), Line.Load(ref cells, other + Line.Lanes));
                repeats2 |= Vector512.Equals(Line.Load(ref cells, line + (2 * Line.Lanes)), Line.Load(ref cells, other + (2 * Line.Lanes)));
                repeats3 |= Vector512.Equals(Line.Load(ref cells, line + (3 * Line.Lanes)), Line.Load(ref cells, other + (3 * Line.Lanes)));
            }
        }

        return ((repeats0 | repeats1) | (repeats2 | repeats3)).ExtractMostSignificantBits();
    }
}
