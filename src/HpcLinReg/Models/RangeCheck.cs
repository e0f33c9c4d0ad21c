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

        // The last line overlaps the one before it where the length is no multiple of eight.
        for (int j = 0; j < row.Length; j += Line.Lanes)
        {
            int at = Math.Min(j, row.Length - Line.Lanes);
            Vector512<double> values = Line.Load(ref x, at);
            outside |= Vector512.LessThan(values, Line.Load(ref low, at)) | Vector512.GreaterThan(values, Line.Load(ref high, at));
        }

        return outside.AsUInt64() != Vector512<ulong>.Zero;
    }
}
