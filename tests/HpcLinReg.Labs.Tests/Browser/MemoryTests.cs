namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>What the server holds for a visitor: objects that are reachable, counted after a collection, not what the runtime keeps at hand.</summary>
[Collection<Alone>]
public class MemoryTests(Chromium chromium)
{
    private const int Visitors = 5, Changes = 12, Waves = 3;

    /// <summary>Some five times what was measured: trees of a page of a few hundred elements, some states, and buffers of sockets.</summary>
    private const long Most = 1 << 20;

    [Fact]
    public async Task A_visitor_is_held_in_little_memory_and_let_go_when_gone()
    {
        await using var server = new ServerProcess();
        // The first ones compile the pages and fill the pools that later ones share.
        await Wave(server);
        for (int wave = 1; ; wave++)
        {
            long before = await Held(server, visitors: 0), during = await Wave(server), after = await Held(server, visitors: 0);
            long each = (during - before) / Visitors, left = (after - before) / Visitors;
            await Chromium.Tell($"{Visitors} visitors with {Changes} changes each to undo: the server holds {each >> 10} KiB for each, and {left >> 10} KiB for each of them once they are gone.");
            Assert.InRange(each, 1, Most);
            // What is not let go is left by every wave; a pool that has grown is not.
            if (left < each / 2)
            {
                return;
            }

            Assert.True(wave < Waves, $"Of {each} bytes held for a visitor, {left} are still held when all are gone.");
        }
    }

    /// <summary>Visitors come, and go again; tells what was held while they were there.</summary>
    private async Task<long> Wave(ServerProcess server)
    {
        var labs = new List<LabPage>();
        for (int k = 0; k < Visitors; k++)
        {
            labs.Add(await Visit(server));
        }

        long held = await Held(server, Visitors);
        foreach (LabPage lab in labs)
        {
            // Who goes elsewhere takes leave of the server; who is only cut off would be waited for.
            await lab.Page.GotoAsync("about:blank");
            await lab.DisposeAsync();
        }

        return held;
    }

    /// <summary>Somebody who opens the laboratory, and moves the line again and again.</summary>
    private async Task<LabPage> Visit(ServerProcess server)
    {
        LabPage lab = await LabPage.Open(chromium, server.Address, "/?set=noise");
        await lab.Page.EvalOnSelectorAsync(
            "[data-hit=middle].grip",
            "(grip, changes) => { for (let k = 0; k < changes; k++) grip.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true })); }",
            Changes);
        await KeysAreDone(lab);
        await lab.Page.ClickAsync("#mean");
        await lab.ShowsPart("#announcement", "The line is the mean of y.");
        return lab;
    }

    /// <summary>Waits until the announcement of the keys stays: a key that is handled after the click would end the line's way to the mean.</summary>
    private static async Task KeysAreDone(LabPage lab)
    {
        string before = "";
        for (string now = ""; now.Length == 0 || now != before; now = await lab.Page.InnerTextAsync("#announcement"))
        {
            before = now;
            await Task.Delay(200);
        }
    }

    private static async Task<long> Held(ServerProcess server, int visitors) => (await server.With(visitors)).ManagedBytes;
}
