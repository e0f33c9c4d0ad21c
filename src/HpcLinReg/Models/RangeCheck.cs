using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;

namespace HpcLinReg.Models;

/// <summary>Compares a row with the ranges of its columns, a line of eight at a time.</summary>
internal static class RangeCheck
{
    /// <summary>Returns whether a value is below the least or above the most of its column; NaN is neither.</summary>
    internal static bool IsOutside(ReadOnlySpan<double> row, ReadOnlySpan<double> least, ReadOnlySpan<double> most)
    {
        if (row.Length < Line.Lanes)
        {
            for (int j = 0; j < row.Length; j++)
            {
                if (row[j] < least[j] || row[j] > most[j])
                {
                    return true;
                }
            }

            return false;
        }

        ref double x = ref MemoryMarshal.GetReference(row);
        ref double low = ref MemoryMarshal.GetReference(least);
        ref double high = ref MemoryMarshal.GetReference(most);
        Vector512<double> outside = Vector512<double>.Zero;

        int last = row.Length - Line.Lanes;
        for (int j = 0; j < last; j += Line.Lanes)
        {
            outside |= Outside(ref x, ref low, ref high, j);
        }

        // The last line overlaps the one before it where the length is no multiple of eight.
        return (outside | Outside(ref x, ref low, ref high, last)).AsUInt64() != Vector512<ulong>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Outside(ref double x, ref double least, ref double most, int j)
    {
        Vector512<double> values = Line.Load(ref x, j);
        return Vector512.LessThan(values, Line.Load(ref least, j)) | Vector512.GreaterThan(values, Line.Load(ref most, j));
    }
}
