using System.Runtime.InteropServices;

namespace HpcLinReg;

public readonly ref partial struct Cholesky
{
    /// <summary>tr((RᵀR)⁻¹) = ‖R⁻ᵀ‖² over the columns that are not dropped. d³/3 flops.</summary>
    internal static double InverseTrace(ReadOnlySpan<double> factor, int order)
    {
        double trace = 0;
        var column = new double[order];
        for (int j = 0; j < order; j++)
        {
            if (factor[(j * order) + j] == 0)
            {
                continue;
            }

            Array.Clear(column);
            column[j] = 1;
            SolveTransposed(factor, order, column, j);
            ref double first = ref MemoryMarshal.GetArrayDataReference(column);
            trace += Kernels.Reduce.Dot(ref first, ref first, order);
        }

        return trace;
    }
}
