using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>A visitor with a phone: fingers drag, tap and scroll. The touches are the browser's own, sent through its debugging protocol.</summary>
public class TouchTests(Chromium chromium, LabServer server)
{
    [Fact]
    public async Task Fingers_drag_points_and_the_line_add_and_remove()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, width: 390, height: 844, touch: true);
        Finger finger = await Finger.On(lab);
        await finger.Drag("[data-hit=p1]", 0, 40);
        await lab.ShowsPart("#announcement", "Point 2: ");
        await Assertions.Expect(lab.Page.Locator("#best-equation")).Not.ToHaveTextAsync("ŷ = 2 x + 0");
        await finger.Drag("[data-hit=right].grip", 0, -50);
        await Assertions.Expect(lab.Page.Locator("#equation")).Not.ToHaveTextAsync("ŷ = 1 x + 0");

        (double x, double y) = await lab.Centre("#scatter .ground");
        await lab.Page.Touchscreen.TapAsync((float)x + 30, (float)y - 70);
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(4);
        (x, y) = await lab.Centre("[data-hit=p3]");
        // Two taps are one double tap when they come soon after each other, which on a busy machine they may not at first.
        for (int tries = 0; await lab.Page.Locator(".point").CountAsync() == 4; tries++)
        {
            Assert.True(tries < 50, "No double tap removed the point.");
            await finger.Tap(x, y);
        }

        await lab.ShowsPart("#announcement", "Mean squared error");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        await lab.Screenshot("regression-touch");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task A_finger_drags_the_start_of_a_descent()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise&w=3&b=10", width: 390, height: 844, touch: true);
        Finger finger = await Finger.On(lab);
        string loss = await lab.Text("#descent-loss");
        await finger.Drag("[data-hit=start]", -40, 30);
        await Assertions.Expect(lab.Page.Locator("#descent-loss")).Not.ToHaveTextAsync(loss);
        await lab.Page.TapAsync("#end");
        await lab.ShowsPart("#words", "Converged after");
        await lab.Page.TapAsync("#undo");
        await lab.Shows("#descent-loss", loss);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task A_finger_on_empty_space_scrolls_the_page_and_adds_nothing()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, width: 390, height: 844, touch: true);
        Finger finger = await Finger.On(lab);
        // Above the points, which lie along the diagonal.
        await finger.Drag("#scatter .ground", 0, -150, asideX: -100, asideY: -60);
        await lab.Page.WaitForFunctionAsync("() => scrollY > 0");
        // By mouse: a tap on a page that still glides only stops it.
        await lab.Page.ClickAsync("#mean");
        await lab.ShowsPart("#announcement", "The line is the mean of y.");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        lab.AssertQuiet();
    }

    private sealed class Finger(LabPage lab, ICDPSession browser)
    {
        internal static async Task<Finger> On(LabPage lab) => new(lab, await lab.Page.Context.NewCDPSessionAsync(lab.Page));

        internal async Task Drag(string selector, double across, double down, double asideX = 0, double asideY = 0)
        {
            const int Moves = 8;
            (double x, double y) = await lab.Centre(selector);
            (x, y) = (x + asideX, y + asideY);
            await Touch("touchStart", x, y);
            for (int k = 1; k <= Moves; k++)
            {
                await Touch("touchMove", x + (across * k / Moves), y + (down * k / Moves));
            }

            await Touch("touchEnd");
        }

        internal async Task Tap(double x, double y)
        {
            await Touch("touchStart", x, y);
            await Touch("touchEnd");
        }

        /// <summary>https://chromedevtools.github.io/devtools-protocol/tot/Input/#method-dispatchTouchEvent</summary>
        private async Task Touch(string type, params double[] at) => await browser.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type,
            ["touchPoints"] = at.Length == 0 ? Array.Empty<object>() : [new Dictionary<string, object> { ["x"] = at[0], ["y"] = at[1] }],
        });
    }
}
