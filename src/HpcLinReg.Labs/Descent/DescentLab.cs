using System.Globalization;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Descent;

/// <summary>
/// One visitor's descent visualizer: the state, the engine's descent from it, and what a visitor can do. Knows nothing of browsers or of
/// time.
/// </summary>
public sealed class DescentLab
{
    /// <summary>
    /// A descent at 1/λmax needs κ·ln 100 steps until a hundredth of the way is left: from this κ on, more than a visit makes.
    /// </summary>
    private const double NarrowValley = DescentState.MostSteps / 4.6;

    private readonly History<DescentState> _history = new(state => state.Data.Count);
    private DescentState? _gestureStart;

    /// <summary>Begins with a state.</summary>
    public DescentLab(DescentState state)
    {
        State = state;
        Compute();
    }

    /// <summary>Gets what is shown.</summary>
    public DescentState State { get; private set; }

    /// <summary>Gets the engine's descent; null when there is none.</summary>
    public Trace? Trace { get; private set; }

    /// <summary>Gets the descent at the second rate; null when there is none.</summary>
    public Trace? Second { get; private set; }

    /// <summary>Gets why there is no descent.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets the loss over (w, b); null without points.</summary>
    public LossSurface? Surface { get; private set; }

    /// <summary>Gets the coordinates the descent runs in.</summary>
    public Coordinates Coordinates { get; private set; }

    /// <summary>Gets x in the coordinates the descent runs in.</summary>
    public double[] ShownX { get; private set; } = [];

    /// <summary>Gets how many steps are shown.</summary>
    public int Position => Math.Min(State.Step, Trace?.Last ?? 0);

    /// <summary>Gets where the descent stands; null when there is none.</summary>
    public TracePoint? Current => Trace?.Points[Position];

    /// <summary>Gets whether the last step is shown.</summary>
    public bool IsAtEnd => Trace is null || Position == Trace.Last;

    /// <summary>Gets whether there is a change to undo.</summary>
    public bool CanUndo => _history.CanUndo;

    /// <summary>Gets whether there is an undone change to do again.</summary>
    public bool CanRedo => _history.CanRedo;

    /// <summary>A start on some points: a preset's line, or 0; the engine's own rate, rounded; axes around the descent.</summary>
    public static DescentState Start(PointSet data)
    {
        Preset? preset = Presets.Find(data.Preset);
        var state = new DescentState(data, preset?.Slope ?? 0, preset?.Intercept ?? 0, 1, default, default);
        state = WithOwnRate(WithOwnAxes(state));
        return state with { LogLoss = HelpsLogarithm(state) };
    }

    /// <summary>
    /// Returns whether a logarithmic axis shows more of the loss: where it falls to less than a twentieth, a linear one shows a fall and a
    /// flat line.
    /// </summary>
    public static bool HelpsLogarithm(DescentState state)
    {
        if (state.Data.Count == 0)
        {
            return false;
        }

        var surface = new LossSurface(state.Data.Xs(), state.Data.Ys());
        return surface.At(state.StartSlope, state.StartIntercept) > 20 * surface.Least;
    }

    /// <summary>Returns the state with axes that hold a stable descent.</summary>
    public static DescentState WithOwnAxes(DescentState state)
    {
        var axis = new Axis(-1, 1);
        if (state.Data.Count == 0)
        {
            return state with { W = axis, B = axis };
        }

        double[] x = state.Data.Xs();
        var coordinates = Coordinates.Of(x, state.Standardize);
        (double slope, double intercept) = coordinates.FromLine(state.StartSlope, state.StartIntercept);
        (Axis w, Axis b) = new LossSurface(coordinates.Of(x), state.Data.Ys()).Around(slope, intercept);
        return w.IsUsable && b.IsUsable ? state with { W = w, B = b } : state with { W = axis, B = axis };
    }

    /// <summary>Returns the state with the engine's rate, 1/λmax, to three digits.</summary>
    public static DescentState WithOwnRate(DescentState state) =>
        Trace.Of(state, chooseRate: true, out _) is { } trace ? state with { Rate = ThreeDigits(trace.Rate) } : state;

    /// <summary>Shows another state, within a gesture; the descent is made anew when something it depends on differs.</summary>
    public void Show(DescentState state)
    {
        _gestureStart ??= State;
        Set(state);
    }

    /// <summary>Ends a gesture: what was before it can be undone. Steps are no change: going back is what undoes them.</summary>
    public void Commit()
    {
        DescentState? before = _gestureStart;
        _gestureStart = null;
        if (before is not null && (before with { Step = 0 }) != (State with { Step = 0 }))
        {
            _history.Note(before);
        }
    }

    /// <summary>Undoes the last change.</summary>
    public void Undo()
    {
        Commit();
        if (CanUndo)
        {
            Set(_history.Undo(State));
        }
    }

    /// <summary>Does the last undone change again.</summary>
    public void Redo()
    {
        Commit();
        if (CanRedo)
        {
            Set(_history.Redo(State));
        }
    }

    /// <summary>Goes to a step.</summary>
    public void GoTo(int step) => State = State with { Step = Math.Clamp(step, 0, Trace?.Last ?? 0) };

    /// <summary>Moves the start to a place in the coordinates of the descent, and goes back to it.</summary>
    public void MoveStart(double slope, double intercept)
    {
        (double w, double b) = Coordinates.ToLine(slope, intercept);
        if (DataPoint.IsUsable(w) && DataPoint.IsUsable(b))
        {
            Show(State with { StartSlope = w, StartIntercept = b, Step = 0 });
        }
    }

    /// <summary>
    /// Standardizes x, or takes it as it is; with axes and, because λmax changes by orders of magnitude, a rate of its own.
    /// </summary>
    public void Standardize(bool standardize) => Show(WithOwnRate(WithOwnAxes(State with { Standardize = standardize, Step = 0 })));

    /// <summary>Begins or ends the comparison with a second rate, a quarter of the first.</summary>
    public void Compare(bool compare) =>
        Show(State with { SecondRate = compare ? Math.Max(DescentState.SmallestRate, ThreeDigits(State.Rate / 4)) : 0 });

    /// <summary>Sets the second rate.</summary>
    public void SetSecondRate(double rate)
    {
        if (rate >= DescentState.SmallestRate && rate <= DescentState.LargestRate)
        {
            Show(State with { SecondRate = rate });
        }
    }

    /// <summary>Sets the rate to a share of the largest stable one.</summary>
    public void SetRateShare(double share)
    {
        if (Trace is { } trace)
        {
            SetRate(ThreeDigits(share * trace.LargestStableRate));
        }
    }

    /// <summary>Sets the rate; the descent starts anew.</summary>
    public void SetRate(double rate)
    {
        if (rate >= DescentState.SmallestRate && rate <= DescentState.LargestRate)
        {
            Show(State with { Rate = rate, Step = 0 });
        }
    }

    /// <summary>A place of the trace in the coordinates of the descent.</summary>
    public (double Slope, double Intercept) Shown(TracePoint point) => Coordinates.FromLine(point.Slope, point.Intercept);

    /// <summary>Returns the course of the descent, in words.</summary>
    public string Words()
    {
        if (Trace is not { } trace)
        {
            return Problem ?? "";
        }

        string stable = Numerals.Number(trace.LargestStableRate, 4);
        if (trace.Stop == StopReason.Diverged && IsAtEnd)
        {
            return State.Rate > trace.LargestStableRate
                ? $"Diverged: the rate {Numerals.Number(State.Rate, 4)} is beyond the largest stable rate {stable}, so every step overshoots the minimum farther than the one before. Stopped at step {trace.Last}, before the numbers overflow."
                : $"Diverged at step {trace.Last}: the steps grew instead of shrinking. A smaller rate helps.";
        }

        if (State.Rate > trace.LargestStableRate)
        {
            return $"The rate is beyond the largest stable rate {stable}: the descent will diverge.";
        }

        if (trace.Stop == StopReason.Converged && IsAtEnd)
        {
            return $"Converged after {(trace.Last == 1 ? "one step" : $"{trace.Last:N0} steps")}: slope and intercept are within a hundred-millionth of the best.";
        }

        if (trace.Stop == StopReason.Stalled && IsAtEnd)
        {
            return $"Stopped after {(trace.Last == 1 ? "one step" : $"{trace.Last:N0} steps")}: further steps change nothing. {(double.IsInfinity(trace.Distance) ? "All points have the same x, so many lines are the best." : "A larger rate may help.")}";
        }

        if (IsAtEnd)
        {
            return $"Stopped after {trace.Last:N0} steps, the most a visit makes. {(State.Batch > 0 ? "Mini-batches wander around the minimum." : "The narrower the valley, the more steps it takes.")}";
        }

        return State.Rate > 0.5 * trace.LargestStableRate && State.Momentum == 0 && State.Batch == 0
            ? $"The rate is between a half and the whole of the largest stable rate {stable}: steps overshoot the valley’s floor and zigzag down it."
            : $"Stable: the rate is {Numerals.Number(100 * State.Rate / trace.LargestStableRate, 3)} % of the largest stable rate {stable}.";
    }

    /// <summary>
    /// Returns advice to standardize x, where x lies so far from 0 beside its spread that the valley is too narrow to get along in the
    /// steps a visit makes; null where there is none to give.
    /// </summary>
    public string? Advice() => !State.Standardize && Surface is { HasOneMinimum: true, Condition: > NarrowValley and var condition }
        ? $"x lies far from 0 beside its spread, so the valley is narrow (κ is {Numerals.Number(condition, 3)}) and steps along it are tiny: the line hardly moves. Standardize x to make the valley round."
        : null;

    /// <summary>A number rounded to three significant digits: a rate a person can read and say.</summary>
    internal static double ThreeDigits(double value) => Rounded(value, 3);

    /// <summary>A number rounded to some significant digits.</summary>
    internal static double Rounded(double value, int digits) => double.IsFinite(value) && value > 0
        ? double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : value;

    private void Set(DescentState state)
    {
        DescentState before = State;
        State = state;
        if ((before with { Step = 0, LogLoss = false, Deep = false, W = default, B = default }) != (state with
        {
            Step = 0,
            LogLoss = false,
            Deep = false,
            W = default,
            B = default
        }))
        {
            Compute();
        }
    }

    private void Compute()
    {
        double[] x = State.Data.Xs();
        Coordinates = Coordinates.Of(x, State.Standardize);
        ShownX = Coordinates.Of(x);
        Surface = x.Length == 0 ? null : new LossSurface(ShownX, State.Data.Ys());
        Trace = Trace.Of(State, chooseRate: false, out string? problem);
        Problem = problem;
        Second = State.SecondRate > 0
            && Trace.Of(State with { Rate = State.SecondRate }, chooseRate: false, out _) is { Points.Length: > 0 } second ? second : null;
        if (Trace is { Points.Length: 0 })
        {
            (Trace, Problem) = (null, "The loss at the start is too large for double. Bring the columns to comparable units.");
        }
    }
}
