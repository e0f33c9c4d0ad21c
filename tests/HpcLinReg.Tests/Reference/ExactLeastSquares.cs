namespace HpcLinReg.Tests.Reference;

/// <summary>
/// The least-squares answer without any rounding: minimizes Σ wᵢ(yᵢ − xᵢb − b₀)² + λ‖b‖² over fractions. Of columns that those before
/// them determine (the intercept comes first) the weight is 0, and the combination they equal is given.
/// </summary>
/// <remarks>
/// Columns are brought to whole numbers, their normal equations are exact, and these are solved by the fraction-free elimination of
/// Gauss, Jordan and Bareiss (1968): every division leaves no remainder, and entries stay minors of the matrix. n ≤ 40, d ≤ 6 takes less
/// than a millisecond.
/// </remarks>
internal sealed class ExactLeastSquares
{
    private readonly Rational[,] _x;
    private readonly Rational[] _y;
    private readonly Rational[] _rowWeights;

    /// <summary>Solves with the doubles as the exact numbers they are.</summary>
    internal ExactLeastSquares(double[,] x, double[] y, bool intercept = true, double ridge = 0, double[]? rowWeights = null)
        : this(Convert(x), [.. y.Select(Rational.From)], intercept, Rational.From(ridge), rowWeights is null ? null : [.. rowWeights.Select(Rational.From)])
    {
    }

    /// <summary>Solves with fractions, such as decimals or powers that no double holds.</summary>
    internal ExactLeastSquares(Rational[,] x, Rational[] y, bool intercept = true, Rational? ridge = null, Rational[]? rowWeights = null)
    {
        _x = x;
        _y = y;
        _rowWeights = rowWeights ?? [.. y.Select(_ => Rational.One)];
        HasIntercept = intercept;
        Columns = x.GetLength(1);
        Ridge = ridge ?? Rational.Zero;
        var elimination = new WholeNumberEquations(x, y, _rowWeights, intercept, Ridge);
        elimination.Solve();
        int first = intercept ? 1 : 0;
        Coefficients = [.. Enumerable.Range(0, Columns).Select(j => elimination.Solution(first + j))];
        Intercept = intercept ? elimination.Solution(0) : Rational.Zero;
        Aliased = [.. elimination.Dependent.Select(column => new ExactAlias(
            column - first,
            intercept ? elimination.Combination(column, 0) : Rational.Zero,
            [.. Enumerable.Range(0, column - first).Select(j => elimination.Combination(column, first + j))]))];
        Rank = Columns + first - Aliased.Length;
        Trace = Rank - elimination.PenaltyTrace();
        VarianceFactors = [.. Enumerable.Range(0, Columns).Select(j => elimination.VarianceFactor(first + j))];
        InterceptVarianceFactor = intercept ? elimination.VarianceFactor(0) : Rational.Zero;
        ResidualSumOfSquares = elimination.SumOfSquares - elimination.Explained - Sum(Coefficients.Select(b => Ridge * b * b));
        TotalSumOfSquares = TotalSum();
    }

    internal int Columns { get; }

    internal bool HasIntercept { get; }

    internal Rational Ridge { get; }

    /// <summary>Gets b, one for each column; 0 for those that the columns before them determine.</summary>
    internal Rational[] Coefficients { get; }

    internal Rational Intercept { get; }

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    internal int Rank { get; }

    /// <summary>Gets the trace of the hat matrix, which is the rank without a ridge.</summary>
    internal Rational Trace { get; }

    internal ExactAlias[] Aliased { get; }

    /// <summary>The residual degrees of freedom of a fit of these rows: exact where a ridge makes them a fraction.</summary>
    internal Rational DegreesOfFreedom(Fit fit) => Ridge.IsZero ? (int)fit.ResidualDegreesOfFreedom : Rational.From(fit.RowCount) - Trace;

    /// <summary>Gets Σ wᵢ(yᵢ − ŷᵢ)².</summary>
    internal Rational ResidualSumOfSquares { get; }

    /// <summary>Gets Σ wᵢ(yᵢ − ȳ)², or Σ wᵢyᵢ² without an intercept.</summary>
    internal Rational TotalSumOfSquares { get; }

    /// <summary>
    /// Gets the diagonal of (XᵀWX)⁻¹ (with ridge of (XᵀWX + Λ)⁻¹XᵀWX(XᵀWX + Λ)⁻¹) for the columns, the intercept among the terms; 0 where
    /// a column is aliased.
    /// </summary>
    internal Rational[] VarianceFactors { get; }

    internal Rational InterceptVarianceFactor { get; }

    /// <summary>The square of a coefficient's standard error, s²·(XᵀX)⁻¹ⱼⱼ with s² = RSS / degrees of freedom.</summary>
    internal Rational SquaredStandardError(int column, Rational degreesOfFreedom) => VarianceFactors[column] * ResidualSumOfSquares / degreesOfFreedom;

    internal Rational SquaredInterceptStandardError(Rational degreesOfFreedom) => InterceptVarianceFactor * ResidualSumOfSquares / degreesOfFreedom;

    /// <summary>
    /// Of all coefficients with the least residual sum of squares those with the least Σbⱼ², the intercept free: with the independent
    /// columns B, the (centred) design is X_B·A, and b = Aᵀ(AAᵀ)⁻¹b_B.
    /// </summary>
    internal (Rational[] Coefficients, Rational Intercept) MinimumNorm()
    {
        int[] independent = [.. Enumerable.Range(0, Columns).Except(Aliased.Select(alias => alias.Column))];
        var a = new Rational[Columns, independent.Length];
        for (int r = 0; r < independent.Length; r++)
        {
            for (int j = 0; j < Columns; j++)
            {
                ExactAlias? alias = Array.Find(Aliased, alias => alias.Column == j);
                a[j, r] = alias is null ? (j == independent[r] ? 1 : 0) : (independent[r] < j ? alias.Coefficients[independent[r]] : 0);
            }
        }

        // Aᵀ as a design whose rows are A's columns: the weighted sum Aᵀz with AAᵀz = b_B.
        Rational[] z = WholeNumberEquations.SolveGram(a, [.. independent.Select(j => Coefficients[j])]);
        Rational[] shortest = [.. Enumerable.Range(0, Columns).Select(j => Sum(Enumerable.Range(0, independent.Length).Select(r => a[j, r] * z[r])))];
        if (!HasIntercept)
        {
            return (shortest, Rational.Zero);
        }

        Rational weight = Sum(_rowWeights);
        Rational mean = Sum(_y.Select((y, i) => y * _rowWeights[i])) / weight;
        Rational explained = Sum(Enumerable.Range(0, Columns).Select(j => shortest[j] * Sum(_y.Select((_, i) => _x[i, j] * _rowWeights[i])) / weight));
        return (shortest, mean - explained);
    }

    private Rational TotalSum()
    {
        Rational squares = Sum(_y.Select((y, i) => _rowWeights[i] * y * y));
        Rational weight = Sum(_rowWeights);
        Rational sum = Sum(_y.Select((y, i) => _rowWeights[i] * y));
        return HasIntercept && !weight.IsZero ? squares - (sum * sum / weight) : squares;
    }

    private static Rational Sum(IEnumerable<Rational> terms) => terms.Aggregate(Rational.Zero, (sum, term) => sum + term);

    private static Rational[,] Convert(double[,] x)
    {
        var cells = new Rational[x.GetLength(0), x.GetLength(1)];
        for (int i = 0; i < x.GetLength(0); i++)
        {
            for (int j = 0; j < x.GetLength(1); j++)
            {
                cells[i, j] = Rational.From(x[i, j]);
            }
        }

        return cells;
    }
}

/// <summary>A column that those before it determine: x = Intercept + Σ Coefficientᵢ·xᵢ exactly.</summary>
internal sealed record ExactAlias(int Column, Rational Intercept, Rational[] Coefficients);
