using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.Solver;

/// <content>
/// How wrong the entries of the equations may be, in lengths of their columns. Rank, gate and certificate all take it from here (docs/numerics.md).
/// </content>
internal sealed partial class NormalEquations
{
    /// <summary>
    /// Roundoffs by which an entry of a Gram matrix in double errs at most where rounding errors are random: a chain of 128 fused multiply-adds errs by
    /// 2 to 4 (a random walk); centring, merging and the factorization add theirs.
    /// </summary>
    private const double VariedRoundoffs = 16;

    /// <summary>Roundoffs of centring, merging and factorization, which come on top of the chain's where its errors all have one sign.</summary>
    private const double OtherRoundoffs = 8;

    /// <summary>Up to this share of repeating rows, errors in double-double are taken as random: the others then outweigh what repeats.</summary>
    private const double FewRepeats = 1.0 / 16;

    /// <summary>Errors of more merges than these are taken as random: together they are no larger than those of 32 with one sign.</summary>
    private const int MostMergeDepth = 32;

    /// <summary>Errors of an entry in double-double, in 2⁻¹⁰², where they are random and where all have one sign.</summary>
    private const double VariedRowsError = 64, RepeatingRowsError = 512;

    /// <summary>What underflow takes from a product and its low part, rounded to a multiple of 2⁻¹⁰⁷⁴ each time, in up to eight steps.</summary>
    private const double ProductUnderflow = 8 * double.Epsilon;

    /// <summary>Far below a roundoff of double-double.</summary>
    private const double LeastUnderflow = 1.0 / (1L << 60) / (1L << 60);

    private double _cancellation;
    private double _repeatedShare;

    /// <summary>
    /// How much larger the sums of squares in double-double were, beside the centred ones, than the doubling that cells near zero are allowed; of the worst
    /// column that varies.
    /// </summary>
    private double _excess;

    /// <summary>The error of an entry of the Gram matrix in double, since the moments were loaded.</summary>
    private double _plainError;

    /// <summary>
    /// What the rounding of means costs an entry where blocks were merged or rows removed, per unit of mean over length: each merge rounds a mean by 2⁻¹⁰⁴
    /// of it, a difference of two has twice the errors of all merges before, and it enters products with √W of a length at most.
    /// </summary>
    private double _offsetErrorUnit;

    private double _offsetError;

    /// <summary>Gets the error of an entry of the Gram matrix that was factored.</summary>
    private double EntryError => _factorIsDoubleDouble ? DoubleDoubleEntryError : _plainError;

    /// <summary>
    /// Gets the error of an entry of a Gram matrix in double, in roundoffs. Equal products are rounded in one direction all along a chain, so the blocks
    /// whose rows repeat (<see cref="Variety"/>) err by up to its length: columns of two levels were measured at 117. Their share of the worst column's
    /// sum of squares counts.
    /// </summary>
    private double GramRoundoffs
    {
        get
        {
            double chain = Math.Min(SummedRows, RowBlocks.PanelRows);
            return Math.Min(OtherRoundoffs + chain, Math.Max(VariedRoundoffs, OtherRoundoffs + (chain * _repeatedShare)));
        }
    }

    /// <summary>Gets whether rounding errors may be taken as random.</summary>
    private bool AreVaried => _repeatedShare <= FewRepeats;

    /// <summary>Gets how many rows a sum has; the most there can be where some rows were removed, because it is not known how many there were.</summary>
    private double SummedRows => _cancellation > 1 ? RowBlocks.PanelRows : _moments.Count;

    /// <summary>
    /// Gets the growth of errors in columns whose mean drifts within a block: 1 + 2·drift. Sums about the first rows' mean are larger than those about
    /// the block's, and both they and their difference err.
    /// </summary>
    private double Drifted => 1 + (2 * _moments.Drift);

    /// <summary>
    /// Gets the error of a mean in double, in its column's standard deviations: at most that of a panel's sum (measured at 7.4u, where all of a panel lies
    /// on one side), divided by the root of the number of panels that are averaged. Columns that repeat after some panels repeat their errors as well,
    /// hence the least of 4u.
    /// </summary>
    private double PlainMeanError
    {
        get
        {
            double panels = (double)_moments.Count / RowBlocks.PanelRows;
            return AreVaried ? Math.Clamp(2 * VariedRoundoffs / Math.Sqrt(panels), 4, VariedRoundoffs) * Roundoff * Math.Sqrt(Drifted) : _plainError * _moments.MeanCancellation();
        }
    }

    /// <summary>
    /// Gets the error of an entry of a Gram matrix in double-double (<see cref="DoubleDoubleGram"/>). Of a panel's n products each adds an error of up to 2⁻⁴⁹ of
    /// the panel's lengths to a sum of errors that is rounded each time: n²/2·2⁻¹⁰² if all had one sign and their full size, of which a sixth was met at
    /// most; far less where columns vary, so that errors are random. Cells that keep a mean near zero double that
    /// (<see cref="DoubleDoubleBlockMoments.IsNearZero"/>).
    /// </summary>
    private double DoubleDoubleEntryError => _offsetError + TargetUnderflow + DoubleDoubleSumError(AreVaried ? VariedRowsError : RepeatingRowsError);

    private double DoubleDoubleSumError(double most) =>
        ((2 + _excess) * Math.Min(most, (SummedRows * SummedRows / 8) + 4) / (1L << 51) / (1L << 51) * _cancellation) + Underflow;

    /// <summary>Gets what underflow takes from a sum of one product a row at most, with its low part and those of centring and merging.</summary>
    private double SumUnderflow => ProductUnderflow * _moments.Count;

    /// <summary>
    /// Gets what underflow takes from an entry in double-double, in lengths of the columns: the low part of a square of 1e-150 is below the range of double.
    /// A column's length is at least the inverse of its scale.
    /// </summary>
    private double Underflow => Shown(LargestScale * LargestScale * SumUnderflow);

    /// <summary>Gets the same for products with the target and for its squares.</summary>
    private double TargetUnderflow
    {
        get
        {
            double inverseLength = _totalSumOfSquares.High > 0 ? 1 / Math.Sqrt(_totalSumOfSquares.High) : 0;
            return Shown(Math.Max(LargestScale, inverseLength) * inverseLength * SumUnderflow);
        }
    }

    private double LargestScale => _order == 0 ? 0 : TensorPrimitives.Max<double>(_scales);

    private static double Shown(double underflow) => underflow > LeastUnderflow ? underflow : 0;

    /// <summary>The error of an entry of rows that were just summed, n of them, without drift and cancellation, in lengths of its columns.</summary>
    internal static double SummedError(MomentsNode node, double rows)
    {
        double chain = Math.Min(rows, RowBlocks.PanelRows), share = node.RepeatedShare;
        return node.IsDoubleDouble
            ? 2 * Math.Min(share <= FewRepeats ? VariedRowsError : RepeatingRowsError, (rows * rows / 8) + 4) / (1L << 51) / (1L << 51)
            : Math.Min(OtherRoundoffs + chain, Math.Max(VariedRoundoffs, OtherRoundoffs + (chain * share))) * Roundoff;
    }

    /// <summary>Reads from the moments that were loaded what the errors depend on.</summary>
    private void FindEntryErrors()
    {
        _cancellation = _moments.Cancellation(_options.Intercept);
        _repeatedShare = _moments.RepeatedShare;
        _plainError = GramRoundoffs * Roundoff * _cancellation * Drifted;
        double weight = _moments.Weight.High;

        // Of moments that were merged or removed as values it is counted there (MomentsErrors).
        _offsetErrorUnit = !Intercept || !IsDoubleDouble || _moments.Errors is not null ? 0
            : Math.Min(_moments.MergeDepth, MostMergeDepth) * Math.Sqrt(weight) / (1L << 52) / (1L << 51);
        _offsetError = 0;
        _excess = 0;
        for (int j = 0; j < _moments.ExcessSquares.Length; j++)
        {
            double squares = _moments.Squares(j);
            _excess = squares > RoundingOfConstant(_moments.Means[j]) ? Math.Max(_excess, (_moments.ExcessSquares[j] / squares) - 1) : _excess;
        }
    }

    /// <summary>The same for the worst column.</summary>
    private double FindOffsetError()
    {
        if (_offsetErrorUnit == 0)
        {
            return 0;
        }

        double worst = _totalSumOfSquares.High > 0 ? Math.Abs(_targetMean.High) / Math.Sqrt(_totalSumOfSquares.High) : 0;
        for (int j = 0; j < _order; j++)
        {
            worst = Math.Max(worst, MeanOverLength(j));
        }

        return worst * _offsetErrorUnit;
    }

    /// <summary>|x̄| over the centred length of a column; 0 for a constant one.</summary>
    private double MeanOverLength(int j)
    {
        double squares = _gram[(j * _order) + j];
        return squares > 0 ? Math.Abs(_means[j].High) * _scales[j] / Math.Sqrt(squares) : 0;
    }
}
