using System.Numerics;

namespace HpcLinReg.Descent;

/// <summary>
/// The steps all methods take at a point: record it, call the caller's functions, keep the last and the best parameters, and decide whether
/// to stop. Allocates nothing after its construction.
/// </summary>
internal sealed class DescentRun
{
    /// <summary>The relative error of the terms of a residual: four roundings of 2⁻⁵³.</summary>
    private const double Roundoffs = 4.0 / (1L << 53);

    /// <summary>
    /// A gradient in double that is less than this many times its rounding error is computed again in double-double, as are those of all
    /// later steps.
    /// </summary>
    private const double LeastExcess = 8;

    private readonly DescentOptions _options;
    private readonly Objective _objective;
    private readonly LossRecorder _recorder;
    private readonly LossRecorder _miniBatches;
    private readonly CancellationToken _cancellationToken;
    private readonly double _divergenceFactor;
    private readonly CoefficientDistance _distance;
    private readonly double _rounding;
    private readonly double _targetSize;
    private readonly double[] _lengths;
    private readonly double[] _last;
    private readonly double[] _best;
    private double _firstLoss;
    private double _measured = double.NaN;
    private double _nextNorm;
    private long _nextStep;
    private long _step;

    internal DescentRun(DescentOptions options, Objective objective, ColumnScales scales, CancellationToken cancellationToken)
    {
        int d = scales.Features;
        _options = options;
        _objective = objective;
        _cancellationToken = cancellationToken;
        _divergenceFactor = (options as GradientDescentOptions)?.DivergenceFactor ?? double.PositiveInfinity;
        _recorder = new LossRecorder(options.HistoryPoints);
        _miniBatches = new LossRecorder(options is StochasticGradientDescentOptions ? options.HistoryPoints : 0);
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

    /// <summary>Gets whether gradients are computed in double-double from now on.</summary>
    internal bool IsDoubleDouble { get; private set; }

    /// <summary>
    /// Computes the scales by one pass over the rows, and refuses a target that is constant and would become 0 by standardizing.
    /// </summary>
    internal static ColumnScales Measure<T, TBlocks>(ref TBlocks blocks, RowSample? sample, DescentOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        var scales = ColumnScales.Measure<T, TBlocks>(ref blocks, sample);
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

    /// <summary>Returns the parameters to start from.</summary>
    internal static double[] Start(DescentOptions options, Objective objective, ColumnScales scales)
    {
        double[] point = new double[scales.Features + 1];
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

    /// <summary>
    /// Keeps the loss that later ones are compared with, and the start as the model of a descent that is cancelled at
    /// once.
    /// </summary>
    internal void Begin(ReadOnlySpan<double> point, double loss)
    {
        _firstLoss = loss;
        KeepLast(point);
        KeepBest(point);
    }

    /// <summary>
    /// Records the loss of all rows at a point and calls the caller's function. Returns whether the loss is the best so far.
    /// </summary>
    internal bool Record(LossPoint point, ReadOnlySpan<double> parameters)
    {
        bool better = _recorder.Add(point);
        Follow(point, parameters, isOfAllRows: true);
        return better;
    }

    /// <summary>Records the loss of a mini-batch, which is never compared with those of all rows.</summary>
    internal void RecordMiniBatch(LossPoint point) => _miniBatches.Add(point);

    /// <summary>Keeps a point as that of the last complete step, and calls the caller's function.</summary>
    internal void Follow(LossPoint point, ReadOnlySpan<double> parameters, bool isOfAllRows)
    {
        KeepLast(parameters);
        _step = point.Step;
        if (_options.OnStep is { } onStep)
        {
            _objective.MoveTo(parameters);
            onStep(new DescentStep(point, isOfAllRows, _objective.Weights, _objective.RawIntercept));
        }
    }

    /// <summary>Keeps parameters as those of the last complete step.</summary>
    internal void KeepLast(ReadOnlySpan<double> parameters) => parameters.CopyTo(_last);

    /// <summary>Keeps parameters as those of the best loss.</summary>
    internal void KeepBest(ReadOnlySpan<double> parameters) => parameters.CopyTo(_best);

    /// <summary>Reports progress to the caller.</summary>
    internal void Report(long step, long steps, double loss) => _options.Progress?.Report(new DescentProgress(step, steps, loss));

    /// <summary>
    /// Computes the loss of all rows at a point, and its gradient: in double, or in double-double where rounding errors dominate the
    /// gradient in double.
    /// </summary>
    internal double Evaluate<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> point, Span<double> gradient, ReadOnlySpan<double> low = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        if (!IsDoubleDouble)
        {
            double loss = _objective.Evaluate<T, TBlocks>(ref blocks, totalWeight, point, gradient);
            IsDoubleDouble = LargestEigenvalue.Norm(gradient) <= LeastExcess * Rounding(loss);
            if (!IsDoubleDouble)
            {
                return loss;
            }
        }

        return _objective.EvaluateInDoubleDouble<T, TBlocks>(ref blocks, totalWeight, point, low, gradient);
    }

    /// <summary>
    /// Records a point of gradient descent or conjugate gradients with the loss of all rows, calls the caller's functions, and returns why
    /// to stop, or null to go on.
    /// </summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="at">Step, loss and gradient norm at the point.</param>
    /// <param name="steps">The largest number of steps.</param>
    /// <param name="point">u and c of the last evaluation.</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="unchanged">
    /// Whether the last step changed no parameter; the next one will not either, unless the gradient is computed more accurately.
    /// </param>
    internal StopReason? Arrive<T, TBlocks>(
        ref TBlocks blocks, LossPoint at, long steps, ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, bool unchanged)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        if (at.Step == 0)
        {
            Begin(point, at.Loss);
        }

        bool stalled = unchanged && IsDoubleDouble;
        IsDoubleDouble |= unchanged;
        if (Record(at, point))
        {
            KeepBest(point);
        }

        Report(at.Step, steps, at.Loss);
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
        return (last || IsDue(at.Step, norm, point)) && IsWithinTolerance<T, TBlocks>(ref blocks, at.Step, norm, point)
            ? StopReason.Converged
            : stalled ? StopReason.Stalled
            : at.Step == steps ? StopReason.StepLimit
            : null;
    }

    /// <summary>
    /// Estimates how far a point is from the minimum. Returns whether an upper bound of the distance is within the tolerance.
    /// </summary>
    internal bool IsWithinTolerance<T, TBlocks>(ref TBlocks blocks, long step, double norm, ReadOnlySpan<double> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        _objective.MoveTo(point);
        (double distance, double doubt) =
            _distance.Estimate<T, TBlocks>(ref blocks, _objective.Weights, CentredIntercept(point), _options.Tolerance);
        _measured = double.IsNaN(doubt) ? distance : distance + doubt;
        _nextNorm = norm * Math.Min(0.5, _options.Tolerance / _measured);
        _nextStep = step + Math.Max(_distance.Passes, step / 8);
        return distance + doubt <= _options.Tolerance;
    }

    /// <summary>
    /// Returns whether to estimate the distance: the gradient's norm allows for convergence, and there have been enough steps since the
    /// last estimate to justify its passes.
    /// </summary>
    internal bool IsDue(long step, double norm, ReadOnlySpan<double> point) =>
        (step >= _nextStep || norm <= _nextNorm)
            && norm <= _distance.LargestNorm(_options.Tolerance, _objective.Weights, CentredIntercept(point));

    /// <summary>Computes the norm of a gradient at a point, on the scale of distances.</summary>
    internal double GradientNorm(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        _objective.MoveTo(point);
        return _distance.NormOf(_objective, gradient);
    }

    /// <summary>Returns whether a loss counts as divergence.</summary>
    internal bool IsDiverged(double loss) => !double.IsFinite(loss) || loss > _divergenceFactor * _firstLoss;

    /// <summary>Gets whether the caller's token is cancelled.</summary>
    internal bool IsCancelled => _cancellationToken.IsCancellationRequested;

    /// <summary>
    /// Returns an upper estimate of the rounding error of a gradient in double at the point of the last evaluation, on the scale of the
    /// descent: the rounding errors of the terms of the residuals, and of the point itself, whose intercept lies near the target's mean.
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

    /// <summary>Returns the result of the descent.</summary>
    internal DescentResult ToResult(StopReason stop, double rate, double largestStableRate, long rows, bool hasDistance = true)
    {
        _objective.MoveTo(stop == StopReason.Diverged ? _best : _last);
        return new DescentResult
        {
            Model = new LinearModel(_objective.Weights, _objective.RawIntercept),
            Stop = stop,
            Steps = _step,
            History = LossRecorder.ToHistory(_recorder, _miniBatches),
            Rate = rate,
            LargestStableRate = largestStableRate,
            RowCount = rows,
            Distance = !hasDistance || stop is StopReason.Diverged or StopReason.Cancelled ? double.NaN : _measured,
        };
    }

    /// <summary>Returns the result of a descent that was cancelled before the data were read: its start.</summary>
    internal static DescentResult NotBegun(DescentOptions options, int features) => new()
    {
        Model = options.Start ?? new LinearModel(new double[features], 0),
        Stop = StopReason.Cancelled,
        Steps = 0,
        History = new LossHistory([], default, []),
        Rate = (options as GradientDescentOptions)?.Rate ?? double.NaN,
        LargestStableRate = double.NaN,
        RowCount = 0,
        Distance = double.NaN,
    };
}
