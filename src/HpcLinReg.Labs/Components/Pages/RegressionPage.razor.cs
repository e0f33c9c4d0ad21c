using HpcLinReg.Labs.Components.Parts;
using HpcLinReg.Labs.Links;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;
using HpcLinReg.Labs.Regression;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace HpcLinReg.Labs.Components.Pages;

/// <summary>The regression laboratory's page: turns what a visitor does into calls of the lab, and shows the result.</summary>
public sealed partial class RegressionPage
{
    private const int GlideFrames = 18;

    private readonly CancellationTokenSource _left = new();
    private ElementReference _page;
    private RegressionLab _lab = null!;
    private string? _problem;
    private string _announcement = "";
    private string _link = "";
    private int _glide;

    private RegressionState State => _lab.State;

    private int RidgePosition => State.Ridge == 0
        ? 4 * (RegressionState.LowestRidgeExponent - 1)
        : (int)Math.Round(4 * Math.Log10(State.Ridge));

    private string DescentAddress => new LinkWriter("/descent").Points(State.Data).Number("w", State.Slope).Number("b", State.Intercept).ToString();

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _lab = new RegressionLab(RegressionLink.Read(Navigation.Uri, out _problem));
        Place.Show(_link = RegressionLink.Write(State));
        Navigation.LocationChanged += OnLocationChanged;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await JS.InvokeVoidAsync("labs.ready", _page);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _left.Cancel();
        _left.Dispose();
    }

    /// <summary>A link to this page followed within it.</summary>
    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (new Uri(change.Location).AbsolutePath == RegressionLink.Page)
        {
            _lab.Load(RegressionLink.Read(change.Location, out _problem));
            Place.Show(_link = RegressionLink.Write(State));
            _ = InvokeAsync(StateHasChanged);
        }
    }

    private async Task OnPointer(PlotPointer pointer)
    {
        _glide++;
        int index = PointIndex(pointer.Hit);
        switch (pointer.Phase)
        {
            case PointerPhase.Drag or PointerPhase.Drop when index >= 0:
                _lab.MovePoint(index, pointer.X, pointer.Y);
                break;
            case PointerPhase.Drag or PointerPhase.Drop when Grip(pointer.Hit) is { } grip:
                _lab.MoveLine(grip, pointer.X, pointer.Y);
                break;
            case PointerPhase.Select:
                _lab.Select(index);
                break;
            case PointerPhase.Click:
                Add(pointer.X, pointer.Y);
                break;
            case PointerPhase.Twice when index >= 0:
                _lab.RemovePoint(index);
                break;
        }

        if (pointer.Phase != PointerPhase.Drag)
        {
            await Settle(index >= 0 || pointer.Phase == PointerPhase.Click ? SelectedPoint() : "");
        }

        StateHasChanged();
    }

    private async Task<string?> OnKey(PlotKey key)
    {
        _glide++;
        int index = PointIndex(key.Hit);
        (double across, double up) = key.Key switch
        {
            "ArrowLeft" => (-key.Pixels, 0.0),
            "ArrowRight" => (key.Pixels, 0.0),
            "ArrowUp" => (0.0, key.Pixels),
            "ArrowDown" => (0.0, -key.Pixels),
            _ => (0.0, 0.0),
        };
        if (key.Key == "Insert")
        {
            Add(key.Area.ValueX((key.Area.Left + key.Area.Right) / 2), key.Area.ValueY((key.Area.Top + key.Area.Base) / 2));
        }
        else if (index >= 0 && index < State.Data.Count)
        {
            _lab.Select(index);
            MovePointByKey(key, index, across, up);
        }
        else if (Grip(key.Hit) is { } grip && (across, up) != (0, 0))
        {
            double x = _lab.GripX(grip);
            _lab.MoveLine(grip, x, key.Area.MovedY(State.LineAt(x), up + across));
        }

        await Settle(index >= 0 || key.Key == "Insert" ? SelectedPoint() : "");
        StateHasChanged();
        return (index >= 0 || key.Key == "Insert") && _lab.Selected >= 0 ? RegressionPlot.Name(_lab.Selected) : null;
    }

    private void MovePointByKey(PlotKey key, int index, double across, double up)
    {
        DataPoint point = State.Data.Points[index];
        switch (key.Key)
        {
            case "Delete" or "Backspace":
                _lab.RemovePoint(index);
                break;
            case "PageDown" or "PageUp":
                _lab.Select(_lab.Neighbour(key.Key == "PageDown" ? 1 : -1));
                break;
            case "Home" or "End":
                _lab.Select(-1);
                _lab.Select(_lab.Neighbour(key.Key == "Home" ? 1 : -1));
                break;
            default:
                _lab.MovePoint(
                    index, across == 0 ? point.X : key.Area.MovedX(point.X, across), up == 0 ? point.Y : key.Area.MovedY(point.Y, up));
                break;
        }
    }

    private void Add(double x, double y)
    {
        _problem = _lab.AddPoint(x, y) ? null : $"A lab holds {PointSet.MostPoints:N0} points at most. Remove some first.";
    }

    private Task SnapToBest() =>
        _lab.Analysis.Best is { } best ? Glide(best.Slope, best.Intercept, "The line is the best fit.") : Task.CompletedTask;

    private Task SnapToMean() => Glide(0, _lab.Analysis.MeanOfY, "The line is the mean of y.");

    /// <summary>
    /// Moves the line there in a third of a second, unless the visitor prefers stillness or does something else meanwhile.
    /// </summary>
    private async Task Glide(double slope, double intercept, string said)
    {
        int glide = ++_glide;
        RegressionState from = State;
        if (from.WithLine(slope, intercept) is not { } end)
        {
            _problem = "That line is too steep to be drawn.";
            return;
        }

        if (!await JS.InvokeAsync<bool>("labs.prefersStillness"))
        {
            for (int k = 1; k < GlideFrames && glide == _glide && !_left.IsCancellationRequested; k++)
            {
                double t = k / (double)GlideFrames, eased = t * t * (3 - (2 * t));
                _lab.Show(State with
                {
                    Slope = from.Slope + (eased * (slope - from.Slope)),
                    Intercept = from.Intercept + (eased * (intercept - from.Intercept))
                });
                StateHasChanged();
                await Task.Delay(16);
            }
        }

        if (glide == _glide && !_left.IsCancellationRequested)
        {
            _lab.Show(State with { Slope = end.Slope, Intercept = end.Intercept });
            await Settle(said);
        }
    }

    private Task Act(Action act, Func<string> said)
    {
        _glide++;
        act();
        return Settle(said());
    }

    private string Undone() => $"{State.Data.Count} points.";

    private Task UsePreset(Preset preset)
    {
        _glide++;
        _problem = null;
        _lab.Load(RegressionState.Start(preset) with
        {
            Squares = State.Squares,
            BestFit = State.BestFit,
            Leverage = State.Leverage,
            Bands = State.Bands,
            Test = State.Test
        });
        return Settle($"{preset.Title}: {preset.Points.Length} points.");
    }

    private Task UsePoints(PointSet data)
    {
        _glide++;
        _problem = null;
        double mean = Analysis.Of(RegressionState.Start(data, 0, 0)).MeanOfY;
        _lab.Load(RegressionState.Start(data, 0, double.IsNaN(mean) ? 0 : mean) with
        {
            Squares = State.Squares,
            BestFit = State.BestFit,
            Leverage = State.Leverage,
            Bands = State.Bands,
            Test = State.Test
        });
        return Settle($"{data.Count} points of your own.");
    }

    private Task SetLine(ChangeEventArgs change, double other, bool slope)
    {
        _glide++;
        if (!PointText.TryRead(change.Value as string ?? "", out double value))
        {
            _problem = $"The {(slope ? "slope" : "intercept")} needs a number of at most {DataPoint.Largest:0e0}.";
            return Task.CompletedTask;
        }

        _problem = null;
        _lab.Change(slope ? State with { Slope = value, Intercept = other } : State with { Slope = other, Intercept = value });
        return Settle("");
    }

    private void SetDegree(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int degree) && degree is >= 1 and <= RegressionState.HighestDegree)
        {
            _glide++;
            _lab.Show(State with { Degree = degree });
        }
    }

    private void SetRidge(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int position) && position <= 4 * RegressionState.HighestRidgeExponent)
        {
            _glide++;
            _lab.Show(State with { Ridge = position < 4 * RegressionState.LowestRidgeExponent ? 0 : Math.Pow(10, position / 4.0) });
        }
    }

    private Task EndGesture() => Settle("");

    private Task Toggle(RegressionState state)
    {
        _lab.Change(state);
        return Settle("");
    }

    private async Task CopyLink() =>
        _announcement = await JS.InvokeAsync<bool>("labs.copyLink") ? "The link is copied." : "The browser does not allow copying; the address bar holds the link.";

    /// <summary>Ends a gesture: notes it for undo, puts the state into the address bar, and says what a screen reader should.</summary>
    private async Task Settle(string said)
    {
        _lab.Commit();
        _announcement = $"{said} Mean squared error {Numerals.Number(_lab.Analysis.Loss, 4)}, {Numerals.Number(_lab.Analysis.AboveOptimum, 4)} above the optimum.".Trim();
        string link = RegressionLink.Write(State);
        if (link != _link)
        {
            Place.Show(_link = link);
            await JS.InvokeVoidAsync("labs.link", link);
        }
    }

    private string SelectedPoint() => _lab.Selected < 0
        ? ""
        : $"Point {_lab.Selected + 1}: {Numerals.Number(State.Data.Points[_lab.Selected].X)}, {Numerals.Number(State.Data.Points[_lab.Selected].Y)}.";

    private static int PointIndex(string hit) => hit.Length > 1 && hit[0] == 'p' && int.TryParse(hit.AsSpan(1), out int index) ? index : -1;

    private static LineGrip? Grip(string hit) => hit switch
    {
        "left" => LineGrip.Left,
        "middle" => LineGrip.Middle,
        "right" => LineGrip.Right,
        _ => null,
    };
}
