using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>A visitor before a lab: what the page shows, and what hands do.</summary>
internal sealed class LabPage : IAsyncDisposable
{
    /// <summary>After this a page is taken to be stuck, and not only slow on a machine that does much else.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly IBrowserContext? _own;
    private readonly List<string> _complaints = [];

    private LabPage(IBrowserContext? own, IPage page, string address)
    {
        (_own, Page, Address) = (own, page, address);
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        // A page that works says nothing to the console.
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
    }

    internal IPage Page { get; }

    internal string Address { get; }

    /// <summary>Whether the browser complained about nothing: no error, no refused script, no picture it could not read.</summary>
    internal void AssertQuiet() => Assert.True(_complaints.Count == 0, string.Join('\n', _complaints));

    internal static Task<LabPage> Open(
        Chromium chromium, LabServer server, string path = "/", int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, bool touch = false, bool apart = false, Func<IPage, Task>? prepare = null) =>
        Open(chromium, server.Address, path, width, height, scheme, touch, apart, prepare);

    /// <summary>Opens a page; <paramref name="apart"/> in a browser of its own, as somebody else does, and so does who uses <paramref name="touch"/>.</summary>
    internal static async Task<LabPage> Open(
        Chromium chromium, string address, string path = "/", int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, bool touch = false, bool apart = false, Func<IPage, Task>? prepare = null)
    {
        IBrowserContext? own = apart || touch ? await chromium.Open(width, height, scheme, touch) : null;
        IPage page = own is null ? await chromium.OpenPage(width, height, scheme) : await own.NewPageAsync();
        var lab = new LabPage(own, page, address);
        await (prepare?.Invoke(lab.Page) ?? Task.CompletedTask);
        await lab.Go(path);
        return lab;
    }

    internal async Task Go(string path)
    {
        await Page.GotoAsync(path.StartsWith("http", StringComparison.Ordinal) ? path : Address + path);
        await Ready();
    }

    /// <summary>Waits until the page answers.</summary>
    internal async Task Ready()
    {
        await Page.WaitForSelectorAsync("[data-ready=true]");
        // The picture has been measured when a pixel of it is one of the page.
        await Page.WaitForFunctionAsync("() => [...document.querySelectorAll('svg.plot')].every(svg => Math.abs(svg.viewBox.baseVal.width - svg.getBoundingClientRect().width) < 1)");
    }

    internal async Task<string> Text(string selector) => (await Page.InnerTextAsync(selector)).Trim();

    internal Task Shows(string selector, string text) =>
        Assertions.Expect(Page.Locator(selector)).ToHaveTextAsync(text);

    internal Task ShowsPart(string selector, string text) =>
        Assertions.Expect(Page.Locator(selector)).ToContainTextAsync(text);

    /// <summary>
    /// Waits until the address bar holds something. Playwright's own WaitForURLAsync looks at the address and only then begins to listen, and so
    /// misses a change that comes in between (microsoft/playwright-dotnet issue 3364); this looks again and again.
    /// </summary>
    internal Task LinkHas(string part) => Assertions.Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape(part)));

    /// <summary>Gets the address that the page reports now.</summary>
    internal Task<string> Link() => Page.EvaluateAsync<string>("() => location.href");

    internal async Task<(double X, double Y)> Centre(string selector)
    {
        await Page.Locator(selector).ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await Page.Locator(selector).BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    /// <summary>Drags what a selector names by some pixels, and waits until the drop is announced: then the picture shows it, too.</summary>
    internal async Task Drag(string selector, double across, double down, int moves = 8)
    {
        string before = await Page.Locator("#announcement").TextContentAsync() ?? "";
        await Pull(selector, across, down, moves);
        await Assertions.Expect(Page.Locator("#announcement")).Not.ToHaveTextAsync(before);
    }

    /// <summary>Drags what a selector names by some pixels, and does not wait for an answer.</summary>
    internal async Task Pull(string selector, double across, double down, int moves = 8)
    {
        (double x, double y) = await Centre(selector);
        await Page.Mouse.MoveAsync((float)x, (float)y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync((float)(x + across), (float)(y + down), new MouseMoveOptions { Steps = moves });
        await Page.Mouse.UpAsync();
    }

    /// <summary>Sets a slider as a hand does: each value it passes is seen, and letting go ends it.</summary>
    internal Task Slide(string selector, double value) => Page.EvalOnSelectorAsync(
        selector,
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); slider.dispatchEvent(new Event('change', { bubbles: true })); }",
        value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Goes to a step of the descent, which has to be long enough by then, and waits until it is shown.</summary>
    internal async Task Scrub(int step)
    {
        await Page.WaitForFunctionAsync("step => Number(document.querySelector('#scrub').max) >= step", step);
        await Slide("#scrub", step);
        await At(step);
    }

    /// <summary>Waits until a step of the descent is shown.</summary>
    internal Task At(int step) => Assertions.Expect(Page.Locator("#position")).ToHaveTextAsync(new Regex(FormattableString.Invariant($"^{step} of ")));

    /// <summary>Goes to the end of the descent, and waits until it is shown.</summary>
    internal async Task GoToEnd()
    {
        await Page.ClickAsync("#end");
        await Assertions.Expect(Page.Locator("#end")).ToBeDisabledAsync();
    }

    internal Task<byte[]> Screenshot(string name, bool whole = true) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Chromium.Screenshots, $"{name}.png"),
        FullPage = whole,
    });

    public async ValueTask DisposeAsync()
    {
        if (_own is null)
        {
            await Page.CloseAsync();
        }
        else
        {
            await _own.DisposeAsync();
        }
    }
}
