using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>
/// Plane rotations of two rows, element by element, so any vector width gives the same bits. 6 flops an
/// element, as two products and two multiply-adds.
/// </summary>
internal static class Rotation
{
    /// <summary>Computes (x, y) ← (c·x + s·y, c·y − s·x), with the cosine c and the sine s; y is at least as long as x.</summary>
    internal static void Apply(Span<double> x, Span<double> y, double cosine, double sine)
    {
        ref double first = ref MemoryMarshal.GetReference(x);
        ref double second = ref MemoryMarshal.GetReference(y);
        var c = new Vector<double>(cosine);
        var s = new Vector<double>(sine);
        int j = 0;
        for (; j <= x.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            var a = Vector.LoadUnsafe(ref first, (nuint)j);
            var b = Vector.LoadUnsafe(ref second, (nuint)j);
            Vector.MultiplyAddEstimate(c, a, s * b).StoreUnsafe(ref first, (nuint)j);
            Vector.MultiplyAddEstimate(c, b, -(s * a)).StoreUnsafe(ref second, (nuint)j);
        }

        for (; j < x.Length; j++)
        {
            double a = Unsafe.Add(ref first, j);
            double b = Unsafe.Add(ref second, j);
            Unsafe.Add(ref first, j) = double.MultiplyAddEstimate(cosine, a, sine * b);
            Unsafe.Add(ref second, j) = double.MultiplyAddEstimate(cosine, b, -(sine * a));
        }
    }
}
