using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>The descent visualizer as a visitor has it.</summary>
public class DescentPageTests(Chromium chromium, LabServer server)
{
    [Fact]
    public async Task The_first_step_of_the_hand_example_is_the_chapters()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=hand&w=1&b=0&rate=0.1");
        await lab.Shows("#descent-loss", "4.66667 = 14/3");
        await lab.Shows("#gradient-w", "−9.33333 = −28/3");
        await lab.Shows("#gradient-b", "−4");
        await lab.Shows("#update-w", "w ← 1 − 0.1·(−9.33333) = 1.93333");
        await lab.Shows("#update-b", "b ← 0 − 0.1·(−4) = 0.4");
        await lab.Page.ClickAsync("#step");
        await lab.Shows("#descent-equation", "ŷ = 1.93333 x + 0.4");
        await lab.Page.ClickAsync("#step");
        await lab.At(2);
        await lab.Page.ClickAsync("#back");
        await lab.Shows("#descent-equation", "ŷ = 1.93333 x + 0.4");
        await lab.Page.ClickAsync("#restart");
        await lab.Shows("#descent-loss", "4.66667 = 14/3");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task It_plays_pauses_converges_and_goes_back()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=clean");
        await lab.Slide("#speed", 60);
        await lab.Page.ClickAsync("#play");
        await Assertions.Expect(lab.Page.Locator("#play")).ToHaveTextAsync("Pause");
        await Assertions.Expect(lab.Page.Locator("#position")).Not.ToHaveTextAsync(new Regex("^0 of "));
        await lab.Page.ClickAsync("#play");
        await Assertions.Expect(lab.Page.Locator("#play")).ToHaveTextAsync("Play");
        await lab.Screenshot("descent-stable");
        await lab.GoToEnd();
        await lab.ShowsPart("#words", "Converged after");
        await lab.Page.CheckAsync("#log");
        await lab.Screenshot("descent-converged-log");
        await lab.Page.ClickAsync("#back");
        await Assertions.Expect(lab.Page.Locator("#words")).Not.ToContainTextAsync("Converged after");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Beyond_the_largest_stable_rate_it_is_seen_to_diverge_and_said_in_words()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=hand");
        await lab.Page.ClickAsync("#rate-beyond");
        await lab.ShowsPart("#words", "beyond the largest stable rate");
        await lab.GoToEnd();
        await lab.ShowsPart("#words", "Diverged: the rate");
        await lab.ShowsPart("#words", "before the numbers overflow");
        await lab.Screenshot("descent-diverged");

        await lab.Page.ClickAsync("#rate-below");
        await lab.ShowsPart("#words", "zigzag");
        await lab.Scrub(30);
        await lab.Screenshot("descent-zigzag");
        await lab.GoToEnd();
        await lab.ShowsPart("#words", "Converged after");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Standardizing_turns_the_valley_into_a_bowl()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise");
        double valley = double.Parse(await lab.Text("#condition"), CultureInfo.InvariantCulture);
        await lab.GoToEnd();
        await lab.Screenshot("descent-valley");
        Assert.InRange(valley, 20, 1000);
        await lab.Page.CheckAsync("#standardize");
        await lab.Shows("#condition", "1");
        await lab.GoToEnd();
        await lab.ShowsPart("#words", "Converged after");
        await lab.Screenshot("descent-standardized");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task The_start_is_dragged_and_moved_by_keys()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise&w=3&b=10");
        string loss = await lab.Text("#descent-loss");
        await lab.Drag("[data-hit=start]", -60, 40);
        await Assertions.Expect(lab.Page.Locator("#descent-loss")).Not.ToHaveTextAsync(loss);
        loss = await lab.Text("#descent-loss");
        await lab.Page.Locator("[data-hit=start]").FocusAsync();
        await lab.Page.Keyboard.PressAsync("Shift+ArrowUp");
        await Assertions.Expect(lab.Page.Locator("#descent-loss")).Not.ToHaveTextAsync(loss);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Mini_batches_depend_on_their_seed_and_momentum_on_the_last_step()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise&batch=4");
        await lab.Scrub(200);
        string first = await lab.Text("#descent-equation");
        await lab.Screenshot("descent-mini-batches");
        await lab.Page.FillAsync("#seed", "2");
        await lab.Page.Keyboard.PressAsync("Enter");
        await lab.At(0);
        await lab.Scrub(200);
        await Assertions.Expect(lab.Page.Locator("#descent-equation")).Not.ToHaveTextAsync(first);
        await lab.Page.FillAsync("#seed", "1");
        await lab.Page.Keyboard.PressAsync("Enter");
        await lab.At(0);
        await lab.Scrub(200);
        await lab.Shows("#descent-equation", first);

        await lab.Page.SelectOptionAsync("#batch", "0");
        await lab.At(0);
        await lab.Slide("#momentum", 80);
        await lab.Scrub(1);
        await lab.ShowsPart("#update-w", "0.8·");
        await lab.Screenshot("descent-momentum");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Changes_are_undone_and_done_again_by_buttons_and_keys()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=hand");
        string rate = await lab.Text("[for=rate] output"), loss = await lab.Text("#descent-loss");
        await Assertions.Expect(lab.Page.Locator("#undo")).ToBeDisabledAsync();
        await lab.Page.ClickAsync("#rate-beyond");
        await lab.ShowsPart("#words", "beyond the largest stable rate");
        await lab.Drag("[data-hit=start]", 40, -30);
        await lab.Page.CheckAsync("#standardize");
        await lab.Shows("#condition", "1");

        await lab.Page.ClickAsync("#undo");
        await Assertions.Expect(lab.Page.Locator("#standardize")).Not.ToBeCheckedAsync();
        await Assertions.Expect(lab.Page.Locator("#descent-loss")).Not.ToHaveTextAsync(loss);
        await lab.Page.Keyboard.PressAsync("Control+z");
        await lab.Shows("#descent-loss", loss);
        await lab.ShowsPart("#words", "beyond the largest stable rate");
        await lab.Page.ClickAsync("#undo");
        await lab.Shows("[for=rate] output", rate);
        await Assertions.Expect(lab.Page.Locator("#undo")).ToBeDisabledAsync();
        await lab.Page.ClickAsync("#redo");
        await lab.ShowsPart("#words", "beyond the largest stable rate");
        await lab.Page.Keyboard.PressAsync("Control+y");
        await Assertions.Expect(lab.Page.Locator("#descent-loss")).Not.ToHaveTextAsync(loss);
        await lab.Page.Keyboard.PressAsync("Control+Shift+z");
        await Assertions.Expect(lab.Page.Locator("#standardize")).ToBeCheckedAsync();
        await Assertions.Expect(lab.Page.Locator("#redo")).ToBeDisabledAsync();
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Data_go_from_one_lab_to_the_other_and_back()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?points=1,1_2,3_4,4&x=time&w=0&b=0");
        await lab.Page.FillAsync("#slope", "2.5");
        await lab.Page.Keyboard.PressAsync("Enter");
        await lab.ShowsPart("#equation", "ŷ = 2.5 x");
        await lab.Page.ClickAsync("#to-descent");
        await Assertions.Expect(lab.Page.Locator("h1")).ToContainTextAsync("Descent");
        await lab.Ready();
        // The line in the visitor's hands is where the descent begins, and the line it ends with comes back.
        await lab.Shows("#descent-equation", "ŷ = 2.5 x + 0");
        await Assertions.Expect(lab.Page.Locator("#fit .labels .name").First).ToHaveTextAsync("time");
        await lab.GoToEnd();
        await lab.Page.ClickAsync("#to-regression");
        await Assertions.Expect(lab.Page.Locator("h1")).ToContainTextAsync("Laboratory");
        await lab.Ready();
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        await lab.Shows("#equation", await lab.Text("#best-equation"));
        lab.AssertQuiet();
    }

    [Fact]
    public async Task All_x_equal_make_a_valley_without_a_lowest_point()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=vertical");
        await lab.Shows("#condition", "∞");
        await lab.GoToEnd();
        await lab.Screenshot("descent-vertical");
        await lab.Page.CheckAsync("#standardize");
        await lab.Screenshot("descent-vertical-standardized");
        lab.AssertQuiet();
    }

    /// <summary>Years lie far from 0: the line of the start is seen all the same, and the page says what helps.</summary>
    [Fact]
    public async Task Data_by_year_show_the_line_and_the_advice_to_standardize()
    {
        string points = string.Join('_', Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"{2000 + i},{(3 * i) + 10 + (i % 3)}")));
        await using LabPage lab = await LabPage.Open(chromium, server, $"/descent?points={points}&x=year");
        Assert.True(await Inside(lab, "path.line"), "The line of the start is cut off.");
        await lab.ShowsPart("#advice", "Standardize x");
        await lab.Screenshot("descent-years");
        await lab.Page.ClickAsync("#advised");
        await lab.Shows("#condition", "1");
        await Assertions.Expect(lab.Page.Locator("#advice")).ToHaveCountAsync(0);
        await lab.GoToEnd();
        await lab.ShowsPart("#words", "Converged after");
        Assert.True(await Inside(lab, "path.line"), "The best line is cut off.");
        lab.AssertQuiet();
    }

    [Theory]
    [InlineData("/descent")]
    [InlineData("/descent?set=noise&w=0.5&b=6")]
    [InlineData("/descent?set=hand&w=-2&b=11&rate=0.172&step=3")]
    public async Task The_present_line_is_seen_from_end_to_end(string path)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, path);
        Assert.True(await Inside(lab, "path.line"), "The line is cut off.");
    }

    [Fact]
    public async Task At_the_minimum_the_gradient_reads_0()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=anscombe1&standardize=1");
        await lab.GoToEnd();
        await lab.ShowsPart("#words", "Converged after");
        await lab.Page.GotoAsync(server.Address + "/?set=anscombe1");
        await lab.Ready();
        await lab.Page.ClickAsync("#fit");
        await lab.ShowsPart("#announcement", "The line is the best fit.");
        await lab.Shows("#slope-gradient", "0");
        await lab.Shows("#intercept-gradient", "0");
        lab.AssertQuiet();
    }

    /// <summary>On a phone what is changed all the time stands below the surface, and not behind everything else.</summary>
    [Fact]
    public async Task On_a_phone_the_rate_stands_below_the_surface()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=hand", 390, 844, touch: true);
        double between = await lab.Page.EvaluateAsync<double>("() => document.querySelector('#rate').getBoundingClientRect().top - document.querySelector('#surface').getBoundingClientRect().bottom");
        Assert.InRange(between, 0, 160);
    }

    /// <summary>Whether a line in the picture of the data reaches from one side to the other without being cut off above or below.</summary>
    private static Task<bool> Inside(LabPage lab, string line) => lab.Page.EvaluateAsync<bool>(
        """
        line => {
            const path = document.querySelector('#fit ' + line).getBBox(), ground = document.querySelector('#fit .ground').getBBox();
            return Math.abs(path.width - ground.width) < 1 && path.y >= ground.y - 1 && path.y + path.height <= ground.y + ground.height + 1;
        }
        """,
        line);
}
