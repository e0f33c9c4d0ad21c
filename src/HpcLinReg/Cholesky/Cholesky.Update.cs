using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

public readonly ref partial struct Cholesky
{
    /// <summary>The rank-one update: R ← the factor of RᵀR + vvᵀ.</summary>
    /// <param name="factor">R, row-major n × n, as <see cref="Factor"/> left it; what lies below the diagonal keeps its value.</param>
    /// <param name="order">n.</param>
    /// <param name="vector">v, n values; overwritten.</param>
    /// <exception cref="ArgumentException">A length does not belong to n.</exception>
    /// <remarks>
    /// n plane rotations, 3n² flops; allocates nothing. Backward stable: the result is the exact factor for R and v changed by a few
    /// roundings (Golub, Van Loan 2013, §6.5.4). Not thread-safe: writes the factor.
    /// </remarks>
    public static void Update(Span<double> factor, int order, Span<double> vector)
    {
        RequireRankOne(factor, order, vector);
        RotateIn(factor, order, order, vector);
    }

    /// <summary>The rank-one downdate: R ← the factor of RᵀR − vvᵀ, unless that is not positive definite.</summary>
    /// <param name="factor">R, row-major n × n; unchanged when the answer is false.</param>
    /// <param name="order">n.</param>
    /// <param name="vector">v, n values; overwritten.</param>
    /// <param name="work">n values of working memory.</param>
    /// <returns>Whether the result is positive definite as far as the arithmetic can tell.</returns>
    /// <exception cref="ArgumentException">A length does not belong to n.</exception>
    /// <remarks>
    /// By LINPACK's method (Stewart 1979, <i>The effects of rounding error on an algorithm for downdating a Cholesky factorization</i>): a with
    /// Rᵀa = v, then the rotations that take (a, √(1 − ‖a‖²)) to (0, 1). 4n² flops; allocates nothing. As stable as the problem: digits
    /// are lost as vvᵀ takes away what RᵀR was made of. Not thread-safe: writes the factor.
    /// </remarks>
    public static bool Downdate(Span<double> factor, int order, Span<double> vector, Span<double> work)
    {
        RequireRankOne(factor, order, vector);
        if (work.Length < order)
        {
            Throw.RightHandSide(work.Length, order);
        }

        work = work[..order];
        vector.CopyTo(work);
        double rest = Prepare(factor, order, order, work);
        if (!(rest > 0))
        {
            return false;
        }

        vector.Clear();
        RotateOut(factor, order, order, work, rest, vector);
        return true;
    }

    /// <summary>
    /// Rotates a row into the triangle; columns behind the order are carried along. What is left of the row behind the order is what the
    /// triangle does not explain.
    /// </summary>
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
            (double cosine, double sine) = length > SmallestLength ? (pivot * (1 / length), entry * (1 / length)) : (pivot / length, entry / length);
            Rotation.Apply(pivotRow[1..], row[(k + 1)..], cosine, sine);
            pivotRow[0] = length;
        }
    }

    /// <summary>√(a² + b²), also where the squares leave the range of double.</summary>
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

    /// <summary>Below this a rounding of the square falls out of the range of double.</summary>
    private const double SmallestSquare = 1e-290;

    /// <summary>Below this a reciprocal is infinite.</summary>
    private const double SmallestLength = 1e-300;

    /// <summary>a of Rᵀa = v in the place of v, and 1 − ‖a‖², which is the share of v's direction that stays; not positive when none does.</summary>
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

    /// <summary>
    /// Rotates a row out of the triangle.
    /// </summary>
    /// <param name="factor">R, and columns carried along behind it.</param>
    /// <param name="order">The rows of R.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="solved">a.</param>
    /// <param name="rest">1 − ‖a‖² &gt; 0.</param>
    /// <param name="row">0 up to the order; behind it what <see cref="RotateIn"/> left of the row. Becomes the row taken out.</param>
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

    private static void RequireRankOne(ReadOnlySpan<double> factor, int order, ReadOnlySpan<double> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        if (factor.Length != (long)order * order)
        {
            Throw.NotSquare(factor.Length, order);
        }

        if (vector.Length != order)
        {
            Throw.RightHandSide(vector.Length, order);
        }
    }
}
