using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Whether rounding errors of sums over some columns may be taken for random. Equal products are rounded in one direction all along a
/// chain, so columns of a few levels, flags above all, err by up to the length of the chain in roundoffs; columns whose first rows
/// all differ err like a random walk.
/// </summary>
internal static class Variety
{
    /// <summary>Rows looked at, the first ones of the data whoever reads them: even five levels repeat among them.</summary>
    internal const int SampleRows = 16;

    /// <summary>Whether no column repeats a value among the first rows.</summary>
    internal static bool IsVaried<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows < SampleRows)
        {
            return false;
        }

        // Eight columns at a time. Whole rows of them are written before any is read as a line, which the scalar stores of few columns
        // would hold up.
        Span<double> cells = stackalloc double[SampleRows * Line.Lanes];
        for (int start = 0; start < x.Columns; start += Line.Lanes)
        {
            int columns = Math.Min(Line.Lanes, x.Columns - start);
            for (int i = 0; i < SampleRows; i++)
            {
                ReadOnlySpan<T> row = x[i].Slice(start, columns);
                ref double copy = ref cells[i * Line.Lanes];
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

            if ((RepeatingLanes(ref cells[0]) & ((1UL << columns) - 1)) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A bit for each lane in which two lines have the same value.</summary>
    private static ulong RepeatingLanes(ref double cells)
    {
        Vector512<double> repeats = default;
        for (int i = 1; i < SampleRows; i++)
        {
            Vector512<double> line = Line.Load(ref cells, i * Line.Lanes);
            for (int above = 0; above < i; above++)
            {
                repeats |= Vector512.Equals(line, Line.Load(ref cells, above * Line.Lanes));
            }
        }

        return repeats.ExtractMostSignificantBits();
    }
}
