using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Solves systems with an upper triangular matrix R, or its transpose, in place. A row of R with a 0 on the diagonal belongs to a column
/// that was dropped from the factorization: its unknown is 0.
/// </summary>
internal static class TriangularSystem
{
    /// <summary>Solves Rᵀz = b, row after row of R. n² flops.</summary>
    /// <param name="factor">R, row-major n × n.</param>
    /// <param name="order">n.</param>
    /// <param name="b">Overwritten by z.</param>
    /// <param name="start">b is 0 before this element, and so is z.</param>
    internal static void SolveTransposed(ReadOnlySpan<double> factor, int order, Span<double> b, int start = 0)
    {
        for (int i = start; i < order; i++)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, order - i);
            b[i] = row[0] == 0 ? 0 : b[i] / row[0];
            Elementwise.Axpy(-b[i], row[1..], b[(i + 1)..]);
        }
    }

    /// <summary>Solves Rx = z for the leading <paramref name="size"/> rows and columns of R. The square of the size in flops.</summary>
    /// <param name="factor">R, row-major n × n.</param>
    /// <param name="order">n.</param>
    /// <param name="size">How many rows and columns of R belong to the system.</param>
    /// <param name="z">Overwritten by x.</param>
    internal static void SolveUpper(ReadOnlySpan<double> factor, int order, int size, Span<double> z)
    {
        for (int i = size - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, size - i);
            double known =
                Reduce.Dot(ref MemoryMarshal.GetReference(row[1..]), ref MemoryMarshal.GetReference(z[(i + 1)..size]), size - i - 1);
            z[i] = row[0] == 0 ? 0 : (z[i] - known) / row[0];
        }
    }
}
