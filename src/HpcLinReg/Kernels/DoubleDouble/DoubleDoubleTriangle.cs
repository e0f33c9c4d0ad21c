using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>The double-double twins of what <see cref="GramBlocks"/> does with triangles.</summary>
internal static class DoubleDoubleTriangle
{
    /// <summary>C += D + factor·v·vᵀ; D may be empty. About 60 flops an element, 3u² of the terms' sizes each.</summary>
    internal static void AddWithOuterProduct(
        Span<double> high,
        Span<double> low,
        ReadOnlySpan<double> otherHigh,
        ReadOnlySpan<double> otherLow,
        int columns,
        DoubleDouble factor,
        ReadOnlySpan<double> vectorHigh,
        ReadOnlySpan<double> vectorLow)
    {
        int lines = GramBlocks.Lines(columns);
        ref double c = ref MemoryMarshal.GetReference(high);
        ref double cLow = ref MemoryMarshal.GetReference(low);
        ref double d = ref MemoryMarshal.GetReference(otherHigh);
        ref double dLow = ref MemoryMarshal.GetReference(otherLow);
        ref double v = ref MemoryMarshal.GetReference(vectorHigh);
        ref double vLow = ref MemoryMarshal.GetReference(vectorLow);
        int cell = 0;
        for (int i = 0; i < lines; i++)
        {
            for (int j = i; j < lines; j++)
            {
                DoubleDoubleLine right = DoubleDoubleLine.Load(ref v, ref vLow, j * Line.Lanes);
                for (int row = i * Line.Lanes; row < (i + 1) * Line.Lanes; row++)
                {
                    DoubleDouble left = factor * new DoubleDouble(vectorHigh[row], vectorLow[row]);
                    DoubleDoubleLine sum = DoubleDoubleLine.Load(ref c, ref cLow, cell);
                    sum = otherHigh.IsEmpty ? sum : sum + DoubleDoubleLine.Load(ref d, ref dLow, cell);
                    (sum + (DoubleDoubleLine.Create(left) * right)).Store(ref c, ref cLow, cell);
                    cell += Line.Lanes;
                }
            }
        }
    }
}
