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
    /// The cells of [X | y] that all epochs together read by default, 2³⁰: some seconds' work. Few rows need many epochs, because the noise
    /// of the mini-batches falls with the number of epochs, and with the square root of the number of mini-batches in one.
    /// </summary>
    private const long CellsRead = 1L << 30;

    /// <summary>The fewest epochs by default.</summary>
    private const long FewestEpochs = 20;

    /// <summary>The most epochs by default, as many as gradient descent makes steps.</summary>
    private const long MostEpochs = 40_000;

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
    private long _arrived;
    private long _epochs;
    private double _comparedLoss;
    private int _compared;

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
        long epochs = options.Epochs ?? Math.Clamp(CellsRead / (scales.Rows * (scales.Features + 1L)), FewestEpochs, MostEpochs);
        _steps = Math.Min(options.Steps ?? long.MaxValue, epochs * stepsInEpoch);
        long decaySteps = options is { Schedule: RateSchedule.InverseTime, DecaySteps: null }
            ? DecayTime.Of(sample, _objective, _rate / (1 - options.Momentum), _steps, cancellationToken) : 1;
        _rule = new StepRule(options, _point.Length, _rate, _steps, decaySteps);
        _stepsCompared = (RowsCompared + options.BatchSize - 1) / options.BatchSize;
        _window = new RowWindow(scales.Features, Window(options, scales), weighted);
    }

    /// <summary>Computes loss and gradient of all rows at the start. Returns why to stop, or null to go on.</summary>
    internal StopReason? Begin<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        double loss = _objective.Evaluate<T, TBlocks>(ref blocks, _scales.TotalWeight, _point, _gradient);
        _run.Begin(_point, loss);
        return Arrive<T, TBlocks>(ref blocks, loss);
    }

    /// <summary>
    /// Makes the steps of one epoch, and computes loss and gradient of all rows at its end. Returns why to stop, or null to go on.
    /// </summary>
    internal StopReason? Epoch<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        _window.Rewind<T, TBlocks>(ref blocks);
        for (long row = 0, window = 0; row < _scales.Rows && _step < _steps; row += _window.Capacity, window++)
        {
            int count = (int)Math.Min(_window.Capacity, _scales.Rows - row);
            _window.Fill<T, TBlocks>(ref blocks, count, _objective.Means, SplitMix.For(_options.Seed, _epochs, window));
            for (int start = 0; start < count && _step < _steps; start += _options.BatchSize)
            {
                if (Step(start, Math.Min(_options.BatchSize, count - start)) is { } stop)
                {
                    return stop;
                }
            }
        }

        if (_step < _steps)
        {
            RowWindow.Finish<T, TBlocks>(ref blocks);
        }

        _epochs++;
        return Arrive<T, TBlocks>(ref blocks, _objective.Evaluate<T, TBlocks>(ref blocks, _scales.TotalWeight, _point, _gradient));
    }

    /// <summary>Returns the result of the descent.</summary>
    internal DescentResult ToResult(StopReason stop) =>
        _run.ToResult(stop, _rate, _largestStableRate, _scales.Rows, hasDistance: stop == StopReason.Converged);

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
        var at = new LossPoint(_step, loss, LargestEigenvalue.Norm(_gradient), _used);
        _run.RecordMiniBatch(at);
        if (_step > _arrived)
        {
            _run.Follow(at, _point, isOfAllRows: false);
        }

        if (!double.IsFinite(loss) || Compare(loss))
        {
            return StopReason.Diverged;
        }

        if (_run.IsCancelled)
        {
            return StopReason.Cancelled;
        }

        // With a falling rate every row counts alike: the steps of an epoch then sum to nearly one along the gradient of all rows, and
        // noise is left over from no smaller last mini-batch. With a constant rate, which never gets that near, every step has the same
        // rate.
        double share = _options.Schedule == RateSchedule.Constant ? 1 : (double)count / _options.BatchSize;
        _used = share * _rule.Rate(_step);
        _rule.Step(_point, _gradient, _used);
        _step++;
        return null;
    }

    /// <summary>
    /// Adds a mini-batch's loss to the mean and, when there are enough of them, reports the mean and compares it with the first loss.
    /// Returns whether the descent diverged.
    /// </summary>
    private bool Compare(double loss)
    {
        _comparedLoss += loss;
        if (++_compared < _stepsCompared)
        {
            return false;
        }

        double mean = _comparedLoss / _compared;
        _comparedLoss = 0;
        _compared = 0;
        _run.Report(_step, _steps, mean);
        return _run.IsDiverged(mean);
    }

    /// <summary>
    /// Records the loss of all rows at the start or after an epoch, whose gradient has been computed. Returns why to stop, or null to go
    /// on.
    /// </summary>
    private StopReason? Arrive<T, TBlocks>(ref TBlocks blocks, double loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        _arrived = _step;
        if (_run.Record(new LossPoint(_step, loss, LargestEigenvalue.Norm(_gradient), _used), _point))
        {
            _run.KeepBest(_point);
        }

        _run.Report(_step, _steps, loss);
        if (_run.IsDiverged(loss))
        {
            return StopReason.Diverged;
        }

        if (_run.IsCancelled)
        {
            return StopReason.Cancelled;
        }

        // An epoch costs about as much as two of the passes that an estimate of the distance makes.
        double norm = _run.GradientNorm(_point, _gradient);
        return _run.IsDue(2 * _epochs, norm, _point) && _run.IsWithinTolerance<T, TBlocks>(ref blocks, 2 * _epochs, norm, _point)
            ? StopReason.Converged
            : _step == _steps ? StopReason.StepLimit
            : null;
    }
}
