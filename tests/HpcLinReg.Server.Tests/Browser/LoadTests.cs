using System.Text.Json;
using Microsoft.Playwright;

namespace HpcLinReg.Server.Tests.Browser;

/// <summary>A hundred visitors at once, all in one browser on this machine; <c>bench/labs-load</c> runs it alone and shows its figures.</summary>
public class LoadTests(Chromium chromium)
{
    private const int Visitors = 100, Rounds = 5, OpenedAtOnce = 6;

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
    public async Task A_hundred_visitors_at_once_are_served()
    {
        await using LabServer server = await LabServer.Start(new LabsOptions());
        await using IBrowserContext context = await chromium.Open(1000, 700);
        using var client = new HttpClient();
        (int _, double memoryBefore) = await Health(client, server);
        var pages = new IPage[Visitors];
        await Parallel.ForAsync(0, Visitors, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, async (k, _) =>
        {
            pages[k] = await context.NewPageAsync();
            pages[k].SetDefaultTimeout(60_000);
            await pages[k].GotoAsync($"{server.Address}/?set=noise");
            await pages[k].WaitForSelectorAsync("[data-ready=true]");
        });
        (int circuits, double memoryAfter) = await Health(client, server);
        Assert.Equal(Visitors, circuits);

        var latencies = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            latencies.AddRange(await Task.WhenAll(pages.Select(page => page.EvaluateAsync<double>(Click))));
        }

        latencies.Sort();
        string figures = FormattableString.Invariant(
            $"{Visitors} visitors: {(memoryAfter - memoryBefore) / Visitors / 1024:F0} KiB of managed memory each; all at once, an answer takes {latencies[latencies.Count / 2]:F0} ms in the median, {latencies[latencies.Count * 95 / 100]:F0} ms at the 95th percentile, browser included.");
        await Console.Out.WriteLineAsync(figures);
        // What a visitor holds: two trees of a page of a few hundred elements. Two megabytes would be something that is not let go.
        Assert.InRange((memoryAfter - memoryBefore) / Visitors, 0, 2 << 20);
        Assert.Equal(Visitors * Rounds, latencies.Count);
    }

    private static async Task<(int Circuits, double Bytes)> Health(HttpClient client, LabServer server)
    {
        GC.Collect();
        using JsonDocument health = JsonDocument.Parse(await client.GetStringAsync(server.Address + "/health", TestContext.Current.CancellationToken));
        return (health.RootElement.GetProperty("circuits").GetInt32(), health.RootElement.GetProperty("managedBytes").GetDouble());
    }
}
