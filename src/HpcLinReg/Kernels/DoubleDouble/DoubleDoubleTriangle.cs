using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>Operations on the upper triangle of a symmetric matrix in double-double, laid out as <see cref="GramBlocks"/> says.</summary>
internal static class DoubleDoubleTriangle
{
    /// <summary>
    /// Computes C += D + factor·v·vᵀ on the upper triangle. About 60 flops an element; each of the two additions errs by 3u² of its larger
    /// term, u = 2⁻⁵³.
    /// </summary>
    /// <param name="triangle">C, laid out as <see cref="GramBlocks"/>.</param>
    /// <param name="other">D, laid out in the same way, or empty for 0.</param>
    /// <param name="columns">The order of the matrices.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="vector">v, of padded length.</param>
    internal static void AddWithOuterProduct(
        DoubleDoubleSpan triangle, ReadOnlyDoubleDoubleSpan other, int columns, DoubleDouble factor, ReadOnlyDoubleDoubleSpan vector)
    {
        int lines = GramBlocks.Lines(columns);
        ref double c = ref MemoryMarshal.GetReference(triangle.High);
        ref double cLow = ref MemoryMarshal.GetReference(triangle.Low);
        ref double d = ref MemoryMarshal.GetReference(other.High);
        ref double dLow = ref MemoryMarshal.GetReference(other.Low);
        ref double v = ref MemoryMarshal.GetReference(vector.High);
        ref double vLow = ref MemoryMarshal.GetReference(vector.Low);
        int cell = 0;
        for (int i = 0; i < lines; i++)
        {
            for (int j = i; j < lines; j++)
            {
                var right = DoubleDoubleLine.Load(ref v, ref vLow, j * Line.Lanes);
                for (int row = i * Line.Lanes; row < (i + 1) * Line.Lanes; row++)
                {
                    DoubleDouble left = factor * vector[row];
                    var sum = DoubleDoubleLine.Load(ref c, ref cLow, cell);
                    sum = other.IsEmpty ? sum : sum + DoubleDoubleLine.Load(ref d, ref dLow, cell);
                    (sum + (DoubleDoubleLine.Create(left) * right)).Store(ref c, ref cLow, cell);
                    cell += Line.Lanes;
                }
            }
        }
    }
}
