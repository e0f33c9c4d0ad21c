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

    /// <summary>A gradient in double that is fewer times its rounding error is computed again in double-double, and so are those of later steps.</summary>
    private const double LeastExcess = 8;

    private readonly DescentOptions _options;
    private readonly Objective _objective;
    private readonly LossRecorder _recorder;
    private readonly CancellationToken _cancellationToken;
    private readonly double _divergenceFactor;
    private readonly CoefficientDistance _distance;
    private readonly double _rounding;
    private readonly double _targetSize;
    private readonly double[] _lengths;
    private readonly double[] _last;
    private readonly double[] _best;
    private double _firstLoss;
    private double _firstNorm;
    private double _measured = double.NaN;
    private double _nextNorm;
    private long _nextStep;

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
        _distance = new CoefficientDistance(scales, options, cancellationToken);
        _targetSize = Math.Sqrt(scales.MeanSquare(d));
        _lengths = new double[d];
        double squares = objective.MeanSquares[d];
        for (int j = 0; j < d; j++)
        {
            double offset = objective.IsCentred ? 0 : objective.Means[j] * objective.InverseScales[j];
            squares += objective.MeanSquares[j] + (offset * offset);
            _lengths[j] = Math.Sqrt(objective.IsCentred ? scales.Variance(j) : scales.MeanSquare(j));
        }

        _rounding = 2 * Roundoffs * Math.Sqrt(squares);
    }

    /// <summary>Gets the parameters of the last point recorded.</summary>
    internal ReadOnlySpan<double> Last => _last;

    /// <summary>Gets whether gradients are computed in double-double by now.</summary>
    internal bool IsExact { get; private set; }

    /// <summary>Goes over the rows once for their scales, and refuses a target that standardizing would make nothing of.</summary>
    internal static ColumnScales Measure<T, TBlocks>(ref TBlocks blocks, RowSample? sample, DescentOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        ColumnScales scales = ColumnScales.Measure<T, TBlocks>(ref blocks, sample);
        if (!options.Intercept)
        {
            scales.RequireMeanSquares();
        }

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

    /// <summary>The loss and the gradient of all rows at a point: in double, and where that is mostly rounding in double-double.</summary>
    internal double Evaluate<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> point, Span<double> gradient, ReadOnlySpan<double> low = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        if (!IsExact)
        {
            double loss = _objective.Evaluate<T, TBlocks>(ref blocks, totalWeight, point, gradient);
            IsExact = LargestEigenvalue.Norm(gradient) <= LeastExcess * Rounding(loss);
            if (!IsExact)
            {
                return loss;
            }
        }

        return _objective.EvaluateExactly<T, TBlocks>(ref blocks, totalWeight, point, low, gradient);
    }

    /// <summary>
    /// What gradient descent and conjugate gradients do at a point with the loss of all rows: record it, tell the caller, and decide whether to stop.
    /// </summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="at">Step, loss and gradient norm there.</param>
    /// <param name="steps">Steps at most.</param>
    /// <param name="point">u and c, where the last evaluation was.</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="unchanged">Whether the last step changed nothing; it will change nothing again, unless a more exact gradient says so.</param>
    internal StopReason? Arrive<T, TBlocks>(
        ref TBlocks blocks, LossPoint at, long steps, ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, bool unchanged)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        if (at.Step == 0)
        {
            Begin(point, at.Loss, at.GradientNorm);
        }

        bool stalled = unchanged && IsExact;
        IsExact |= unchanged;
        if (Record(at, point))
        {
            KeepBest(point);
        }

        Report(steps);
        if (IsDiverged(at.Loss))
        {
            return StopReason.Diverged;
        }

        if (IsCancelled)
        {
            return StopReason.Cancelled;
        }

        bool last = stalled || at.Step == steps;
        double norm = GradientNorm(point, gradient);
        return (last || IsDue(at.Step, norm, point)) && IsWithinTolerance<T, TBlocks>(ref blocks, at.Step, norm, point) ? StopReason.Converged
            : stalled ? StopReason.Stalled
            : at.Step == steps ? StopReason.StepLimit
            : null;
    }

    /// <summary>Estimates how far a point is from the minimum, and returns whether that is certainly within the tolerance.</summary>
    internal bool IsWithinTolerance<T, TBlocks>(ref TBlocks blocks, long step, double norm, ReadOnlySpan<double> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        _objective.MoveTo(point);
        (double distance, double doubt) = _distance.Estimate<T, TBlocks>(ref blocks, _objective.Weights, CentredIntercept(point), _options.Tolerance);
        _measured = double.IsNaN(doubt) ? distance : distance + doubt;
        _nextNorm = norm * Math.Min(0.5, _options.Tolerance / _measured);
        _nextStep = step + Math.Max(_distance.Passes, step / 8);
        return distance + doubt <= _options.Tolerance;
    }

    /// <summary>Whether an estimate of the distance may say that the tolerance is met, and enough has happened since the last one to pay for it.</summary>
    internal bool IsDue(long step, double norm, ReadOnlySpan<double> point) =>
        (step >= _nextStep || norm <= _nextNorm) && norm <= _distance.LargestNorm(_options.Tolerance, _objective.Weights, CentredIntercept(point));

    /// <summary>The norm of a gradient at a point, on the scale of distances.</summary>
    internal double GradientNorm(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        _objective.MoveTo(point);
        return _distance.NormOf(_objective, gradient);
    }

    internal bool IsDiverged(double loss) => !double.IsFinite(loss) || loss > _divergenceFactor * _firstLoss;

    internal bool IsCancelled => _cancellationToken.IsCancellationRequested;

    /// <summary>Whether the gradient or the loss has fallen so far that the minimum may be reached.</summary>
    internal bool IsPlausible(double loss, double norm) =>
        norm <= _options.Tolerance * _firstNorm
        || loss <= _options.Tolerance * _options.Tolerance * _firstLoss
        || norm <= _rounding * (Math.Sqrt(loss) + _targetSize);

    /// <summary>
    /// An upper estimate of the rounding error of a gradient in double at the point of the last evaluation, on the scale of the descent: that of the
    /// residuals' terms, and of the point itself, whose intercept lies near the target's mean.
    /// </summary>
    private double Rounding(double loss)
    {
        double size = Math.Sqrt(loss) + _targetSize + (_objective.IsCentred ? 0 : Math.Abs(_objective.RawIntercept));
        for (int j = 0; j < _lengths.Length; j++)
        {
            size += Math.Abs(_objective.Weights[j]) * _lengths[j];
        }

        return _rounding * size;
    }

    private double CentredIntercept(ReadOnlySpan<double> point) => _options is { Standardize: true, Intercept: true }
        ? point[^1]
        : _distance.CentredIntercept(_objective.Weights, _objective.RawIntercept);

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
            Distance = stop is StopReason.Diverged or StopReason.Cancelled ? double.NaN : _measured,
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
        Distance = double.NaN,
    };
}
