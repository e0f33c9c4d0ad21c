using System.Collections.Immutable;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Regression;

/// <summary>The part of the line that is being dragged.</summary>
public enum LineGrip
{
    /// <summary>The left end: tilts about the middle.</summary>
    Left,

    /// <summary>The middle: shifts.</summary>
    Middle,

    /// <summary>The right end: tilts about the middle.</summary>
    Right,
}

/// <summary>
/// One visitor's regression laboratory: the state, what the engine says about it, and what a visitor can do. Knows nothing of browsers. A
/// gesture (a drag) shows many states and is undone as one.
/// </summary>
public sealed class RegressionLab
{
    private readonly History<RegressionState> _history = new(state => state.Data.Count);
    private RegressionState _start;
    private RegressionState? _gestureStart;

    /// <summary>Begins with a state.</summary>
    public RegressionLab(RegressionState start)
    {
        _start = start;
        State = start;
        Analysis = Analysis.Of(start);
    }

    /// <summary>Gets what is shown.</summary>
    public RegressionState State { get; private set; }

    /// <summary>Gets what the engine says about it.</summary>
    public Analysis Analysis { get; private set; }

    /// <summary>Gets the index of the point that keys move; −1 for none.</summary>
    public int Selected { get; private set; } = -1;

    /// <summary>Gets whether a gesture is going on, which many states follow each other in.</summary>
    public bool IsInGesture => _gestureStart is not null;

    /// <summary>Gets whether there is something to undo.</summary>
    public bool CanUndo => _history.CanUndo;

    /// <summary>Gets whether there is something to do again.</summary>
    public bool CanRedo => _history.CanRedo;

    /// <summary>Gets whether anything differs from the start.</summary>
    public bool CanReset => State != _start;

    /// <summary>Selects a point; an index that is none selects nothing.</summary>
    public void Select(int index) => Selected = index >= 0 && index < State.Data.Count ? index : -1;

    /// <summary>Shows a state without noting it: within a gesture.</summary>
    public void Show(RegressionState state)
    {
        _gestureStart ??= State;
        Set(state);
    }

    /// <summary>Ends a gesture: what was before it can be undone.</summary>
    public void Commit()
    {
        RegressionState? before = _gestureStart;
        _gestureStart = null;
        if (before is not null && before != State)
        {
            _history.Note(before);
            Set(State.WithRoom());
        }
    }

    /// <summary>Shows a state and notes the one before.</summary>
    public void Change(RegressionState state)
    {
        Show(state);
        Commit();
    }

    /// <summary>Starts anew with a state, which reset will come back to; it can be undone.</summary>
    public void Load(RegressionState state)
    {
        Change(state);
        _start = State;
        Selected = -1;
    }

    /// <summary>Goes back to the start; it can be undone.</summary>
    public void Reset()
    {
        Change(_start);
        Select(Selected);
    }

    /// <summary>Undoes the last change.</summary>
    public void Undo()
    {
        Commit();
        if (CanUndo)
        {
            Set(_history.Undo(State));
            Select(Selected);
        }
    }

    /// <summary>Does the last undone change again.</summary>
    public void Redo()
    {
        Commit();
        if (CanRedo)
        {
            Set(_history.Redo(State));
            Select(Selected);
        }
    }

    /// <summary>Moves a point, within a gesture.</summary>
    public void MovePoint(int index, double x, double y)
    {
        if (index >= 0 && index < State.Data.Count && DataPoint.IsUsable(x) && DataPoint.IsUsable(y))
        {
            Selected = index;
            Show(State.WithPoints(State.Data.Points.SetItem(index, new DataPoint(x, y))));
        }
    }

    /// <summary>Adds a point and selects it; false when a lab holds no more.</summary>
    public bool AddPoint(double x, double y)
    {
        if (State.Data.Count >= PointSet.MostPoints || !DataPoint.IsUsable(x) || !DataPoint.IsUsable(y))
        {
            return false;
        }

        Change(State.WithPoints(State.Data.Points.Add(new DataPoint(x, y))));
        Selected = State.Data.Count - 1;
        return true;
    }

    /// <summary>Removes a point.</summary>
    public void RemovePoint(int index)
    {
        if (index >= 0 && index < State.Data.Count)
        {
            Change(State.WithPoints(State.Data.Points.RemoveAt(index)));
            Select(Math.Min(index, State.Data.Count - 1));
        }
    }

    /// <summary>
    /// The next point to the right of (or, with −1, to the left of) the selected one: the order in which keys visit them.
    /// </summary>
    public int Neighbour(int direction)
    {
        ImmutableArray<DataPoint> points = State.Data.Points;
        if (points.Length == 0)
        {
            return -1;
        }

        int[] order = [.. Enumerable.Range(0, points.Length).OrderBy(i => points[i].X).ThenBy(i => points[i].Y).ThenBy(i => i)];
        int at = Array.IndexOf(order, Selected);
        return at < 0 ? order[direction > 0 ? 0 : ^1] : order[(at + direction + order.Length) % order.Length];
    }

    /// <summary>Moves a part of the line to a place, within a gesture: the middle shifts it, an end tilts it about the middle.</summary>
    public void MoveLine(LineGrip grip, double x, double y)
    {
        double middle = GripX(LineGrip.Middle), atMiddle = State.LineAt(middle);
        if (grip != LineGrip.Middle && Math.Sign(x - middle) != (grip == LineGrip.Left ? -1 : 1))
        {
            // Past the middle the line would flip over.
            return;
        }

        RegressionState? moved = grip == LineGrip.Middle
            ? State.WithLine(State.Slope, Tidy(y - (State.Slope * x)))
            : Tilted((y - atMiddle) / (x - middle), middle, atMiddle);
        if (moved is not null)
        {
            Show(moved);
        }
    }

    /// <summary>Returns the x at which a part of the line is held.</summary>
    public double GripX(LineGrip grip) => State.X.Min + (State.X.Span * grip switch
    {
        LineGrip.Left => 0.06,
        LineGrip.Right => 0.94,
        _ => 0.5,
    });

    private RegressionState? Tilted(double slope, double x, double y)
    {
        double tidy = PlotArea.Rounded(slope, State.Y.Span / State.X.Span / 1000);
        return State.WithLine(tidy, Tidy(y - (tidy * x)));
    }

    private double Tidy(double height) => PlotArea.Rounded(height, State.Y.Span / 2000);

    private void Set(RegressionState state)
    {
        State = state;
        Analysis = Analysis.Of(state, Analysis);
    }
}
