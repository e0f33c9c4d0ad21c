using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Estimates of the condition and the inverse of RᵀR from its factor R. Columns whose pivot is 0 were dropped and are left out.
/// </summary>
internal static class CholeskyCondition
{
    /// <summary>
    /// An iteration stops when a step changes the eigenvalue by less than this share, far below the few per cent that matter.
    /// </summary>
    private const double EigenvalueTolerance = 1e-4;

    /// <summary>
    /// The most steps of an iteration. Where eigenvalues are so close that it needs more, any of them is a good estimate of the extreme
    /// one.
    /// </summary>
    private const int EigenvalueSteps = 100;

    /// <summary>
    /// Estimates σmin/σmax of R with its columns scaled to unit length. It equals 1/κ₂ of a design with columns of unit length whose Gram
    /// matrix is RᵀR.
    /// </summary>
    /// <param name="factor">R, row-major.</param>
    /// <param name="order">n.</param>
    /// <returns>The estimate, at most 1; 1 when every column was dropped.</returns>
    /// <remarks>
    /// Power iteration on RᵀR for the largest eigenvalue, inverse iteration for the smallest; 4n² flops a step. Both approach the
    /// eigenvalue from the inside, so the estimate is not below the true value, and within a few per cent of it unless the start happens to
    /// be orthogonal to an extreme eigenvector.
    /// </remarks>
    internal static double ReciprocalCondition(ReadOnlySpan<double> factor, int order)
    {
        double[] lengths = Lengths(factor, order);
        double[] work = new double[order];
        double largest = Iterate(factor, order, lengths, work, inverse: false);
        double smallestInverse = Iterate(factor, order, lengths, work, inverse: true);
        return largest == 0 ? 1 : Math.Min(1, 1 / Math.Sqrt(largest * smallestInverse));
    }

    /// <summary>
    /// Computes the length of each column of R; 1 for a dropped column. Entries are divided by the largest of their column, so that no
    /// square overflows.
    /// </summary>
    private static double[] Lengths(ReadOnlySpan<double> factor, int order)
    {
        double[] largest = new double[order];
        double[] lengths = new double[order];
        for (int i = 0; i < order; i++)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, order - i);
            TensorPrimitives.MaxMagnitude(row, largest.AsSpan(i), largest.AsSpan(i));
        }

        for (int i = 0; i < order; i++)
        {
            for (int j = i; j < order; j++)
            {
                double share = largest[j] == 0 ? 1 : factor[(i * order) + j] / largest[j];
                lengths[j] += share * share;
            }
        }

        for (int j = 0; j < order; j++)
        {
            lengths[j] = largest[j] == 0 ? 1 : Math.Abs(largest[j]) * Math.Sqrt(lengths[j]);
        }

        return lengths;
    }

    /// <summary>Returns the largest eigenvalue of RᵀR with scaled columns, or of its inverse.</summary>
    private static double Iterate(ReadOnlySpan<double> factor, int order, ReadOnlySpan<double> lengths, Span<double> v, bool inverse)
    {
        // A fixed start without structure: consecutive multiples of the golden ratio, spread over (0.5, 1.5) with alternating signs.
        for (int i = 0; i < order; i++)
        {
            double fraction = i * 0.6180339887498949;
            v[i] = factor[(i * order) + i] == 0 ? 0 : (0.5 + fraction - Math.Floor(fraction)) * (i % 2 == 0 ? 1 : -1);
        }

        double eigenvalue = 0;
        for (int step = 0; step < EigenvalueSteps; step++)
        {
            double length = Math.Sqrt(SquaredLength(v));
            if (length == 0)
            {
                return 0;
            }

            TensorPrimitives.Divide(v, length, v);
            if (inverse)
            {
                TensorPrimitives.Multiply(v, lengths, v);
                TriangularSystem.SolveTransposed(factor, order, v);
            }
            else
            {
                TensorPrimitives.Divide(v, lengths, v);
                MultiplyUpper(factor, order, v);
            }

            // ‖Rv‖² (or ‖R⁻ᵀv‖²) of a unit vector is the Rayleigh quotient.
            double next = SquaredLength(v);
            if (inverse)
            {
                TriangularSystem.SolveUpper(factor, order, order, v);
                TensorPrimitives.Multiply(v, lengths, v);
            }
            else
            {
                MultiplyTransposed(factor, order, v);
                TensorPrimitives.Divide(v, lengths, v);
            }

            bool settled = Math.Abs(next - eigenvalue) <= EigenvalueTolerance * next;
            eigenvalue = next;
            if (settled)
            {
                break;
            }
        }

        return eigenvalue;
    }

    private static double SquaredLength(Span<double> v)
    {
        ref double first = ref MemoryMarshal.GetReference(v);
        return Reduce.Dot(ref first, ref first, v.Length);
    }

    /// <summary>Computes v ← Rv, from the first row down, because row i needs only the entries from i on.</summary>
    private static void MultiplyUpper(ReadOnlySpan<double> factor, int order, Span<double> v)
    {
        for (int i = 0; i < order; i++)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, order - i);
            v[i] = Reduce.Dot(ref MemoryMarshal.GetReference(row), ref MemoryMarshal.GetReference(v[i..]), row.Length);
        }
    }

    /// <summary>Computes v ← Rᵀv, from the last row up, because row i adds to the entries from i on.</summary>
    private static void MultiplyTransposed(ReadOnlySpan<double> factor, int order, Span<double> v)
    {
        for (int i = order - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, order - i);
            double value = v[i];
            v[i] = value * row[0];
            Elementwise.Axpy(value, row[1..], v[(i + 1)..]);
        }
    }

    /// <summary>Computes tr((RᵀR)⁻¹) = ‖R⁻ᵀ‖² over the columns that were not dropped. n³/3 flops; allocates a column.</summary>
    internal static double InverseTrace(ReadOnlySpan<double> factor, int order)
    {
        double trace = 0;
        double[] column = new double[order];
        for (int j = 0; j < order; j++)
        {
            if (factor[(j * order) + j] == 0)
            {
                continue;
            }

            Array.Clear(column);
            column[j] = 1;
            TriangularSystem.SolveTransposed(factor, order, column, j);
            ref double first = ref MemoryMarshal.GetArrayDataReference(column);
            trace += Reduce.Dot(ref first, ref first, order);
        }

        return trace;
    }
}
