using Microsoft.AspNetCore.Builder;

[assembly: AssemblyFixture(typeof(HpcLinReg.Server.Tests.Browser.LabServer))]

namespace HpcLinReg.Server.Tests.Browser;

/// <summary>A server on a free port of loopback: one with the usual options for all tests, further ones for those that need others.</summary>
public sealed class LabServer : IAsyncLifetime
{
    private readonly WebApplication _app;

    public LabServer()
        : this(new LabsOptions())
    {
    }

    private LabServer(LabsOptions options) => _app = LabsHost.Create(options with { Port = 0 });

    /// <summary>Gets the address, without a slash at the end.</summary>
    internal string Address => _app.Urls.First();

    internal static async Task<LabServer> Start(LabsOptions options)
    {
        var server = new LabServer(options);
        await server.InitializeAsync();
        return server;
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
