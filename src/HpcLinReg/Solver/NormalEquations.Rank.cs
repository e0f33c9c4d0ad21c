using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <content>Which columns those before them determine, as far as rounding lets one tell (docs/numerics.md).</content>
internal sealed partial class NormalEquations
{
    /// <summary>
    /// Pivots below this share of their column's squared length are looked at closely. Above it, rounding of the Gram matrix
    /// leaves at least nine digits of the pivot.
    /// </summary>
    private const double SuspectPivot = 1e-6;

    /// <summary>The same for a factor in double-double.</summary>
    private const double SuspectDoubleDoublePivot = 1e-20;

    /// <summary>
    /// A column whose residual on the columns before it is below this many roundoffs of the cells is explained by their
    /// rounding. For designs collinear up to rounding the ratio was measured as 0.15, for Filip's powers as 2.3e6.
    /// </summary>
    private const double CellRoundoffs = 10;

    /// <summary>The first column that was dropped although the rule may keep it; −1 for none.</summary>
    private int _uncertainColumn = -1;

    /// <summary>Gets whether every verdict on rank came from the stored cells, and none from the rounding of the Gram matrix.</summary>
    internal bool RankIsCertain => _uncertainColumn < 0;

    /// <summary>
    /// Factors in the columns' order; a column that those before it determine is dropped and described. One rule judges every column, whatever the
    /// precision of the factor: small pivots stop the factorization and are judged at once. A larger one is judged afterwards, unless its size settles it, and
    /// where it falls under the rule all is factored again with a stop there.
    /// </summary>
    private ImmutableArray<AliasedColumn> FindRank()
    {
        HashSet<int>? stops = null;
        while (true)
        {
            LoadFactor();
            SetFloors(stops);
            ImmutableArray<AliasedColumn> aliased = FactorAndDrop();
            if (Ridge > 0 || FindExplained(stops) is not { Count: > 0 } explained)
            {
                return aliased;
            }

            stops ??= [];
            stops.UnionWith(explained);
        }
    }

    /// <summary>
    /// Beyond n − 1 independent columns (n without an intercept) there is nothing left to explain; columns that may lie there are always judged. With a
    /// penalty every column has its part.
    /// </summary>
    private long AvailableRank => Ridge > 0 ? long.MaxValue : _moments.Count - (Intercept ? 1 : 0);

    private void SetFloors(HashSet<int>? stops)
    {
        double suspect = _factorIsDoubleDouble ? SuspectDoubleDoublePivot : SuspectPivot;
        for (int j = 0; j < _order; j++)
        {
            // Of a column alone the rule counts its raw length and its mean, which is no longer.
            double rounding = 2 * CellRoundoffs * Roundoff * RawLength(j);
            bool isJudged = j >= AvailableRank || (stops is not null && stops.Contains(j));
            _floors[j] = isJudged ? double.PositiveInfinity : Math.Max(suspect * _lengths[j] * _lengths[j], rounding * rounding);
        }
    }

    private ImmutableArray<AliasedColumn> FactorAndDrop()
    {
        int d = _order;
        _uncertainColumn = -1;
        List<AliasedColumn>? aliased = null;
        double[]? combination = null;
        int reduced = -1;
        int start = 0;
        int k;
        while ((k = FactorRows(start, reduced)) < d)
        {
            aliased ??= [];
            combination ??= new double[d];
            (double cellError, double ofGram, double ofPart) = Describe(k, combination);
            double ofCells = cellError * cellError;
            double pivot = _factor[(k * d) + k];
            bool full = k - aliased.Count >= AvailableRank;
            if (!full && pivot > Math.Max(ofCells, ofGram))
            {
                _floors[k] = 0;
                start = reduced = k;
                continue;
            }

            if (!full && (_factorIsDoubleDouble ? pivot : pivot + ofGram) > ofCells)
            {
                _uncertainColumn = _uncertainColumn < 0 ? k : _uncertainColumn;
            }

            aliased.Add(Combination(k, _lengths, combination, Math.Max(cellError, ofPart)));
            Drop(k);
            start = k + 1;
        }

        return aliased is null ? [] : [.. aliased];
    }

    /// <summary>
    /// The columns that were kept without a stop though the rule or the rounding of the sums may explain them. With R′ of columns of unit
    /// length, ‖R′⁻¹‖ bounds the combination of the columns before: by its pivots first (as in <see cref="NormForCoefficients"/>), by inverse iteration if that is not enough,
    /// and only then the combination itself is computed.
    /// </summary>
    private List<int>? FindExplained(HashSet<int>? stops)
    {
        List<int>? explained = null;
        double[]? combination = null;
        double ofSums = Math.Sqrt(_factorIsDoubleDouble ? DoubleDoubleSumError(RepeatingRowsError) : _plainError);
        double squaredNorm = 0, mostRaw = 0, mostMean = 0, bestNorm = double.PositiveInfinity;
        for (int j = 0; j < _order; j++)
        {
            double length = _lengths[j];
            double pivot = _factor[(j * _order) + j];
            if (pivot == 0)
            {
                continue;
            }

            double raw = RawLength(j) / length;
            double ratio = length / pivot;
            if (j > 0 && stops?.Contains(j) != true && IsDoubtful(Math.Sqrt(squaredNorm)))
            {
                bestNorm = double.IsFinite(bestNorm) ? bestNorm : Math.Sqrt(NormByPowers());
                if (IsDoubtful(Math.Min(bestNorm, Math.Sqrt(squaredNorm))))
                {
                    combination ??= new double[_order];
                    (double cellError, double ofGram, _) = Describe(j, combination);
                    if (pivot <= cellError || pivot * pivot <= ofGram)
                    {
                        (explained ??= []).Add(j);
                    }
                }
            }

            squaredNorm = Math.FusedMultiplyAdd(squaredNorm, Math.Max(1, ratio * ratio), ratio * ratio);
            mostRaw = Math.Max(mostRaw, raw);
            mostMean = _offsetErrorUnit > 0 ? Math.Max(mostMean, MeanOverLength(j)) : 0;

            bool IsDoubtful(double norm)
            {
                double size = Math.Sqrt(j) * norm;
                double ofMeans = Math.Sqrt(_offsetErrorUnit * Math.Max(mostMean, _offsetErrorUnit > 0 ? MeanOverLength(j) : 0));
                return !(1 / ratio > Math.Max(2 * CellRoundoffs * Roundoff * (raw + (mostRaw * size)), (ofSums + ofMeans) * (1 + size)));
            }
        }

        return explained;
    }

    private int FactorRows(int start, int reduced) => _factorIsDoubleDouble
        ? DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(_factor, _factorErrors), _order, start, _floors, reduced)
        : CholeskyFactor.FactorRows(_factor, _order, start, _floors, reduced);

    private void Drop(int k)
    {
        for (int i = 0; i < k; i++)
        {
            _factor[(i * _order) + k] = 0;
        }

        _factor.AsSpan((k * _order) + k, _order - k).Clear();
    }

    /// <summary>
    /// Computes the column's coefficients on the columns before it; the largest residual that rounding of the stored cells alone explains, 10u·Σ|cᵢ|‖xᵢ‖ on
    /// raw lengths with the constant among them, whose square may leave the range; and the largest pivot that rounding of the Gram matrix's entries explains,
    /// ε(‖x‖ + Σ|cᵢ|‖xᵢ‖)² on centred lengths; and the largest part cᵢ‖xᵢ‖ that it explains, ‖G⁻¹‖·ε(‖x‖ + Σ|cᵢ|‖xᵢ‖). In double-double ε is taken for rows that repeat: up to (128u)², which columns of two levels need.
    /// </summary>
    private (double CellError, double OfGram, double OfPart) Describe(int k, Span<double> combination)
    {
        int d = _order;
        for (int i = 0; i < k; i++)
        {
            combination[i] = _factor[(i * d) + k];
        }

        TriangularSystem.SolveUpper(_factor, d, k, combination);
        double centredLength = _lengths[k];
        double squaredNorm = 0;
        double offset = _offsetErrorUnit > 0 ? _lengths[k] * MeanOverLength(k) : 0;
        double rawLength = RawLength(k);
        double constant = _means[k].High * _scales[k];
        for (int i = 0; i < k; i++)
        {
            centredLength += Math.Abs(combination[i]) * _lengths[i];
            double ratio = _factor[(i * d) + i] == 0 ? 0 : _lengths[i] / _factor[(i * d) + i];
            squaredNorm = Math.FusedMultiplyAdd(squaredNorm, Math.Max(1, ratio * ratio), ratio * ratio);
            offset += _offsetErrorUnit > 0 ? Math.Abs(combination[i]) * _lengths[i] * MeanOverLength(i) : 0;
            rawLength += Math.Abs(combination[i]) * RawLength(i);
            constant -= combination[i] * _means[i].High * _scales[i];
        }

        rawLength += Intercept ? Math.Abs(constant) * Math.Sqrt(_moments.Weight.High) : 0;
        double entryError = _factorIsDoubleDouble ? DoubleDoubleSumError(RepeatingRowsError) : _plainError;
        double fromGram = ((entryError * centredLength) + (_offsetErrorUnit * offset)) * centredLength;
        double fromCells = CellRoundoffs * Roundoff * rawLength;
        return (Ridge > 0 ? 0 : fromCells, fromGram, Math.Min(Math.Sqrt(fromGram), entryError * squaredNorm * centredLength));
    }

    /// <summary>√Σxᵢⱼ² of the scaled column as stored, not centred.</summary>
    private double RawLength(int j)
    {
        double mean = Intercept ? _means[j].High * _scales[j] : 0;
        double squares = _gram[(j * _order) + j] + (_moments.Weight.High * mean * mean);
        return double.IsFinite(squares) ? Math.Sqrt(squares) : double.Hypot(Math.Sqrt(_gram[(j * _order) + j]), Math.Sqrt(_moments.Weight.High) * mean);
    }

    /// <summary>The combination in the columns' own units; parts smaller than what rounding explains are left out.</summary>
    private AliasedColumn Combination(int k, ReadOnlySpan<double> lengths, ReadOnlySpan<double> scaled, double explained)
    {
        var coefficients = new double[k];
        double constant = Intercept ? _means[k].High : 0;
        for (int i = 0; i < k; i++)
        {
            if (Math.Abs(scaled[i]) * lengths[i] > explained)
            {
                coefficients[i] = scaled[i] * _scales[i] / _scales[k];
                constant -= Intercept ? coefficients[i] * _means[i].High : 0;
            }
        }

        bool rounding = Math.Abs(constant * _scales[k]) * Math.Sqrt(_moments.Weight.High) <= explained;
        return new AliasedColumn(k, rounding ? 0 : constant, ImmutableCollectionsMarshal.AsImmutableArray(coefficients));
    }
}
