using System.Numerics;

namespace HpcLinReg.Descent;

/// <summary>The state of a descent by mini-batches.</summary>
internal sealed class MiniBatches
{
    /// <summary>
    /// The number of rows over which the losses of mini-batches are averaged before they are compared, because a single one is noisy.
    /// </summary>
    private const int RowsCompared = 2048;

    /// <summary>
    /// The default size of a window in cells, 8 MiB: a larger one, written in shuffled order, does not fit the caches and took twice as
    /// long.
    /// </summary>
    private const int WindowCells = 1 << 20;

    /// <summary>
    /// When the mini-batches' gradients have fallen to this multiple of the tolerance, convergence is checked on all rows.
    /// </summary>
    private const double Plausible = 10;

    private readonly StochasticGradientDescentOptions _options;
    private readonly ColumnScales _scales;
    private readonly Objective _objective;
    private readonly DescentRun _run;
    private readonly StepRule _rule;
    private readonly RowWindow _window;
    private readonly double[] _point;
    private readonly double[] _gradient;
    private readonly double _meanWeight;
    private readonly double _rate;
    private readonly double _largestStableRate;
    private readonly long _steps;
    private readonly int _stepsCompared;
    private double _used;
    private long _step;
    private double _comparedLoss;
    private double _comparedNorm;
    private int _compared;
    private double _bestLoss;
    private bool _isPlausible;

    internal MiniBatches(
        StochasticGradientDescentOptions options, ColumnScales scales, RowSample sample, bool weighted, CancellationToken cancellationToken)
    {
        _options = options;
        _scales = scales;
        _objective = new Objective(scales, options);
        _run = new DescentRun(options, _objective, scales, cancellationToken);
        _point = DescentRun.Start(options, _objective, scales);
        _run.KeepLast(_point);
        _gradient = new double[_point.Length];
        _meanWeight = scales.TotalWeight / scales.Rows;
        double curvature = BatchCurvature.Estimate(sample, _objective, options, _meanWeight, scales.Rows, options.BatchSize);
        double damping = options.BatchSize < scales.Rows ? 1 - options.Momentum : StepRule.StableProduct(options) / 2;
        _largestStableRate = 2 * damping / curvature;
        _rate = options.Rate ?? (curvature > 0 ? (1 - options.Momentum) / curvature : 1);
        long stepsInEpoch = (scales.Rows + options.BatchSize - 1) / options.BatchSize;
        _steps = Math.Min(options.Steps ?? long.MaxValue, options.Epochs * stepsInEpoch);
        _rule = new StepRule(options, _point.Length, _rate, _steps, stepsInEpoch);
        _stepsCompared = (RowsCompared + options.BatchSize - 1) / options.BatchSize;
        _window = new RowWindow(scales.Features, Window(options, scales), weighted);
    }

    /// <summary>Computes loss and gradient of all rows at the start. Returns why to stop, or null to go on.</summary>
    internal StopReason? Begin<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        double loss = _objective.Evaluate<T, TBlocks>(ref blocks, _scales.TotalWeight, _point, _gradient);
        double norm = LargestEigenvalue.Norm(_gradient);
        _bestLoss = loss;
        _run.Begin(_point, loss, norm);
        _run.Record(new LossPoint(0, loss, norm, 0), _point);
        _run.Report(_steps);
        return _run.IsDiverged(loss) ? StopReason.Diverged
            : _run.IsCancelled ? StopReason.Cancelled
            : IsConverged<T, TBlocks>(ref blocks, loss, norm) ? StopReason.Converged
            : _steps == 0 ? StopReason.StepLimit
            : null;
    }

    /// <summary>Makes the steps of one epoch. Returns why to stop, or null to go on.</summary>
    internal StopReason? Epoch<T, TBlocks>(ref TBlocks blocks, long epoch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        _window.Rewind<T, TBlocks>(ref blocks);
        for (long row = 0, window = 0; row < _scales.Rows; row += _window.Capacity, window++)
        {
            int count = (int)Math.Min(_window.Capacity, _scales.Rows - row);
            _window.Fill<T, TBlocks>(ref blocks, count, _objective.Means, SplitMix.For(_options.Seed, epoch, window));
            for (int start = 0; start < count; start += _options.BatchSize)
            {
                if (Step(start, Math.Min(_options.BatchSize, count - start)) is { } stop)
                {
                    return stop;
                }

                if (_step == _steps)
                {
                    return Finish<T, TBlocks>(ref blocks);
                }
            }

            _run.Report(_steps);
        }

        RowWindow.Finish<T, TBlocks>(ref blocks);
        return _isPlausible ? Look<T, TBlocks>(ref blocks) : null;
    }

    /// <summary>Returns the result of the descent.</summary>
    internal DescentResult ToResult(StopReason stop)
    {
        DescentResult result = _run.ToResult(stop, _rate, _largestStableRate, _scales.Rows);
        return stop == StopReason.Converged ? result : result with { Distance = double.NaN };
    }

    private static int Window(StochasticGradientDescentOptions options, ColumnScales scales)
    {
        long rows = options.ShuffleWindow ?? Math.Clamp(WindowCells / (scales.Features + 1), 2048, 65536);
        rows = (rows + options.BatchSize - 1) / options.BatchSize * options.BatchSize;
        return (int)Math.Min(rows, scales.Rows);
    }

    /// <summary>Computes loss and gradient of a mini-batch and makes a step. Returns why to stop, or null to go on.</summary>
    private StopReason? Step(int start, int count)
    {
        double loss = _objective.EvaluateCentred(
            _window.X(start, count), _window.Y(start, count), _window.RowWeights(start, count), count * _meanWeight, _point, _gradient);
        double norm = LargestEigenvalue.Norm(_gradient);
        if (_step > 0)
        {
            _run.Record(new LossPoint(_step, loss, norm, _used), _point);
        }

        if (!double.IsFinite(loss) || Compare(loss, norm))
        {
            return StopReason.Diverged;
        }

        if (_run.IsCancelled)
        {
            return StopReason.Cancelled;
        }

        _used = _rule.Rate(_step);
        _rule.Step(_point, _gradient, _used);
        _step++;
        return null;
    }

    /// <summary>
    /// Adds a mini-batch's loss to the mean and, when there are enough of them, compares the mean with the best and the first. Returns
    /// whether the descent diverged.
    /// </summary>
    private bool Compare(double loss, double norm)
    {
        _comparedLoss += loss;
        _comparedNorm += norm;
        if (++_compared < _stepsCompared)
        {
            return false;
        }

        double mean = _comparedLoss / _compared;
        double meanNorm = _comparedNorm / _compared;
        _comparedLoss = 0;
        _comparedNorm = 0;
        _compared = 0;
        if (mean < _bestLoss)
        {
            _bestLoss = mean;
            _run.KeepBest(_point);
        }

        _isPlausible = _run.IsPlausible(mean / (Plausible * Plausible), meanNorm / Plausible);
        return _run.IsDiverged(mean);
    }

    /// <summary>Checks convergence on all rows, if the mini-batches made it plausible. Returns why to stop, or null to go on.</summary>
    private StopReason? Look<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        double loss = _objective.Evaluate<T, TBlocks>(ref blocks, _scales.TotalWeight, _point, _gradient);
        double norm = LargestEigenvalue.Norm(_gradient);
        if (!IsConverged<T, TBlocks>(ref blocks, loss, norm))
        {
            return null;
        }

        Record(loss, norm);
        return StopReason.Converged;
    }

    /// <summary>Evaluates the last point on all rows. Returns why the descent ended.</summary>
    private StopReason Finish<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        double loss = _objective.Evaluate<T, TBlocks>(ref blocks, _scales.TotalWeight, _point, _gradient);
        double norm = LargestEigenvalue.Norm(_gradient);
        Record(loss, norm);
        return _run.IsDiverged(loss) ? StopReason.Diverged
            : IsConverged<T, TBlocks>(ref blocks, loss, norm) ? StopReason.Converged
            : StopReason.StepLimit;
    }

    /// <summary>
    /// Returns whether the distance to the minimum is within the tolerance; it is estimated only when loss and gradient make that
    /// plausible.
    /// </summary>
    private bool IsConverged<T, TBlocks>(ref TBlocks blocks, double loss, double norm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        if (!_run.IsPlausible(loss, norm))
        {
            return false;
        }

        double scaled = _run.GradientNorm(_point, _gradient);
        return _run.IsDue(_step, scaled, _point) && _run.IsWithinTolerance<T, TBlocks>(ref blocks, _step, scaled, _point);
    }

    private void Record(double loss, double norm)
    {
        _run.Record(new LossPoint(_step, loss, norm, _used), _point);
        if (loss < _bestLoss)
        {
            _run.KeepBest(_point);
        }
    }
}
