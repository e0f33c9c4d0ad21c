using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Playwright;

namespace HpcLinReg.Server.Tests.Browser;

/// <summary>
/// Visitors at once, all in one browser on this machine: ten of them among the other tests, a hundred by <c>bench/labs-load</c>, which shows the
/// figures.
/// </summary>
[Collection<Alone>]
public class LoadTests(Chromium chromium)
{
    private const int Rounds = 5, OpenedAtOnce = 6;

    private static readonly int Visitors = int.Parse(Environment.GetEnvironmentVariable("LABS_VISITORS") ?? "10", CultureInfo.InvariantCulture);

    /// <summary>The line moves to the mean and back: the time from the click until the page shows it, in the page's own clock.</summary>
    private const string Click =
        """
        async () => {
            const equation = document.querySelector('#equation');
            const changed = new Promise(done => new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now()); }).observe(equation, { childList: true, characterData: true, subtree: true }));
            const slope = document.querySelector('#slope'), begin = performance.now();
            slope.value = Number(slope.value) + 1;
            slope.dispatchEvent(new Event('change', { bubbles: true }));
            return await changed - begin;
        }
        """;

    [Fact]
    public async Task Many_visitors_at_once_are_served()
    {
        using Process server = StartServer(out string address);
        try
        {
            await using IBrowserContext context = await chromium.Open(1000, 700);
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            Health before = await Ask(client);
            var pages = new IPage[Visitors];
            await Parallel.ForAsync(0, Visitors, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, async (k, _) =>
            {
                pages[k] = await context.NewPageAsync();
                pages[k].SetDefaultTimeout((float)LabPage.Patience.TotalMilliseconds);
                await pages[k].GotoAsync($"{address}/?set=noise");
                await pages[k].WaitForSelectorAsync("[data-ready=true]");
            });
            Health after = await Ask(client);
            Assert.Equal(Visitors, after.Circuits);

            var latencies = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                latencies.AddRange(await Task.WhenAll(pages.Select(page => page.EvaluateAsync<double>(Click))));
            }

            latencies.Sort();
            Assert.Equal(Visitors * Rounds, latencies.Count);
            double each = (after.WorkingSetBytes - before.WorkingSetBytes) / (double)Visitors;
            await Chromium.Tell(FormattableString.Invariant(
                $"{Visitors} visitors at once: the server grows from {before.WorkingSetBytes >> 20} to {after.WorkingSetBytes >> 20} MiB, {each / 1024:F0} KiB a visitor. All acting at once, an answer takes {latencies[latencies.Count / 2]:F0} ms in the median and {latencies[latencies.Count * 95 / 100]:F0} ms at the 95th percentile, the one browser that draws all of them included."));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>The server as a process of its own, so that its memory is its own.</summary>
    private static Process StartServer(out string address)
    {
        Process server = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "HpcLinReg.Server.dll"), "0"]) { RedirectStandardOutput = true })!;
        string line = server.StandardOutput.ReadLine() ?? "";
        address = line.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"The server printed: {line}");
        return server;
    }

    private static async Task<Health> Ask(HttpClient client) =>
        (await client.GetFromJsonAsync<Health>("/health", TestContext.Current.CancellationToken))!;

    private sealed record Health(int Circuits, long ManagedBytes, long WorkingSetBytes);
}
