using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>Operations on vectors of double-doubles, element by element: any vector width gives the same bits.</summary>
internal static class DoubleDoubleElementwise
{
    /// <summary>
    /// Computes target += factor·x. About 30 flops an element; each element errs by at most 10u² of |target| + |factor·x|, u = 2⁻⁵³.
    /// </summary>
    internal static void Axpy(DoubleDouble factor, ReadOnlyDoubleDoubleSpan x, DoubleDoubleSpan target)
    {
        ref double high = ref MemoryMarshal.GetReference(x.High);
        ref double low = ref MemoryMarshal.GetReference(x.Low);
        ref double targetHigh = ref MemoryMarshal.GetReference(target.High);
        ref double targetLow = ref MemoryMarshal.GetReference(target.Low);
        var factors = DoubleDoubleLine.Create(factor);
        int j = 0;
        for (; j <= x.Length - Line.Lanes; j += Line.Lanes)
        {
            DoubleDoubleLine sum = DoubleDoubleLine.Load(ref targetHigh, ref targetLow, j)
                + (factors * DoubleDoubleLine.Load(ref high, ref low, j));
            sum.Store(ref targetHigh, ref targetLow, j);
        }

        for (; j < x.Length; j++)
        {
            target[j] += factor * x[j];
        }
    }
}
