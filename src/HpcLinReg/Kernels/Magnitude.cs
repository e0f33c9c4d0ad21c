using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>Tests of magnitudes, element by element: any vector width gives the same result.</summary>
internal static class Magnitude
{
    /// <summary>
    /// Returns whether |x| ≤ limit holds for every element; NaN does not satisfy it. One comparison an element, 8 bytes read.
    /// </summary>
    internal static bool AllAtMost(ReadOnlySpan<double> x, double limit)
    {
        ref double first = ref MemoryMarshal.GetReference(x);
        if (x.Length < Vector<double>.Count)
        {
            bool all = true;
            for (int i = 0; i < x.Length; i++)
            {
                all &= Math.Abs(Unsafe.Add(ref first, i)) <= limit;
            }

            return all;
        }

        var most = new Vector<double>(limit);
        Vector<long> within = Vector<long>.AllBitsSet;
        int last = x.Length - Vector<double>.Count;
        for (int i = 0; i < last; i += Vector<double>.Count)
        {
            within &= Vector.LessThanOrEqual(Vector.Abs(Vector.LoadUnsafe(ref first, (nuint)i)), most);
        }

        // The last elements overlap those before them where the length is no multiple of the width.
        within &= Vector.LessThanOrEqual(Vector.Abs(Vector.LoadUnsafe(ref first, (nuint)last)), most);
        return within == Vector<long>.AllBitsSet;
    }
}
