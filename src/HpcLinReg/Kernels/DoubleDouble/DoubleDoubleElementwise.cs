using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>Work on vectors of double-doubles in which lanes never meet.</summary>
internal static class DoubleDoubleElementwise
{
    /// <summary>target += factor · x; about 30 flops an element.</summary>
    internal static void Axpy(DoubleDouble factor, ReadOnlySpan<double> high, ReadOnlySpan<double> low, Span<double> target, Span<double> targetLow)
    {
        ref double x = ref MemoryMarshal.GetReference(high);
        ref double xLow = ref MemoryMarshal.GetReference(low);
        ref double t = ref MemoryMarshal.GetReference(target);
        ref double tLow = ref MemoryMarshal.GetReference(targetLow);
        DoubleDoubleLine factors = DoubleDoubleLine.Create(factor);
        int j = 0;
        for (; j <= high.Length - Line.Lanes; j += Line.Lanes)
        {
            (DoubleDoubleLine.Load(ref t, ref tLow, j) + (factors * DoubleDoubleLine.Load(ref x, ref xLow, j))).Store(ref t, ref tLow, j);
        }

        for (; j < high.Length; j++)
        {
            (target[j], targetLow[j]) = new DoubleDouble(target[j], targetLow[j]) + (factor * new DoubleDouble(high[j], low[j]));
        }
    }
}
