using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Online;

namespace HpcLinReg;

/// <content>Removal of rows.</content>
public sealed partial class OnlineRegression
{
    /// <summary>The share of a sum below which, after a removal, the sum's rounding error is compared with the remainder.</summary>
    private const double Suspicious = 1.0 / (1L << 30);

    private RowFactor? _factorBefore;
    private OnlineColumns? _columnsBefore;

    /// <summary>Removes a row that was added before.</summary>
    /// <param name="x">Its d values.</param>
    /// <param name="y">Its target.</param>
    /// <param name="weight">
    /// The row's weight now: the product of the decay factors since it was added. Above 0, at most 1. The default is right only if
    /// <see cref="Decay"/> was not called since: a faded row that is removed at weight 1 is subtracted more often than it was added, and is
    /// refused only if the remainder cannot be a sum of squares.
    /// </param>
    /// <returns>
    /// Whether the row was removed. False if it cannot have been among the rows: without it the sum of squared residuals, or that of a
    /// combination of the columns, would be negative by more than its own rounding. The model is then as before.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The length is not d, or a value is NaN, infinite or too large; the message names its column. The model is as before.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not above 0 and at most 1.</exception>
    /// <remarks>
    /// 30(d + 1)² flops, and a multiple of that where a sum almost cancels. A weight below 1 may be off by a rounding for each call of
    /// <see cref="Decay"/> since the row was added; <see cref="Digits"/> counts that.
    /// </remarks>
    public bool Remove<T>(ReadOnlySpan<T> x, T y, double weight = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(weight > 0 && weight <= 1))
        {
            Throw.RemovedWeightNotUsable(weight);
        }

        Load(x, y, Count);
        if (Count == 0 || !_columns.ScaleAgain(_row))
        {
            return false;
        }

        ref OnlineTotals totals = ref _totals;
        DoubleDouble leaving = weight / totals.Fade;
        leaving = leaving.Scale(Math.ScaleB(1, (int)Math.Min(totals.PendingFade, 1000)));
        double rounding = weight == 1 ? 0 : (DecaysSince(weight) + 1) * Roundoff;
        if (Count == 1)
        {
            return RemoveLast(leaving, rounding);
        }

        DoubleDouble left = totals.Weight - leaving;
        double weightError = totals.WeightError + (rounding * leaving.High) + (OnlineTotals.Roundoff * totals.Weight.High);
        if (!(left.High > weightError) || !double.IsFinite(leaving.High))
        {
            return false;
        }

        return Remove(leaving, left, weightError, rounding);
    }

    /// <summary>Returns the largest number of decays since a row of this weight was added.</summary>
    private long DecaysSince(double weight)
    {
        double octave = _totals.FadedOctaves + Math.Log2(weight);
        if (octave < 1 || octave < _totals.FadedOctaves - (OnlineTotals.Octaves - 2))
        {
            return _totals.Decays;
        }

        return _totals.Decays - _decaysByOctave[((long)octave) % OnlineTotals.Octaves] + 1;
    }

    private bool RemoveLast(DoubleDouble weight, double rounding)
    {
        double error = _totals.WeightError + ((rounding + 1e-20) * weight.High);
        bool isLast = Math.Abs((_totals.Weight - weight).High) <= error;
        for (int j = 0; j <= Features && _options.Intercept; j++)
        {
            double distance = Math.Abs((_row[j] - _columns.Mean(j)).High);
            isLast &= distance <= (16 * _columns.MeanBounds[j]) + (1e-20 * Math.Abs(_row[j]));
        }

        if (isLast)
        {
            Clear(Faded(_totals.Ridge, 1, 0));
        }

        return isLast;
    }

    private bool Remove(DoubleDouble leaving, DoubleDouble left, double weightError, double rounding)
    {
        ref OnlineTotals totals = ref _totals;
        OnlineTotals totalsBefore = totals;
        double target = _row[Features];
        DoubleDouble weight = leaving, share = 0;
        double relative = rounding, growth = 1;
        if (_options.Intercept)
        {
            share = -(leaving / left);
            weight = leaving * (totals.Weight / left);
            growth = totals.Weight.High / left.High;
            relative = (rounding * growth) + (weightError / left.High);
        }

        TakeDeviations();
        DoubleDouble rest = _factor.Prepare(_row, _rowLow, weight);
        double unexplained = (weight * _row[Features] * _row[Features]).High / rest.High;
        bool isPlain = rest.High > Suspicious && unexplained < (1 - Suspicious) * _factor.Unexplained.High && !IsOutside(weight.High, 0);
        double noise = 0;
        if (!isPlain)
        {
            Keep();
            rest = WithoutNoise(weight, rest);
            noise = RestError(relative);
            double part = (weight * _row[Features] * _row[Features]).High;
            bool canBe = rest.High >= -noise && !IsOutside(weight.High, noise);
            rest = rest.High <= noise ? 0 : rest;
            if (!canBe || (rest.High == 0 && part > 16 * ((noise * Math.Max(0, _factor.Unexplained.High)) + UnexplainedError())))
            {
                TakeBack(totalsBefore);
                return false;
            }

            relative += (rest.High == 0 ? noise : 0) + Neglect(weight.High, rest.High, noise);
        }

        CountRemoval(weight.High, relative, share, growth);
        _factor.Remove(_row, _rowLow, weight, rest, _second, _secondLow);
        totals.Weight = left;
        totals.WeightError = weightError;
        RemoveFromTotals(leaving, target, rounding);
        _isCurrent = false;
        if (_factor.Unexplained.High < 0)
        {
            double negative = -_factor.Unexplained.High;
            _factor.Unexplained = 0;
            Solve();
            if (!isPlain && negative > 4 * (UnexplainedError() + (1e-28 * _factorBefore!.Unexplained.High)))
            {
                TakeBack(totalsBefore);
                return false;
            }
        }

        return true;
    }

    /// <summary>Subtracts the means from the loaded row, without touching the columns yet.</summary>
    private void TakeDeviations()
    {
        for (int j = 0; j <= Features; j++)
        {
            (_row[j], _rowLow[j]) = _row[j] - _columns.Mean(j);
        }

        _row.Span.CopyTo(_deviations);
        _rowLow.Span.CopyTo(_deviationsLow);
    }

    /// <summary>Subtracts a row from the sums of <see cref="OnlineTotals"/>.</summary>
    private void RemoveFromTotals(DoubleDouble leaving, double target, double rounding)
    {
        ref OnlineTotals totals = ref _totals;
        totals.SquaredWeight -= leaving * leaving;
        double fourth = Math.Min(1, leaving.High / totals.NewestWeight);
        fourth *= fourth * fourth * fourth;
        totals.RecentSquares = Math.Max(0, totals.RecentSquares - (fourth * target * target));
        totals.RecentSquaresError += fourth * target * target * ((8 * rounding) + (16 * Roundoff));
        totals.Steps = 1;
        totals.Count--;
    }

    /// <summary>Returns whether the prepared row has a part in a column that has no pivot.</summary>
    private bool IsOutside(double weight, double noise)
    {
        for (int k = 0; k < Features; k++)
        {
            double part = weight * _row[k] * _row[k];
            if (_factor.Pivot(k) == 0 && part > 0 && (noise == 0 || part > 16 * PivotError(k)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Sets parts of the prepared row that are rounding to 0: those in columns without a pivot and, when no other row has its direction,
    /// those behind the column that loses its pivot. A part that is the share q of its column's length makes products err by q of both
    /// columns' lengths.
    /// </summary>
    /// <returns>The relative error that all columns are to be charged.</returns>
    private double Neglect(double weight, double rest, double noise)
    {
        bool isBehind = rest == 0;
        double relative = isBehind ? Neglect(Features, weight) : 0;
        for (int k = Features - 1; k >= 0; k--)
        {
            double part = weight * _row[k] * _row[k], pivot = _factor.Pivot(k);
            if (pivot == 0 || (isBehind && part <= noise * pivot))
            {
                relative += Neglect(k, weight);
            }
            else
            {
                isBehind = false;
            }
        }

        return relative;
    }

    private double Neglect(int column, double weight)
    {
        double part = Math.Abs(_row[column]) * Math.Sqrt(weight), length = Math.Sqrt(_columns.Squares[column]);
        (_row[column], _rowLow[column]) = (0, 0);
        _columns.Lost[column] += part * length;
        return part > 0 ? Math.Min(1, part / length) : 0;
    }

    /// <summary>Computes a bound of the squared error of column k.</summary>
    private double PivotError(int k)
    {
        double rows = Through(_factor, k, _rowBounds), products = Through(_factor, k, _lostBounds), length = _columns.Squares[k];
        return (rows * rows) + (products * products) + (256 * RowFactor.Noise * length);
    }

    /// <summary>Computes a bound of the error of the share of a row's direction that other rows have.</summary>
    private double RestError(double relative)
    {
        Solve();
        FindBounds();
        double rows = Amplified(_rowBounds), products = Amplified(_lostBounds);
        return (2 * rows) + (products * products) + (relative * 2) + (16 * StepError);
    }

    private void Keep()
    {
        _factorBefore ??= new RowFactor(Features);
        _columnsBefore ??= new OnlineColumns(Features + 1, _factor.Stride);
        _factorBefore.CopyFrom(_factor);
        _columnsBefore.CopyFrom(_columns);
    }

    private void TakeBack(in OnlineTotals totals)
    {
        _factor.CopyFrom(_factorBefore!);
        _columns.CopyFrom(_columnsBefore!);
        _totals = totals;
        _isCurrent = false;
    }

    /// <summary>Drops pivots that are rounding, and counts their size as a perturbation of their columns.</summary>
    private DoubleDouble WithoutNoise(DoubleDouble weight, DoubleDouble rest)
    {
        Solve();
        if (_solved == _factor)
        {
            return rest;
        }

        for (int k = 0; k < Features; k++)
        {
            _columns.SquaredShifts[k] += _isKnown[k] ? 0 : _factor.Pivot(k);
        }

        _factor.CopyFrom(_solved);
        _isCurrent = false;
        _deviations.Span.CopyTo(_row);
        _deviationsLow.Span.CopyTo(_rowLow);
        return _factor.Prepare(_row, _rowLow, weight);
    }

    /// <summary>
    /// Counts the errors of a removal: errors of the rows until now become errors of cross-products, relative to the columns' lengths with
    /// the row, and those of this step are added. The relative error of the worst column counts for all.
    /// </summary>
    private void CountRemoval(double weight, double relative, DoubleDouble share, double growth)
    {
        double worst = StepError, root = Math.Sqrt(weight);
        for (int j = 0; j <= Features; j++)
        {
            double length = Math.Sqrt(_columns.Squares[j]);
            worst = length > 0 ? Math.Max(worst, (RowError(j) + (root * _columns.MeanBounds[j])) / length) : worst;
        }

        for (int j = 0; j <= Features; j++)
        {
            double square = weight * _deviations[j] * _deviations[j], before = _columns.Squares[j];
            _columns.Lost[j] += (4 * worst * before) + (relative * square);
            _columns.SquaredShifts[j] = 0;
            _columns.Squares[j] = Math.Max(0, before - square) + (4 * Roundoff * before);
            DoubleDouble deviation = new(_deviations[j], _deviationsLow[j]), step = deviation * share;
            if (step.High != 0)
            {
                double rounded = (Math.Abs(_columns.Means[j]) + Math.Abs(step.High)) * OnlineTotals.Roundoff;
                (_columns.Means[j], _columns.MeansLow[j]) = _columns.Mean(j) + step;
                _columns.MeanBounds[j] = (growth * _columns.MeanBounds[j]) + rounded + (relative * Math.Abs(step.High));
            }
            else
            {
                _columns.MeanBounds[j] *= growth;
            }
        }
    }
}
