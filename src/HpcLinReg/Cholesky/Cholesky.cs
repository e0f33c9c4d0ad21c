using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// The Cholesky factorization A = RᵀR of a symmetric positive definite matrix, R upper triangular, over a buffer the
/// caller owns.
/// </summary>
/// <remarks>
/// Allocates nothing beyond a pooled buffer for n &gt; 64. Solving is thread-safe while nobody writes the buffer. Computed R satisfies
/// |RᵀR − A| ≤ γ(n + 1)·|R|ᵀ|R| entry by entry (Higham 2002, theorem 10.3).
/// </remarks>
public readonly ref partial struct Cholesky
{
    private readonly ReadOnlySpan<double> _factor;

    private Cholesky(ReadOnlySpan<double> factor, int order, int nonPositivePivot)
    {
        _factor = factor;
        Order = order;
        NonPositivePivot = nonPositivePivot;
    }

    /// <summary>Gets the order n of the matrix.</summary>
    public int Order { get; }

    /// <summary>Gets the index of the first pivot that was not positive (or NaN), or −1.</summary>
    public int NonPositivePivot { get; }

    /// <summary>Gets whether the factorization ran through. It does not mean that the matrix is well conditioned.</summary>
    public bool IsPositiveDefinite => NonPositivePivot < 0;

    /// <summary>Factors a matrix in place.</summary>
    /// <param name="matrix">
    /// Row-major n × n. The upper triangle is read and overwritten by R; what lies below the diagonal does not matter and keeps its
    /// value. After a non-positive pivot k the rows before k hold R's and row k its part of the Schur complement.
    /// </param>
    /// <param name="order">n ≥ 0.</param>
    /// <returns>A view of the factor; a non-positive pivot is a value in it, not an exception.</returns>
    /// <exception cref="ArgumentException">The buffer is not n × n.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative.</exception>
    public static Cholesky Factor(Span<double> matrix, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        if (matrix.Length != (long)order * order)
        {
            Throw.NotSquare(matrix.Length, order);
        }

        int stopped = FactorRows(matrix, order, 0, default);
        return new Cholesky(matrix, order, stopped < order ? stopped : -1);
    }

    /// <summary>
    /// Makes rows from <paramref name="start"/> on, given those before; stops at the first pivot not above its floor and
    /// returns its index, with that row reduced (the pivot and the covariances left after the columns before) but not
    /// scaled. A caller that accepts it lowers the floor and calls again with the row as <paramref name="reduced"/>; one that
    /// drops the column zeroes the row and starts behind it.
    /// </summary>
    /// <remarks>
    /// By blocks of eight rows. Before a block is factored, the rows of R above it within its panel of 64 are taken off it in one go,
    /// and a whole panel is taken off all that is left when the row behind it is reached. All rows of a block have seen the
    /// same rows of R, so that stopping within it and going on do not disturb the others. n³/3 flops.
    /// </remarks>
    internal static int FactorRows(Span<double> matrix, int order, int start, ReadOnlySpan<double> floors, int reduced = -1)
    {
        for (int row = start; row < order;)
        {
            int first = row - (row % Line.Lanes);
            int end = Math.Min(first + Line.Lanes, order);
            if (row == first && row != reduced)
            {
                if (row > 0 && row % PanelRows == 0)
                {
                    SubtractPanel(matrix, order, row);
                }
                else if (row > 0)
                {
                    SubtractRows(matrix, order, row);
                }
            }

            int stopped = FactorBlock(matrix, order, row, end, floors);
            if (stopped < end)
            {
                return stopped;
            }

            row = end;
        }

        return order;
    }
}
