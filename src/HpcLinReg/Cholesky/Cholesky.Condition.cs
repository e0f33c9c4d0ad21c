using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

public readonly ref partial struct Cholesky
{
    /// <summary>The estimate of an extreme eigenvalue is good enough when a step changes it by less than this share.</summary>
    private const double EigenvalueTolerance = 1e-4;

    private const int EigenvalueSteps = 100;

    /// <summary>
    /// An estimate of σmin/σmax of R with its columns brought to unit length, which is 1/κ₂ of a design with unit columns whose Gram matrix
    /// is RᵀR: power iteration on RᵀR for the largest eigenvalue and inverse iteration for the smallest. Both approach
    /// from the inside, so the estimate is not below the truth, and within a few per cent of it unless the start
    /// happens to be orthogonal to an extreme eigenvector. Columns with a zero pivot are left out. 1 when none is left.
    /// </summary>
    /// <param name="factor">R, row-major.</param>
    /// <param name="order">n.</param>
    internal static double ReciprocalCondition(ReadOnlySpan<double> factor, int order)
    {
        double[] lengths = Lengths(factor, order);
        var work = new double[order];
        double largest = Iterate(factor, order, lengths, work, inverse: false);
        double smallestInverse = Iterate(factor, order, lengths, work, inverse: true);
        return largest == 0 ? 1 : Math.Min(1, 1 / Math.Sqrt(largest * smallestInverse));
    }

    /// <summary>‖Rⱼ‖, by rows and relative to each column's largest entry, so that no square leaves the range; 1 for a dropped column.</summary>
    private static double[] Lengths(ReadOnlySpan<double> factor, int order)
    {
        var largest = new double[order];
        var lengths = new double[order];
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
                SolveTransposed(factor, order, v);
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
                SolveUpper(factor, order, order, v);
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
        return Kernels.Reduce.Dot(ref first, ref first, v.Length);
    }

    /// <summary>v ← Rv, from the first row down: row i needs only entries from i on.</summary>
    private static void MultiplyUpper(ReadOnlySpan<double> factor, int order, Span<double> v)
    {
        for (int i = 0; i < order; i++)
        {
            ReadOnlySpan<double> row = factor.Slice((i * order) + i, order - i);
            v[i] = Kernels.Reduce.Dot(ref MemoryMarshal.GetReference(row), ref MemoryMarshal.GetReference(v[i..]), row.Length);
        }
    }

    /// <summary>v ← Rᵀv, from the last row up: row i adds to entries from i on.</summary>
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
}
