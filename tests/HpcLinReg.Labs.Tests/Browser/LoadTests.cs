using System.Globalization;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

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
        await using var server = new ServerProcess();
        await using IBrowserContext context = await chromium.Open(1000, 700);
        ServerProcess.Health before = await server.With(visitors: 0);
        var pages = new IPage[Visitors];
        await Parallel.ForAsync(0, Visitors, new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, async (k, _) =>
        {
            pages[k] = await context.NewPageAsync();
            pages[k].SetDefaultTimeout((float)LabPage.Patience.TotalMilliseconds);
            await pages[k].GotoAsync($"{server.Address}/?set=noise");
            await pages[k].WaitForSelectorAsync("[data-ready=true]");
        });
        ServerProcess.Health after = await server.With(Visitors);

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
}
