using System.Diagnostics;
using System.Net.Http.Json;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>The server as a process of its own, so that its memory is its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client = new();

    internal ServerProcess()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "HpcLinReg.Labs.dll"), "0"]) { RedirectStandardOutput = true })!;
        string line = _process.StandardOutput.ReadLine() ?? "";
        Address = line.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"The server printed: {line}");
    }

    /// <summary>Gets the address, without a slash at the end.</summary>
    internal string Address { get; }

    /// <summary>Returns what the server reports of itself, once there are this many visitors.</summary>
    internal async Task<Health> With(int visitors)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            Health health = (await _client.GetFromJsonAsync<Health>($"{Address}/health", TestContext.Current.CancellationToken))!;
            if (health.Circuits == visitors)
            {
                return health;
            }

            Assert.True(waited.Elapsed < LabPage.Patience, $"There are {health.Circuits} visitors, not {visitors}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    internal sealed record Health(int Circuits, long ManagedBytes, long WorkingSetBytes);
}
