using System.Numerics;

namespace HpcLinReg.Descent;

/// <summary>
/// What all methods do at a point: record it, tell the caller, keep the last and the best parameters, and decide whether to stop.
/// Allocates nothing once made.
/// </summary>
internal sealed class DescentRun
{
    /// <summary>Roundings of the residuals that a gradient is made of; 2⁻⁵³ each.</summary>
    private const double Roundoffs = 4.0 / (1L << 53);

    private readonly DescentOptions _options;
    private readonly Objective _objective;
    private readonly LossRecorder _recorder;
    private readonly CancellationToken _cancellationToken;
    private readonly double _divergenceFactor;
    private readonly double _rounding;
    private readonly double _targetSize;
    private readonly double[] _last;
    private readonly double[] _best;
    private double _firstLoss;
    private double _firstNorm;

    internal DescentRun(DescentOptions options, Objective objective, ColumnScales scales, CancellationToken cancellationToken)
    {
        int d = scales.Features;
        _options = options;
        _objective = objective;
        _cancellationToken = cancellationToken;
        _divergenceFactor = (options as GradientDescentOptions)?.DivergenceFactor ?? double.PositiveInfinity;
        _recorder = new LossRecorder(options.HistoryPoints);
        _last = new double[d + 1];
        _best = new double[d + 1];
        _targetSize = Math.Sqrt(scales.MeanSquare(d));
        double squares = 0;
        foreach (double square in objective.MeanSquares)
        {
            squares += square;
        }

        _rounding = 2 * Roundoffs * Math.Sqrt(squares);
    }

    /// <summary>Goes over the rows once for their scales, and refuses a target that standardizing would make nothing of.</summary>
    internal static ColumnScales Measure<T, TBlocks>(ref TBlocks blocks, RowSample? sample, DescentOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        ColumnScales scales = ColumnScales.Measure<T, TBlocks>(ref blocks, sample);
        if (options is { Standardize: true, Intercept: true, Start: null } && scales.IsTargetConstant)
        {
            Throw.ConstantTarget(scales.TargetMean);
        }

        return scales;
    }

    /// <summary>The parameters to start from.</summary>
    internal static double[] Start(DescentOptions options, Objective objective, ColumnScales scales)
    {
        var point = new double[scales.Features + 1];
        if (options.Start is { } start)
        {
            objective.ToPoint(start.Weights, start.Intercept, point);
        }
        else if (options.Intercept && options.Standardize)
        {
            point[^1] = scales.TargetMean;
        }

        return point;
    }

    /// <summary>Keeps what later points are compared with, and the start as the model of a descent that is cancelled at once.</summary>
    internal void Begin(ReadOnlySpan<double> point, double loss, double norm)
    {
        _firstLoss = loss;
        _firstNorm = norm;
        KeepLast(point);
        KeepBest(point);
    }

    /// <summary>Records a point, tells it to the caller, and returns whether it is the best so far.</summary>
    internal bool Record(LossPoint point, ReadOnlySpan<double> parameters)
    {
        KeepLast(parameters);
        bool better = _recorder.Add(point);
        if (_options.OnStep is { } onStep)
        {
            _objective.MoveTo(parameters);
            onStep(new DescentStep(point, _objective.Weights, _objective.RawIntercept));
        }

        return better;
    }

    internal void KeepLast(ReadOnlySpan<double> parameters) => parameters.CopyTo(_last);

    internal void KeepBest(ReadOnlySpan<double> parameters) => parameters.CopyTo(_best);

    internal void Report(long steps) => _options.Progress?.Report(new DescentProgress(_recorder.Last.Step, steps, _recorder.Last.Loss));

    /// <summary>What gradient descent and conjugate gradients do with the loss of all rows: record, tell, and decide whether to stop.</summary>
    internal StopReason? Arrive(LossPoint at, long steps, ReadOnlySpan<double> parameters)
    {
        if (at.Step == 0)
        {
            Begin(parameters, at.Loss, at.GradientNorm);
        }

        // A step that changed nothing will change nothing again.
        bool unchanged = at.Step > 0 && parameters.SequenceEqual(_last);
        if (Record(at, parameters))
        {
            KeepBest(parameters);
        }

        Report(steps);
        return IsDiverged(at.Loss) ? StopReason.Diverged
            : unchanged || IsConverged(at.Loss, at.GradientNorm) ? StopReason.Converged
            : IsCancelled ? StopReason.Cancelled
            : at.Step == steps ? StopReason.StepLimit
            : null;
    }

    internal bool IsDiverged(double loss) => !double.IsFinite(loss) || loss > _divergenceFactor * _firstLoss;

    internal bool IsCancelled => _cancellationToken.IsCancellationRequested;

    /// <summary>Whether the gradient and the loss of all rows say that the optimum is reached.</summary>
    internal bool IsConverged(double loss, double norm) =>
        norm <= _options.Tolerance * _firstNorm
        || loss <= _options.Tolerance * _options.Tolerance * _firstLoss
        || norm <= _rounding * (Math.Sqrt(loss) + _targetSize);

    internal DescentResult ToResult(StopReason stop, double rate, double largestStableRate, long rows)
    {
        _objective.MoveTo(stop == StopReason.Diverged ? _best : _last);
        return new DescentResult
        {
            Model = new LinearModel(_objective.Weights, _objective.RawIntercept),
            Stop = stop,
            Steps = _recorder.Last.Step,
            History = _recorder.ToHistory(),
            Rate = rate,
            LargestStableRate = largestStableRate,
            RowCount = rows,
        };
    }

    /// <summary>The result of a descent that was cancelled before anything was known of the data: its start.</summary>
    internal static DescentResult NotBegun(DescentOptions options, int features) => new()
    {
        Model = options.Start ?? new LinearModel(new double[features], 0),
        Stop = StopReason.Cancelled,
        Steps = 0,
        History = new LossHistory([], default),
        Rate = (options as GradientDescentOptions)?.Rate ?? double.NaN,
        LargestStableRate = double.NaN,
        RowCount = 0,
    };
}
