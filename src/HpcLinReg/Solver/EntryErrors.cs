using System.Numerics.Tensors;
using HpcLinReg.Threads;

namespace HpcLinReg.Solver;

/// <summary>
/// The errors of the entries of a <see cref="CentredSystem"/>, in units of the lengths of their columns. Rank decisions, acceptance test
/// and certificate all take them from here; their constants stand in <see cref="RoundingModel"/>.
/// </summary>
internal sealed class EntryErrors(CentredSystem system)
{
    /// <summary>
    /// Growth factor of the errors by removed rows; 1 where no rows were removed (<see cref="MomentsNode.Cancellation"/>).
    /// </summary>
    private double _cancellation;

    /// <summary>
    /// The ratio of the sums of squares in double-double to the centred ones, for the worst column that varies, beyond the factor of two
    /// that cells near zero may have.
    /// </summary>
    private double _excess;

    /// <summary>The error that the rounding of means causes in the worst column.</summary>
    private double _offset;

    /// <summary>Gets the share of the worst column's sum of squares that comes from blocks whose rows repeat.</summary>
    internal double RepeatedShare { get; private set; }

    /// <summary>
    /// Gets the error of an entry of the Gram matrix in double. Columns whose mean drifts within a block err by 1 + 2·drift times as much:
    /// their sums about the first rows' mean are larger than those about the block's, and both they and their difference err.
    /// </summary>
    internal double Plain { get; private set; }

    /// <summary>
    /// Gets the error that the rounding of means causes in an entry, per unit of mean over length (<see cref="RoundingModel.OffsetUnit"/>).
    /// </summary>
    internal double OffsetUnit { get; private set; }

    /// <summary>Gets the error of an entry of the Gram matrix in double-double, those of the target's among them.</summary>
    internal double DoubleDouble => _offset + TargetUnderflow + Sum(AreVaried);

    /// <summary>
    /// Gets the error of an entry in double-double from sums alone, if their rows repeat: the largest error that rank decisions assume.
    /// </summary>
    internal double RepeatingDoubleDouble => Sum(isVaried: false);

    /// <summary>
    /// Gets the error of a mean in double, in its column's standard deviations: at most that of a panel's sum (measured at 7.4u, where all
    /// of a panel lies on one side), divided by the root of the number of panels that are averaged. Columns that repeat after some panels
    /// repeat their errors as well, hence the least of 4u.
    /// </summary>
    internal double PlainMean
    {
        get
        {
            double panels = (double)system.Moments.Count / RowBlocks.PanelRows;
            return AreVaried
                ? Math.Clamp(2 * RoundingModel.VariedRoundoffs / Math.Sqrt(panels), 4, RoundingModel.VariedRoundoffs)
                    * RoundingModel.Roundoff * Math.Sqrt(Drifted)
                : Plain * system.Moments.MeanCancellation();
        }
    }

    /// <summary>Gets the underflow loss of a sum of products.</summary>
    internal double SumUnderflow => RoundingModel.SumUnderflow(system.Moments.Count);

    /// <summary>
    /// Gets the underflow loss of an entry in double-double, in lengths of the columns: the low part of a square of 1e-150 is below the
    /// range of double. A column's length is at least the inverse of its scale.
    /// </summary>
    internal double Underflow => RoundingModel.Counted(LargestScale * LargestScale * SumUnderflow);

    /// <summary>Gets the underflow loss of products with the target and of its squares.</summary>
    internal double TargetUnderflow
    {
        get
        {
            double inverseLength = system.TotalSumOfSquares.High > 0 ? 1 / Math.Sqrt(system.TotalSumOfSquares.High) : 0;
            return RoundingModel.Counted(Math.Max(LargestScale, inverseLength) * inverseLength * SumUnderflow);
        }
    }

    private bool AreVaried => RoundingModel.AreVaried(RepeatedShare);

    private double Drifted => 1 + (2 * system.Moments.Drift);

    private double LargestScale => system.Order == 0 ? 0 : TensorPrimitives.Max<double>(system.Scales);

    /// <summary>Gets the number of rows of a sum; where rows were removed, an upper limit, because their number is not known.</summary>
    private double SummedRows => _cancellation > 1 ? RowBlocks.PanelRows : system.Moments.Count;

    /// <summary>Computes the errors from the moments that were loaded.</summary>
    internal void FromMoments()
    {
        MomentsNode moments = system.Moments;
        _cancellation = moments.Cancellation(system.HasIntercept);
        RepeatedShare = moments.RepeatedShare;
        Plain = RoundingModel.GramRoundoffs(SummedRows, RepeatedShare) * RoundingModel.Roundoff * _cancellation * Drifted;

        // For moments that were merged or removed as values, MomentsErrors counts the rounding of means.
        OffsetUnit = !system.HasIntercept || !system.IsDoubleDouble || moments.Errors is not null ? 0
            : RoundingModel.OffsetUnit(moments.MergeDepth, moments.Weight.High);
        _offset = 0;
        _excess = 0;
        for (int j = 0; j < moments.ExcessSquares.Length; j++)
        {
            double squares = moments.Squares(j);
            _excess = squares > system.SquaresOfConstant(moments.Means[j]) ? Math.Max(_excess, (moments.ExcessSquares[j] / squares) - 1)
                : _excess;
        }
    }

    /// <summary>Adds the error that the rounding of means causes in the worst column, once the target is loaded.</summary>
    internal void AddOffsets()
    {
        if (OffsetUnit == 0)
        {
            _offset = 0;
            return;
        }

        double worst = system.TotalSumOfSquares.High > 0 ? Math.Abs(system.TargetMean.High) / Math.Sqrt(system.TotalSumOfSquares.High) : 0;
        for (int j = 0; j < system.Order; j++)
        {
            worst = Math.Max(worst, system.MeanOverLength(j));
        }

        _offset = worst * OffsetUnit;
    }

    /// <summary>
    /// The factor 2 for cells that are not centred because their mean is near zero (<see cref="DoubleDoubleBlockMoments.IsNearZero"/>).
    /// </summary>
    private double Sum(bool isVaried) =>
        ((2 + _excess) * RoundingModel.DoubleDoubleEntry(SummedRows, isVaried) * _cancellation) + Underflow;
}
