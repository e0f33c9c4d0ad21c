using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace HpcLinReg.Labs.Visitors;

/// <summary>
/// Watches one visitor's circuit. After a time without any activity the browser is sent to a page that needs no circuit and leads back to
/// the same state; leaving the page ends the circuit and frees what it held.
/// </summary>
public sealed class IdleVisitor(LabsOptions options, VisitorCount visitors, NavigationManager navigation, VisitorPlace place,
    TimeProvider time) : CircuitHandler, IDisposable
{
    private ITimer? _timer;

    /// <inheritdoc/>
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        visitors.Came();
        _timer = time.CreateTimer(_ => Pause(), null, options.PausedAfter, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        visitors.Left();
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) => context =>
    {
        _timer?.Change(options.PausedAfter, Timeout.InfiniteTimeSpan);
        return next(context);
    };

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Pause() => place.Leave(() => navigation.NavigateTo($"/paused?back={Uri.EscapeDataString(place.Link)}", forceLoad: true));
}

/// <summary>The place of a visitor: the link of the state shown, and a way to act within the circuit.</summary>
public sealed class VisitorPlace
{
    private Func<Action, Task>? _dispatch;

    /// <summary>Gets the link of what is shown.</summary>
    public string Link { get; private set; } = "/";

    /// <summary>Notes the link of what is shown now.</summary>
    public void Show(string link) => Link = link;

    /// <summary>Takes the page's way to run something where its components run.</summary>
    public void Enter(Func<Action, Task> dispatch) => _dispatch = dispatch;

    internal void Leave(Action leave) => _ = _dispatch?.Invoke(leave);
}
