using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

public readonly ref partial struct Cholesky
{
    /// <summary>Solves Ax = b in place: Rᵀz = b, then Rx = z.</summary>
    /// <param name="rightHandSide">b, n values; overwritten by x.</param>
    /// <exception cref="ArgumentException">The length is not n.</exception>
    /// <exception cref="InvalidOperationException">The matrix was not positive definite.</exception>
    /// <remarks>2n² flops. x solves (A + E)x = b with |E| ≤ γ(3n + 1)·|R|ᵀ|R| (Higham 2002, theorem 10.4).</remarks>
    public void Solve(Span<double> rightHandSide)
    {
        if (rightHandSide.Length != Order)
        {
            Throw.RightHandSide(rightHandSide.Length, Order);
        }

        if (!IsPositiveDefinite)
        {
            Throw.NotPositiveDefinite(NonPositivePivot);
        }

        SolveTransposed(_factor, Order, rightHandSide);
        SolveUpper(_factor, Order, Order, rightHandSide);
    }

    /// <summary>The natural logarithm of det A = Π Rᵢᵢ², which itself may overflow.</summary>
    /// <returns>2·Σ ln Rᵢᵢ; 0 when n = 0.</returns>
    /// <exception cref="InvalidOperationException">The matrix was not positive definite.</exception>
    public double LogDeterminant()
    {
        if (!IsPositiveDefinite)
        {
            Throw.NotPositiveDefinite(NonPositivePivot);
        }

        double sum = 0;
        for (int i = 0; i < Order; i++)
        {
            sum += Math.Log(_factor[(i * Order) + i]);
        }

        return 2 * sum;
    }

    /// <summary>Rᵀz = b by rows of R (axpy). Rows with a zero pivot belong to dropped columns: their z is 0.</summary>
    /// <param name="factor">R, row-major.</param>
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

    /// <summary>Rx = z for the leading <paramref name="size"/> rows and columns. Dropped columns get 0.</summary>
    internal static void SolveUpper(ReadOnlySpan<double> factor, int order, int size, Span<double> z)
    {
        for (int i = size - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, size - i);
            double known = Kernels.Reduce.Dot(
                ref MemoryMarshal.GetReference(row[1..]), ref MemoryMarshal.GetReference(z[(i + 1)..size]), size - i - 1);
            z[i] = row[0] == 0 ? 0 : (z[i] - known) / row[0];
        }
    }
}
