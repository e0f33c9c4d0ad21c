using HpcLinReg.Labs.Components.Parts;
using HpcLinReg.Labs.Descent;
using HpcLinReg.Labs.Links;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace HpcLinReg.Labs.Components.Pages;

/// <summary>The descent visualizer's page: turns what a visitor does into calls of the lab, and lets time go by while it plays.</summary>
public sealed partial class DescentPage
{
    private const int FramesPerSecond = 30;

    private readonly CancellationTokenSource _left = new();
    private ElementReference _page;
    private DescentLab _lab = null!;
    private string? _problem;
    private string _announcement = "";
    private string _link = "";
    private bool _playing;
    private int _run;
    private int _speed = 8;

    private DescentState State => _lab.State;

    private RateScale Scale => new(_lab.Trace?.LargestStableRate ?? 1);

    private bool Diverges =>
        _lab.Trace is { } trace && (State.Rate > trace.LargestStableRate || (trace.Stop == StopReason.Diverged && _lab.IsAtEnd));

    /// <summary>The other lab with the data and the line of the step that is shown.</summary>
    private string RegressionAddress
    {
        get
        {
            (double slope, double intercept) = _lab.Current is { } at && DataPoint.IsUsable(at.Slope) && DataPoint.IsUsable(at.Intercept)
                ? (at.Slope, at.Intercept) : (State.StartSlope, State.StartIntercept);
            return new LinkWriter("/").Points(State.Data).Number("w", slope).Number("b", intercept).ToString();
        }
    }

    /// <summary>Powers of two below the number of points, and the size a link asked for.</summary>
    private IEnumerable<int> BatchSizes =>
        Enumerable.Range(0, 11).Select(k => 1 << k).Where(size => size < State.Data.Count).Append(State.Batch)
            .Where(size => size > 0).Distinct().Order();

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Load(Navigation.Uri);
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

    private void Load(string link)
    {
        Pause();
        _lab = new DescentLab(DescentLink.Read(link, out _problem));
        Place.Show(_link = DescentLink.Write(State));
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (new Uri(change.Location).AbsolutePath == DescentLink.Page)
        {
            Load(change.Location);
            _ = InvokeAsync(StateHasChanged);
        }
    }

    private async Task OnPointer(PlotPointer pointer)
    {
        if (pointer.Hit == "start" && pointer.Phase is PointerPhase.Drag or PointerPhase.Drop)
        {
            Pause();
            _lab.MoveStart(pointer.X, pointer.Y);
            if (pointer.Phase == PointerPhase.Drop)
            {
                await Settle();
            }

            StateHasChanged();
        }
    }

    private async Task<string?> OnKey(PlotKey key)
    {
        (double across, double up) = key.Key switch
        {
            "ArrowLeft" => (-key.Pixels, 0.0),
            "ArrowRight" => (key.Pixels, 0.0),
            "ArrowUp" => (0.0, key.Pixels),
            "ArrowDown" => (0.0, -key.Pixels),
            _ => (0.0, 0.0),
        };
        if (key.Hit == "start" && (across, up) != (0, 0))
        {
            Pause();
            (double w, double b) = _lab.Coordinates.FromLine(State.StartSlope, State.StartIntercept);
            _lab.MoveStart(across == 0 ? w : key.Area.MovedX(w, across), up == 0 ? b : key.Area.MovedY(b, up));
            await Settle();
            StateHasChanged();
        }

        return null;
    }

    private async Task TogglePlay()
    {
        if (_playing)
        {
            Pause();
            await Settle();
            return;
        }

        if (_lab.IsAtEnd)
        {
            _lab.GoTo(0);
        }

        await Play();
    }

    /// <summary>Goes on by as many steps as are due, thirty times a second, until the end or until somebody does something else.</summary>
    private async Task Play()
    {
        _playing = true;
        int run = ++_run;
        double due = 0;
        using var frames = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / FramesPerSecond));
        try
        {
            while (run == _run && !_lab.IsAtEnd && await frames.WaitForNextTickAsync(_left.Token))
            {
                due += _speed / (double)FramesPerSecond;
                if (run == _run && due >= 1)
                {
                    _lab.GoTo(_lab.Position + (int)due);
                    due -= Math.Floor(due);
                    StateHasChanged();
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (run == _run)
        {
            Pause();
            await Settle();
        }
    }

    private void Pause()
    {
        _playing = false;
        _run++;
    }

    private Task Go(int step)
    {
        Pause();
        _lab.GoTo(step);
        return Settle();
    }

    private Task Act(Action act)
    {
        Pause();
        act();
        return Settle();
    }

    private void Scrub(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int step))
        {
            Pause();
            _lab.GoTo(step);
        }
    }

    private void SlideRate(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int position) && position is >= 0 and <= RateScale.Positions)
        {
            Pause();
            _lab.SetRate(Scale.RateAt(position));
        }
    }

    private Task Compare(bool compare)
    {
        _lab.Compare(compare);
        return Settle();
    }

    private void SlideSecondRate(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int position) && position is >= 0 and <= RateScale.Positions)
        {
            _lab.SetSecondRate(Scale.RateAt(position));
        }
    }

    private Task ShowDeep(bool deep)
    {
        _lab.Show(State with { Deep = deep });
        return Settle();
    }

    private Task Share(double share)
    {
        Pause();
        _lab.SetRateShare(share);
        return Settle();
    }

    private void SlideMomentum(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int hundredths) && hundredths is >= 0 and <= 99)
        {
            Pause();
            _lab.Show(State with { Momentum = hundredths / 100.0, Step = 0 });
        }
    }

    private Task SetBatch(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int size) && size is >= 0 and <= PointSet.MostPoints)
        {
            Pause();
            _lab.Show(State with { Batch = size, Step = 0 });
        }

        return Settle();
    }

    private Task SetSeed(ChangeEventArgs change)
    {
        Pause();
        _problem = null;
        if (int.TryParse(change.Value as string, out int seed) && seed >= 0)
        {
            _lab.Show(State with { Seed = seed, Step = 0 });
        }
        else
        {
            _problem = $"The seed is a whole number from 0 to {int.MaxValue}.";
        }

        return Settle();
    }

    private void SetSpeed(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value as string, out int speed) && speed is >= 1 and <= 60)
        {
            _speed = speed;
        }
    }

    private Task Standardize(bool standardize)
    {
        Pause();
        _lab.Standardize(standardize);
        return Settle();
    }

    private Task ShowLog(bool log)
    {
        _lab.Show(State with { LogLoss = log });
        return Settle();
    }

    private Task Use(PointSet data)
    {
        Pause();
        _problem = null;
        DescentState start = DescentLab.Start(data);
        _lab.Show(start with { LogLoss = State.LogLoss || start.LogLoss, Deep = State.Deep });
        return Settle();
    }

    private async Task CopyLink() =>
        _announcement = await JS.InvokeAsync<bool>("labs.copyLink") ? "The link is copied." : "The browser does not allow copying; the address bar holds the link.";

    /// <summary>Ends a gesture: notes it for undo, puts the state into the address bar, and says what a screen reader should.</summary>
    private async Task Settle()
    {
        _lab.Commit();
        if (_lab.Current is { } current)
        {
            _announcement = $"Step {_lab.Position}: loss {Numerals.Number(current.Loss, 4)}, w {Numerals.Number(current.Slope, 4)}, b {Numerals.Number(current.Intercept, 4)}. {(_lab.IsAtEnd ? _lab.Words() : "")}".Trim();
        }

        string link = DescentLink.Write(State with { Step = _lab.Position });
        if (link != _link)
        {
            Place.Show(_link = link);
            await JS.InvokeVoidAsync("labs.link", link);
        }
    }
}
