namespace HpcLinReg;

/// <summary>
/// The Cholesky factorization A = RᵀR of a symmetric positive definite matrix A, with R upper triangular, over a buffer that the caller
/// owns.
/// </summary>
/// <remarks>
/// The computed R satisfies |RᵀR − A| ≤ γ(n + 1)·|R|ᵀ|R| entry by entry, with γ(k) = ku/(1 − ku) and u = 2⁻⁵³ (Higham 2002, theorem 10.3).
/// Factoring, updating and solving allocate nothing beyond a pooled buffer for n &gt; 64. An instance is a view of the buffer: it may be
/// used by several threads while none of them writes the buffer. A factor that was stored, updated or downdated becomes an instance again
/// by <see cref="FromFactor"/>.
/// </remarks>
public readonly ref struct Cholesky
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

    /// <summary>Gets the index of the first pivot that was not positive (or NaN), or −1 if there is none.</summary>
    public int NonPositivePivot { get; }

    /// <summary>Gets whether every pivot was positive. It does not mean that the matrix is well conditioned.</summary>
    public bool IsPositiveDefinite => NonPositivePivot < 0;

    /// <summary>Factors a matrix in place.</summary>
    /// <param name="matrix">
    /// Row-major n × n. The upper triangle is read and overwritten by R; elements below the diagonal are neither read nor written. After a
    /// non-positive pivot k the rows before k are those of R, and row k is its part of the Schur complement.
    /// </param>
    /// <param name="order">n ≥ 0.</param>
    /// <returns>
    /// A view of the factor. A matrix that is not positive definite is a result (<see cref="IsPositiveDefinite"/>), not an exception.
    /// </returns>
    /// <exception cref="ArgumentException">The buffer is not n × n.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative.</exception>
    /// <remarks>n³/3 flops. Not thread-safe: writes the buffer.</remarks>
    public static Cholesky Factor(Span<double> matrix, int order)
    {
        RequireSquare(matrix, order);
        int stopped = CholeskyFactor.FactorRows(matrix, order, 0, default);
        return new Cholesky(matrix, order, stopped < order ? stopped : -1);
    }

    /// <summary>
    /// Returns a view of a factor R that was computed before, by <see cref="Factor"/>, <see cref="Update"/> or <see cref="Downdate"/>.
    /// </summary>
    /// <param name="factor">R, row-major n × n; elements below the diagonal are not read. It is not copied.</param>
    /// <param name="order">n ≥ 0.</param>
    /// <returns>
    /// The view. Its <see cref="NonPositivePivot"/> is the first element of the diagonal that is not positive, so a factor keeps this
    /// property when it is stored.
    /// </returns>
    /// <exception cref="ArgumentException">The buffer is not n × n.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative.</exception>
    /// <remarks>n comparisons; allocates nothing. Whether RᵀR is the matrix it is meant to be cannot be checked.</remarks>
    public static Cholesky FromFactor(ReadOnlySpan<double> factor, int order)
    {
        RequireSquare(factor, order);
        for (int i = 0; i < order; i++)
        {
            if (!(factor[(i * order) + i] > 0))
            {
                return new Cholesky(factor, order, i);
            }
        }

        return new Cholesky(factor, order, -1);
    }

    /// <summary>Changes a factor R of A = RᵀR into the factor of A + vvᵀ, a rank-one update.</summary>
    /// <param name="factor">R, row-major n × n, as <see cref="Factor"/> left it; elements below the diagonal keep their values.</param>
    /// <param name="order">n.</param>
    /// <param name="vector">v, n values; overwritten.</param>
    /// <exception cref="ArgumentException">A length does not belong to n.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative.</exception>
    /// <remarks>
    /// n plane rotations, 3n² flops; allocates nothing. Backward stable: the result is the exact factor for R and v changed by a few
    /// roundings (Golub, Van Loan 2013, §6.5.4). Not thread-safe: writes the factor.
    /// </remarks>
    public static void Update(Span<double> factor, int order, Span<double> vector)
    {
        RequireRankOne(factor, order, vector);
        CholeskyUpdate.RotateIn(factor, order, order, vector);
    }

    /// <summary>
    /// Changes a factor R of A = RᵀR into the factor of A − vvᵀ, a rank-one downdate, unless that is not positive definite.
    /// </summary>
    /// <param name="factor">R, row-major n × n; unchanged when the result is false.</param>
    /// <param name="order">n.</param>
    /// <param name="vector">v, n values; overwritten.</param>
    /// <param name="work">n values of working memory.</param>
    /// <returns>Whether A − vvᵀ is positive definite as far as the arithmetic shows.</returns>
    /// <exception cref="ArgumentException">A length does not belong to n.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative.</exception>
    /// <remarks>
    /// LINPACK's method (Stewart 1979, <i>The effects of rounding error on an algorithm for downdating a Cholesky factorization</i>): solve
    /// Rᵀa = v, then apply the rotations that take (a, √(1 − ‖a‖²)) to (0, 1). 4n² flops; allocates nothing. As stable as the problem
    /// allows: the closer vvᵀ comes to A in some direction, the more digits are lost. Not thread-safe: writes the factor.
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
        double rest = CholeskyUpdate.Prepare(factor, order, order, work);
        if (!(rest > 0))
        {
            return false;
        }

        vector.Clear();
        CholeskyUpdate.RotateOut(factor, order, order, work, rest, vector);
        return true;
    }

    /// <summary>Solves Ax = b in place: Rᵀz = b, then Rx = z.</summary>
    /// <param name="rightHandSide">b, n values; overwritten by x.</param>
    /// <exception cref="ArgumentException">The length is not n.</exception>
    /// <exception cref="InvalidOperationException">The matrix was not positive definite.</exception>
    /// <remarks>
    /// 2n² flops; allocates nothing. x is the exact solution of (A + E)x = b for some |E| ≤ γ(3n + 1)·|R|ᵀ|R|, with γ(k) = ku/(1 − ku)
    /// (Higham 2002, theorem 10.4).
    /// </remarks>
    public void Solve(Span<double> rightHandSide)
    {
        if (rightHandSide.Length != Order)
        {
            Throw.RightHandSide(rightHandSide.Length, Order);
        }

        RequirePositiveDefinite();
        TriangularSystem.SolveTransposed(_factor, Order, rightHandSide);
        TriangularSystem.SolveUpper(_factor, Order, Order, rightHandSide);
    }

    /// <summary>Returns the natural logarithm of the determinant, ln det A = 2·Σ ln Rᵢᵢ; the determinant itself may overflow.</summary>
    /// <returns>2·Σ ln Rᵢᵢ; 0 when n = 0.</returns>
    /// <exception cref="InvalidOperationException">The matrix was not positive definite.</exception>
    public double LogDeterminant()
    {
        RequirePositiveDefinite();
        double sum = 0;
        for (int i = 0; i < Order; i++)
        {
            sum += Math.Log(_factor[(i * Order) + i]);
        }

        return 2 * sum;
    }

    private void RequirePositiveDefinite()
    {
        if (!IsPositiveDefinite)
        {
            Throw.NotPositiveDefinite(NonPositivePivot);
        }
    }

    private static void RequireSquare(ReadOnlySpan<double> matrix, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        if (matrix.Length != (long)order * order)
        {
            Throw.NotSquare(matrix.Length, order);
        }
    }

    private static void RequireRankOne(ReadOnlySpan<double> factor, int order, ReadOnlySpan<double> vector)
    {
        RequireSquare(factor, order);
        if (vector.Length != order)
        {
            Throw.RightHandSide(vector.Length, order);
        }
    }
}
