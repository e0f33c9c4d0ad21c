using System.Numerics;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// Normal equations in whole numbers: column j is stored as qⱼ·xⱼ, the target as q·y and the row weights as v·w, so that all products are
/// whole. The intercept is term 0 when there is one.
/// </summary>
internal sealed class WholeNumberEquations
{
    private readonly int _terms;
    private readonly BigInteger[] _scales;
    private readonly BigInteger[,] _gram;
    private readonly BigInteger[] _penalties;
    private readonly BigInteger _targetScale;
    private readonly BigInteger _weightScale;
    private readonly BigInteger[,] _rows;
    private readonly List<int> _independent = [];
    private BigInteger _determinant = BigInteger.One;

    internal WholeNumberEquations(Rational[,] x, Rational[] y, Rational[] rowWeights, bool intercept, Rational ridge)
    {
        int n = y.Length;
        int first = intercept ? 1 : 0;
        _terms = x.GetLength(1) + first;
        _scales = new BigInteger[_terms];
        (_weightScale, BigInteger[] weights) = Whole(rowWeights);
        (_targetScale, BigInteger[] target) = Whole(y);
        var columns = new BigInteger[_terms][];
        for (int j = 0; j < _terms; j++)
        {
            (_scales[j], columns[j]) = Whole([.. Enumerable.Range(0, n).Select(i => j < first ? Rational.One : x[i, j - first])]);
            if (j >= first && !ridge.Denominator.IsOne)
            {
                // So that λ·qⱼ² is whole too.
                _scales[j] *= ridge.Denominator;
                columns[j] = [.. columns[j].Select(cell => cell * ridge.Denominator)];
            }
        }

        _gram = new BigInteger[_terms, _terms];
        _penalties = [.. Enumerable.Range(0, _terms).Select(j => j < first ? BigInteger.Zero : ridge.Numerator * _scales[j] * _scales[j] * _weightScale / ridge.Denominator)];
        _rows = new BigInteger[_terms, (2 * _terms) + 1];
        for (int j = 0; j < _terms; j++)
        {
            BigInteger[] weighted = [.. columns[j].Select((cell, i) => cell * weights[i])];
            for (int k = 0; k < _terms; k++)
            {
                _gram[j, k] = k < j ? _gram[k, j] : Dot(weighted, columns[k]);
                _rows[j, k] = _gram[j, k] + (j == k ? _penalties[j] : 0);
            }

            _rows[j, _terms] = Dot(weighted, target);
            _rows[j, _terms + 1 + j] = 1;
        }

        SumOfSquares = Rational.Of(Dot([.. target.Select((cell, i) => cell * weights[i])], target), _targetScale * _targetScale * _weightScale);
        Products = [.. Enumerable.Range(0, _terms).Select(j => Rational.Of(_rows[j, _terms], _scales[j] * _targetScale * _weightScale))];
    }

    /// <summary>Gets Σ wᵢyᵢ².</summary>
    internal Rational SumOfSquares { get; }

    /// <summary>Gets bᵀXᵀWy of the solution.</summary>
    internal Rational Explained => Enumerable.Range(0, _terms).Aggregate(Rational.Zero, (sum, j) => sum + (Solution(j) * Products[j]));

    /// <summary>Gets the terms that those before them determine.</summary>
    internal IEnumerable<int> Dependent => Enumerable.Range(0, _terms).Except(_independent);

    private Rational[] Products { get; }

    /// <summary>z with AᵀA z = b for the columns of A, which are independent.</summary>
    internal static Rational[] SolveGram(Rational[,] a, Rational[] b)
    {
        var equations = new WholeNumberEquations(a, [.. Enumerable.Repeat(Rational.Zero, a.GetLength(0))], [.. Enumerable.Repeat(Rational.One, a.GetLength(0))], intercept: false, 0);
        equations.Solve();
        return [.. Enumerable.Range(0, b.Length).Select(j => b.Select((value, k) => equations.Inverse(j, k) * value).Aggregate(Rational.Zero, (sum, term) => sum + term))];
    }

    /// <summary>
    /// Eliminates term after term. A positive semidefinite matrix needs no exchange of rows: a pivot of 0 says that the term depends on
    /// those before it.
    /// </summary>
    internal void Solve()
    {
        for (int k = 0; k < _terms; k++)
        {
            BigInteger pivot = _rows[k, k];
            if (pivot.IsZero)
            {
                continue;
            }

            for (int i = 0; i < _terms; i++)
            {
                BigInteger factor = _rows[i, k];
                for (int j = 0; i != k && j < _rows.GetLength(1); j++)
                {
                    _rows[i, j] = ((_rows[i, j] * pivot) - (factor * _rows[k, j])) / _determinant;
                }
            }

            _determinant = pivot;
            _independent.Add(k);
        }
    }

    /// <summary>The coefficient of a term; 0 for a dependent one.</summary>
    internal Rational Solution(int term) =>
        _independent.Contains(term) ? Rational.Of(_rows[term, _terms] * _scales[term], _determinant * _targetScale) : Rational.Zero;

    /// <summary>The coefficient of an earlier term in the combination that a dependent one equals.</summary>
    internal Rational Combination(int dependent, int term) =>
        _independent.Contains(term) && term < dependent ? Rational.Of(_rows[term, dependent] * _scales[term], _determinant * _scales[dependent]) : Rational.Zero;

    /// <summary>The diagonal of G⁻¹, with ridge of (G + Λ)⁻¹G(G + Λ)⁻¹, over the independent terms.</summary>
    internal Rational VarianceFactor(int term)
    {
        if (!_independent.Contains(term))
        {
            return Rational.Zero;
        }

        // (G + Λ)⁻¹G(G + Λ)⁻¹ = (G + Λ)⁻¹ − (G + Λ)⁻¹Λ(G + Λ)⁻¹.
        return _independent.Aggregate(Inverse(term, term), (sum, k) => sum - (_penalties[k].IsZero ? 0 : Inverse(term, k) * Inverse(term, k) * Penalty(k)));
    }

    /// <summary>tr(Λ(G + Λ)⁻¹) over the independent terms: what a penalty takes from the trace of the hat matrix.</summary>
    internal Rational PenaltyTrace() => _independent.Aggregate(Rational.Zero, (sum, k) => _penalties[k].IsZero ? sum : sum + (Penalty(k) * Inverse(k, k)));

    private Rational Penalty(int term) => Rational.Of(_penalties[term], _scales[term] * _scales[term] * _weightScale);

    private Rational Inverse(int row, int column) =>
        Rational.Of(_rows[row, _terms + 1 + column] * _scales[row] * _scales[column] * _weightScale, _determinant);

    private static BigInteger Dot(BigInteger[] a, BigInteger[] b)
    {
        BigInteger sum = BigInteger.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>The least common denominator, and the values multiplied by it.</summary>
    private static (BigInteger Scale, BigInteger[] Values) Whole(Rational[] values)
    {
        BigInteger scale = BigInteger.One;
        foreach (Rational value in values)
        {
            if (!(scale % value.Denominator).IsZero)
            {
                scale *= value.Denominator / BigInteger.GreatestCommonDivisor(scale, value.Denominator);
            }
        }

        return (scale, [.. values.Select(value => value.Numerator * (scale / value.Denominator))]);
    }
}
