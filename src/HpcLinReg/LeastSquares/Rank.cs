using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace HpcLinReg.LeastSquares;

/// <content>Which columns those before them determine, as far as rounding lets one tell (docs/numerics.md).</content>
internal sealed partial class NormalEquations
{
    /// <summary>
    /// Pivots below this share of their column's squared length are looked at closely. Above it, rounding of the Gram matrix
    /// leaves at least nine digits of the pivot.
    /// </summary>
    private const double SuspectPivot = 1e-6;

    /// <summary>
    /// Entries of the Gram matrix are wrong by at most about this many roundoffs of the columns' lengths: chains of 128 rows
    /// err like √128 ≈ 11, and the factorization adds a few.
    /// </summary>
    private const double GramRoundoffs = 16;

    /// <summary>
    /// A column whose residual on the columns before it is below this many roundoffs of the cells is explained by their
    /// rounding. For designs collinear up to rounding the ratio was measured as 0.15, for Filip's powers as 2.3e6.
    /// </summary>
    private const double CellRoundoffs = 10;

    /// <summary>Factors in the columns' order; a column that those before it determine is dropped and described.</summary>
    private ImmutableArray<AliasedColumn> Factor(Span<double> factor, ReadOnlySpan<double> lengths)
    {
        int d = _order;

        // Beyond n − 1 independent columns (n without an intercept) there is nothing left to explain; columns that may lie
        // there are always looked at.
        long available = _ridge > 0 ? long.MaxValue : _moments.Count - (_intercept ? 1 : 0);
        Span<double> floors = _floors;
        for (int j = 0; j < d; j++)
        {
            double rounding = CellRoundoffs * Roundoff * RawLength(j);
            floors[j] = j < available ? Math.Max(SuspectPivot * lengths[j] * lengths[j], rounding * rounding) : double.PositiveInfinity;
        }

        List<AliasedColumn>? aliased = null;
        double[]? combination = null;
        int reduced = -1;
        int start = 0;
        int k;
        while ((k = Cholesky.FactorRows(factor, d, start, floors, reduced)) < d)
        {
            aliased ??= [];
            combination ??= new double[d];
            double explained = Describe(factor, k, lengths, combination);
            if (k - aliased.Count < available && factor[(k * d) + k] > explained)
            {
                floors[k] = 0;
                start = reduced = k;
                continue;
            }

            aliased.Add(Combination(k, lengths, combination, Math.Sqrt(explained)));
            for (int i = 0; i < k; i++)
            {
                factor[(i * d) + k] = 0;
            }

            factor.Slice((k * d) + k, d - k).Clear();
            start = k + 1;
        }

        return aliased is null ? [] : [.. aliased];
    }

    /// <summary>
    /// The column's coefficients on the columns before it, and the largest pivot that rounding alone explains: of the Gram
    /// matrix's entries, 16u(‖x‖ + Σ|cᵢ|‖xᵢ‖)² on centred lengths, or of the stored cells, (10u·Σ|cᵢ|‖xᵢ‖)² on raw lengths
    /// with the constant among them.
    /// </summary>
    private double Describe(ReadOnlySpan<double> factor, int k, ReadOnlySpan<double> lengths, Span<double> combination)
    {
        int d = _order;
        for (int i = 0; i < k; i++)
        {
            combination[i] = factor[(i * d) + k];
        }

        Cholesky.SolveUpper(factor, d, k, combination);
        double centredLength = lengths[k];
        double rawLength = RawLength(k);
        double constant = _means[k] * _scales[k];
        for (int i = 0; i < k; i++)
        {
            centredLength += Math.Abs(combination[i]) * lengths[i];
            rawLength += Math.Abs(combination[i]) * RawLength(i);
            constant -= combination[i] * _means[i] * _scales[i];
        }

        rawLength += _intercept ? Math.Abs(constant) * Math.Sqrt(_moments.Count) : 0;
        double fromGram = GramRoundoffs * Roundoff * centredLength * centredLength;
        double fromCells = CellRoundoffs * Roundoff * rawLength;
        return Math.Max(fromGram, _ridge > 0 ? 0 : fromCells * fromCells);
    }

    /// <summary>√Σxᵢⱼ² of the scaled column as stored, not centred.</summary>
    private double RawLength(int j)
    {
        double mean = _intercept ? _means[j] * _scales[j] : 0;
        return Math.Sqrt(_gram[(j * _order) + j] + (_moments.Count * mean * mean));
    }

    /// <summary>The combination in the columns' own units; parts smaller than what rounding explains are left out.</summary>
    private AliasedColumn Combination(int k, ReadOnlySpan<double> lengths, ReadOnlySpan<double> scaled, double explained)
    {
        var coefficients = new double[k];
        double constant = _intercept ? _means[k] : 0;
        for (int i = 0; i < k; i++)
        {
            if (Math.Abs(scaled[i]) * lengths[i] > explained)
            {
                coefficients[i] = scaled[i] * _scales[i] / _scales[k];
                constant -= _intercept ? coefficients[i] * _means[i] : 0;
            }
        }

        bool rounding = Math.Abs(constant * _scales[k]) * Math.Sqrt(_moments.Count) <= explained;
        return new AliasedColumn(k, rounding ? 0 : constant, ImmutableCollectionsMarshal.AsImmutableArray(coefficients));
    }
}
