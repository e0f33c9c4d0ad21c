using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>A visitor whose server answers late: what hands do meanwhile is done in their order, and none of it is lost.</summary>
public class SlowConnectionTests(Chromium chromium, LabServer server)
{
    [Fact]
    public async Task A_button_pressed_right_after_a_drag_does_not_overtake_its_drop()
    {
        var line = new Line();
        await using LabPage lab = await LabPage.Open(chromium, server, prepare: line.Lay);
        line.Hold();
        await lab.Pull("[data-hit=p1]", 0, 60);
        await lab.Page.ClickAsync("#mean");
        line.Release();
        await lab.ShowsPart("#announcement", "The line is the mean of y.");
        await lab.ShowsPart("#equation", "ŷ = 0 x + ");
        // The point was moved, and its move is a step of its own to undo.
        await Assertions.Expect(lab.Page.Locator("#best-equation")).Not.ToHaveTextAsync("ŷ = 2 x + 0");
        await lab.Page.ClickAsync("#undo");
        await lab.Shows("#equation", "ŷ = 1 x + 0");
        await Assertions.Expect(lab.Page.Locator("#best-equation")).Not.ToHaveTextAsync("ŷ = 2 x + 0");
        await lab.Page.ClickAsync("#undo");
        await lab.Shows("#best-equation", "ŷ = 2 x + 0");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Controls_used_before_the_answer_to_the_last_one_are_all_heard()
    {
        var line = new Line();
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise", prepare: line.Lay);
        line.Hold();
        await lab.Pull("[data-hit=start]", 51, 17);
        await lab.Page.SelectOptionAsync("#batch", "8");
        foreach (int momentum in (int[])[10, 20, 30, 35])
        {
            await lab.Slide("#momentum", momentum);
        }

        line.Release();
        await lab.LinkHas("momentum=0.35&batch=8");
        await Assertions.Expect(lab.Page.Locator("#momentum")).ToHaveValueAsync("35");
        await Assertions.Expect(lab.Page.Locator("#batch")).ToHaveValueAsync("8");
        Assert.DoesNotContain("w=0.5&b=6", await lab.Link(), StringComparison.Ordinal);
        lab.AssertQuiet();
    }

    /// <summary>A key held down repeats some thirty times a second; a browser stops taking new addresses when they come that fast for long.</summary>
    [Fact]
    public async Task A_key_held_down_for_long_ends_with_its_state_in_the_address_bar()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Page.EvaluateAsync(
            """
            () => {
                const grip = document.querySelector('[data-hit=middle].grip');
                for (let k = 0; k < 400; k++) grip.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
                for (let k = 0; k < 399; k++) grip.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
            }
            """);
        await lab.Page.SelectOptionAsync("#preset", "clean");
        await lab.LinkHas("set=clean");
        lab.AssertQuiet();
    }

    /// <summary>Answers to the first keys arrive between later ones, and must not put the slider back.</summary>
    [Fact]
    public async Task A_burst_of_keys_on_a_slider_is_heard_to_the_last()
    {
        var line = new Line();
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise&momentum=0.1", prepare: line.Lay);
        line.Delay(150);
        await lab.Page.FocusAsync("#momentum");
        for (int k = 0; k < 25; k++)
        {
            await lab.Page.Keyboard.PressAsync("ArrowRight", new() { Delay = 40 });
        }

        await lab.LinkHas("momentum=0.35");
        await Assertions.Expect(lab.Page.Locator("#momentum")).ToHaveValueAsync("35");
        lab.AssertQuiet();
    }

    /// <summary>The page's socket, on which the server's messages can be held back.</summary>
    private sealed class Line
    {
        private readonly ConcurrentQueue<IWebSocketFrame> _late = [];
        private volatile bool _held;
        private volatile int _delay;
        private IWebSocketRoute? _page;

        internal Task Lay(IPage page) => page.RouteWebSocketAsync(_ => true, route =>
        {
            _page = route;
            route.ConnectToServer().OnMessage(async frame =>
            {
                _late.Enqueue(frame);
                await Task.Delay(_delay);
                Pass();
            });
        });

        /// <summary>Lets every message of the server come this much later.</summary>
        internal void Delay(int milliseconds) => _delay = milliseconds;

        internal void Hold() => _held = true;

        internal void Release()
        {
            _held = false;
            Pass();
        }

        private void Pass()
        {
            lock (_late)
            {
                // Delayed messages come one by one, each at its own time.
                while (!_held && _late.TryDequeue(out IWebSocketFrame? frame))
                {
                    if (frame.Binary is { } bytes)
                    {
                        _page!.Send(bytes);
                    }
                    else
                    {
                        _page!.Send(frame.Text!);
                    }

                    if (_delay > 0)
                    {
                        return;
                    }
                }
            }
        }
    }
}
