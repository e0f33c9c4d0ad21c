using System.Diagnostics;
using HpcLinReg.Labs.Visitors;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(HpcLinReg.Labs.Tests.Browser.LabServer))]

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>A server on a free port of loopback: one with the usual options for all tests, further ones for those that need others.</summary>
public sealed class LabServer : IAsyncLifetime
{
    private readonly WebApplication _app;

    public LabServer()
        : this(new LabsOptions())
    {
    }

    private LabServer(LabsOptions options, TimeProvider? time = null) => _app = LabsHost.Create(options with { Port = 0 }, time);

    /// <summary>Gets the address, without a slash at the end.</summary>
    internal string Address => _app.Urls.First();

    internal static async Task<LabServer> Start(LabsOptions options, TimeProvider? time = null)
    {
        var server = new LabServer(options, time);
        await server.InitializeAsync();
        return server;
    }

    /// <summary>Waits until there are this many visitors.</summary>
    internal async Task Has(int visitors)
    {
        VisitorCount count = _app.Services.GetRequiredService<VisitorCount>();
        for (var waited = Stopwatch.StartNew(); count.Open != visitors; await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < LabPage.Patience, $"There are {count.Open} visitors, not {visitors}.");
        }
    }

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        // A visitor's open socket must not hold up the end of a test.
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}
