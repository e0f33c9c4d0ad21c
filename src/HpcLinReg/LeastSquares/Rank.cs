using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.LeastSquares;

/// <content>Which columns those before them determine, as far as rounding lets one tell (docs/numerics.md).</content>
internal sealed partial class NormalEquations
{
    /// <summary>
    /// Pivots below this share of their column's squared length are looked at closely. Above it, rounding of the Gram matrix
    /// leaves at least nine digits of the pivot.
    /// </summary>
    private const double SuspectPivot = 1e-6;

    /// <summary>The same for a factor in double-double.</summary>
    private const double SuspectExactPivot = 1e-20;

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

    private double _offsetError;

    /// <summary>
    /// What rounding of an entry of a Gram matrix in double-double may amount to, in units of the columns' lengths (<see cref="ExactGram"/>).
    /// Of a panel's n products each adds an error of up to 2⁻⁴⁹ of the panel's lengths to a sum of errors that is rounded each time:
    /// n²/2·2⁻¹⁰² if all had one sign and their full size, of which a sixth was met at most; far less where columns vary, so that errors are
    /// random. Cells that keep a mean near zero double that (<see cref="ExactBlockMoments.IsNearZero"/>).
    /// </summary>
    private double ExactEntryError => ExactRoundoffs(_areVaried ? 64 : 512);

    private double ExactRoundoffs(double most) =>
        _offsetError + (2 * Math.Min(most, (SummedRows * SummedRows / 8) + 4) / (1L << 51) / (1L << 51) * _cancellation);

    /// <summary>
    /// What the rounding of means costs where blocks were merged or rows removed: a difference of two of them is wrong by some 2⁻¹⁰⁴ of
    /// them, and the products that it enters by some 2⁻⁹⁸ of mean by deviation at most.
    /// </summary>
    private double FindOffsetError()
    {
        if (!Intercept || !IsDoubleDouble || (_moments.Count <= RowBlocks.Rows && _moments.RoundedSquares.Length == 0))
        {
            return 0;
        }

        double worst = _totalSumOfSquares.High > 0 ? Math.Abs(_targetMean.High) / Math.Sqrt(_totalSumOfSquares.High) : 0;
        for (int j = 0; j < _order; j++)
        {
            double squares = _gram[(j * _order) + j];
            worst = squares > 0 ? Math.Max(worst, Math.Abs(_means[j].High) * _scales[j] / Math.Sqrt(squares)) : worst;
        }

        double weight = _moments.Weight.High;
        return worst * Math.Max(Math.Sqrt(weight), _moments.RoundedWeight / Math.Sqrt(weight)) / (1L << 49) / (1L << 49);
    }

    /// <summary>Gets whether every verdict on rank came from the stored cells, and none from the rounding of the Gram matrix.</summary>
    internal bool RankIsCertain { get; private set; }

    /// <summary>Factors in the columns' order; a column that those before it determine is dropped and described.</summary>
    private ImmutableArray<AliasedColumn> FindRank()
    {
        int d = _order;
        ReadOnlySpan<double> lengths = _lengths;
        double suspect = _factorIsDoubleDouble ? SuspectExactPivot : SuspectPivot;

        // Beyond n − 1 independent columns (n without an intercept) there is nothing left to explain; columns that may lie
        // there are always looked at.
        long available = Ridge > 0 ? long.MaxValue : _moments.Count - (Intercept ? 1 : 0);
        Span<double> floors = _floors;
        for (int j = 0; j < d; j++)
        {
            double rounding = CellRoundoffs * Roundoff * RawLength(j);
            floors[j] = j < available ? Math.Max(suspect * lengths[j] * lengths[j], rounding * rounding) : double.PositiveInfinity;
        }

        RankIsCertain = true;
        List<AliasedColumn>? aliased = null;
        double[]? combination = null;
        int reduced = -1;
        int start = 0;
        int k;
        while ((k = FactorRows(start, reduced)) < d)
        {
            aliased ??= [];
            combination ??= new double[d];
            (double cellError, double ofGram) = Describe(k, combination);
            double ofCells = cellError * cellError;
            double pivot = _factor[(k * d) + k];
            bool full = k - aliased.Count >= available;
            if (!full && pivot > Math.Max(ofCells, ofGram))
            {
                floors[k] = 0;
                start = reduced = k;
                continue;
            }

            RankIsCertain &= full || pivot + ofGram <= ofCells || _factorIsDoubleDouble;
            aliased.Add(Combination(k, lengths, combination, Math.Max(cellError, Math.Sqrt(ofGram))));
            Drop(k);
            start = k + 1;
        }

        return aliased is null ? [] : [.. aliased];
    }

    private int FactorRows(int start, int reduced) => _factorIsDoubleDouble
        ? Cholesky.FactorRows(_factor, _factorErrors, _order, start, _floors, reduced)
        : Cholesky.FactorRows(_factor, _order, start, _floors, reduced);

    private void Drop(int k)
    {
        for (int i = 0; i < k; i++)
        {
            _factor[(i * _order) + k] = 0;
        }

        _factor.AsSpan((k * _order) + k, _order - k).Clear();
    }

    /// <summary>
    /// The column's coefficients on the columns before it; the largest residual that rounding of the stored cells alone explains, 10u·Σ|cᵢ|‖xᵢ‖ on
    /// raw lengths with the constant among them, whose square may leave the range; and the largest pivot of rounding of the Gram matrix's entries, ε(‖x‖ + Σ|cᵢ|‖xᵢ‖)²
    /// on centred lengths. In double-double the second is at most (128u)², and of columns of two levels it needs all of that.
    /// </summary>
    private (double CellError, double OfGram) Describe(int k, Span<double> combination)
    {
        int d = _order;
        for (int i = 0; i < k; i++)
        {
            combination[i] = _factor[(i * d) + k];
        }

        Cholesky.SolveUpper(_factor, d, k, combination);
        double centredLength = _lengths[k];
        double rawLength = RawLength(k);
        double constant = _means[k].High * _scales[k];
        for (int i = 0; i < k; i++)
        {
            centredLength += Math.Abs(combination[i]) * _lengths[i];
            rawLength += Math.Abs(combination[i]) * RawLength(i);
            constant -= combination[i] * _means[i].High * _scales[i];
        }

        rawLength += Intercept ? Math.Abs(constant) * Math.Sqrt(_moments.Weight.High) : 0;
        double fromGram = (_factorIsDoubleDouble ? ExactRoundoffs(512) : GramRoundoffs * Roundoff * _cancellation) * centredLength * centredLength;
        double fromCells = CellRoundoffs * Roundoff * rawLength;
        return (Ridge > 0 ? 0 : fromCells, fromGram);
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
