using System.Diagnostics;
using System.Text;

namespace HpcLinReg.Load;

/// <summary>The server's process on one processor, and this one's requests to it from another.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _store;
    private readonly HttpClient _client;
    private string? _end;

    private LoadTarget(Process process, string address, string store)
    {
        (_process, _store) = (process, store);
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromHours(1), MaxConnectionsPerServer = 512 }) { BaseAddress = new Uri(address) };
    }

    /// <summary>Gets a row of 32 columns as a JSON tensor.</summary>
    internal static byte[] Row { get; } = Encoding.UTF8.GetBytes(
        $$"""{"inputs":[{"name":"x","shape":[1,{{LoadServer.Columns}}],"datatype":"FP64","data":[{{string.Join(',', Enumerable.Range(0, LoadServer.Columns).Select(j => FormattableString.Invariant($"{j / 32.0}")))}}]}]}""");

    internal static async Task<LoadTarget> StartAsync(double swaps)
    {
        string store = Path.Combine(Directory.CreateTempSubdirectory("hpclinreg-load-").FullName, "state.db");
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(LoadTarget).Assembly.Location);
        }

        foreach (string argument in (string[])["server", FormattableString.Invariant($"{swaps}"), store])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1)
        {
            using var own = Process.GetCurrentProcess();
            (process.ProcessorAffinity, own.ProcessorAffinity) = (1, 2);
        }

        string address = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) ?? throw new InvalidOperationException("The server has not started.");
        return new LoadTarget(process, address, store);
    }

    internal async Task<bool> PostAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using HttpResponseMessage response = await _client.PostAsync(new Uri(path, UriKind.Relative), content).ConfigureAwait(false);
        await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    internal async Task<bool> LearnAsync(int number)
    {
        string row = string.Join(',', Enumerable.Range(0, LoadServer.Columns).Select(j => FormattableString.Invariant($"\"x{j}\":{((number * 7) + (j * 13)) % 101 / 101.0}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "models/live/rows") { Content = new StringContent($"[{{{row},\"y\":{number % 300}}}]") };
        request.Headers.Add("Idempotency-Key", $"k{number}");
        using HttpResponseMessage response = await _client.SendAsync(request).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Ends the server, and returns what it says of its collections.</summary>
    internal async Task<string> EndAsync()
    {
        if (_end is null)
        {
            _process.StandardInput.Close();
            _end = await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) ?? "";
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        return _end;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _client.Dispose();
        _process.Dispose();
        Directory.Delete(Path.GetDirectoryName(_store)!, recursive: true);
    }
}
