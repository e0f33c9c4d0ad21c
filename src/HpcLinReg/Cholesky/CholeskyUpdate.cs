using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Adds a row to, or removes a row from, the rows whose triangular factor R is: R ← the factor of RᵀR ± vvᵀ, by plane rotations.
/// </summary>
internal static class CholeskyUpdate
{
    /// <summary>
    /// Below this value the rounding error of a square may leave the normal range of double; the length is then computed on another scale.
    /// </summary>
    private const double SmallestSquare = 1e-290;

    /// <summary>Below this length its reciprocal may overflow, and the rotation divides instead.</summary>
    private const double SmallestLength = 1e-300;

    /// <summary>Rotates a row into R, so that RᵀR grows by the row times itself.</summary>
    /// <param name="factor">
    /// R, with further columns behind the order that the rotations are applied to as well, such as Rᵀ's transform of a target.
    /// </param>
    /// <param name="order">The number of rows of R.</param>
    /// <param name="stride">The distance from one row of the buffer to the next.</param>
    /// <param name="row">
    /// The row; 0 afterwards up to the order. Behind the order it keeps the part that the columns of R do not explain.
    /// </param>
    internal static void RotateIn(Span<double> factor, int order, int stride, Span<double> row)
    {
        for (int k = 0; k < order; k++)
        {
            double entry = row[k];
            if (entry == 0)
            {
                continue;
            }

            Span<double> pivotRow = factor.Slice((k * stride) + k, row.Length - k);
            double pivot = pivotRow[0];
            double length = Length(pivot, entry);
            (double cosine, double sine) = length > SmallestLength ? (pivot * (1 / length), entry * (1 / length))
                : (pivot / length, entry / length);
            Rotation.Apply(pivotRow[1..], row[(k + 1)..], cosine, sine);
            pivotRow[0] = length;
        }
    }

    /// <summary>Computes √(a² + b²), without overflow or underflow of the squares.</summary>
    private static double Length(double a, double b)
    {
        double square = Math.FusedMultiplyAdd(a, a, b * b);
        if (square is > SmallestSquare and < double.PositiveInfinity)
        {
            return Math.Sqrt(square);
        }

        int exponent = Math.ILogB(Math.Max(Math.Abs(a), Math.Abs(b)));
        (a, b) = (Math.ScaleB(a, -exponent), Math.ScaleB(b, -exponent));
        return Math.ScaleB(Math.Sqrt(Math.FusedMultiplyAdd(a, a, b * b)), exponent);
    }

    /// <summary>
    /// Solves Rᵀa = v in place. Returns 1 − ‖a‖², the part of the direction v that remains when the row v is removed; not positive when
    /// none remains.
    /// </summary>
    internal static double Prepare(ReadOnlySpan<double> factor, int order, int stride, Span<double> vector)
    {
        for (int i = 0; i < order; i++)
        {
            ReadOnlySpan<double> row = factor.Slice((i * stride) + i, order - i);
            vector[i] = row[0] == 0 ? 0 : vector[i] / row[0];
            Elementwise.Axpy(-vector[i], row[1..], vector[(i + 1)..order]);
        }

        return 1 - Reduce.Dot(ref MemoryMarshal.GetReference(vector), ref MemoryMarshal.GetReference(vector), order);
    }

    /// <summary>Rotates a row v out of R, so that RᵀR shrinks by vvᵀ.</summary>
    /// <param name="factor">R, with further columns behind the order that the rotations are applied to as well.</param>
    /// <param name="order">The number of rows of R.</param>
    /// <param name="stride">The distance from one row of the buffer to the next.</param>
    /// <param name="solved">a of Rᵀa = v, as <see cref="Prepare"/> computes it.</param>
    /// <param name="rest">1 − ‖a‖² &gt; 0.</param>
    /// <param name="row">
    /// 0 up to the order; behind it the part of the row that <see cref="RotateIn"/> left. Becomes the removed row.
    /// </param>
    internal static void RotateOut(Span<double> factor, int order, int stride, ReadOnlySpan<double> solved, double rest, Span<double> row)
    {
        double length = Math.Sqrt(rest);
        for (int k = order - 1; k >= 0; k--)
        {
            double next = Math.Sqrt(Math.FusedMultiplyAdd(solved[k], solved[k], length * length));
            double inverse = 1 / next;

            // The row gains what the triangle's row loses: (row, R) ← (c·row + s·R, c·R − s·row).
            Rotation.Apply(row[k..], factor.Slice((k * stride) + k, row.Length - k), length * inverse, solved[k] * inverse);
            length = next;
        }
    }
}
