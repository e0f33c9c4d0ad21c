using System.Globalization;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>The regression laboratory as a visitor has it: by mouse, by keyboard, with the numbers to the digit.</summary>
public class RegressionPageTests(Chromium chromium, LabServer server)
{
    [Fact]
    public async Task The_hand_example_shows_the_chapters_numbers()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Shows("#equation", "ŷ = 1 x + 0");
        await lab.Shows("#loss", "4.66667 = 14/3");
        await lab.Shows("#above", "4.66667 = 14/3");
        await lab.Shows("#slope-gradient", "−9.33333 = −28/3");
        await lab.Shows("#intercept-gradient", "−4");
        await lab.Shows("#best-equation", "ŷ = 2 x + 0");
        await lab.Shows("#best-r-squared", "1");
        await lab.Shows("#certificate", "The arithmetic is right to at least 15 digits of every coefficient.");
        await lab.Screenshot("regression-hand");
        lab.AssertQuiet();
    }

    [Theory]
    [InlineData("clean", "ŷ = 0.5 x + 1", "0", "1")]
    [InlineData("anscombe1", "ŷ = 0.500091 x + 3.00009", "1.25115", "0.6665")]
    [InlineData("anscombe2", "ŷ = 0.5 x + 3.00091", "1.25239", "0.6662")]
    [InlineData("anscombe3", "ŷ = 0.499727 x + 3.00245", "1.25056", "0.6663")]
    [InlineData("anscombe4", "ŷ = 0.499909 x + 3.00173", "1.24932", "0.6667")]
    public async Task Best_fit_of_a_preset_is_the_known_one(string preset, string equation, string loss, string rSquared)
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Page.SelectOptionAsync("#preset", preset);
        await lab.Shows("#best-equation", equation);
        await lab.Shows("#best-loss", loss);
        await lab.Page.ClickAsync("#fit");
        await lab.Shows("#equation", equation);
        await lab.Shows("#r-squared", rSquared);
        await lab.Screenshot($"regression-{preset}");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Equal_x_are_told_why_there_is_no_line()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=vertical");
        await lab.ShowsPart("#certificate", "Every x is the same");
        await lab.ShowsPart("#certificate", "there is no slope to find");
        await lab.Shows("#best-equation", "ŷ = 0 x + 2.75");
        await lab.Screenshot("regression-vertical");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task A_point_of_leverage_1_and_the_worst_Cooks_distance_are_named()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=anscombe4");
        await lab.Shows("#largest-leverage", "1 at point 8, which decides the fit");
        await lab.Page.SelectOptionAsync("#preset", "anscombe3");
        // R: cooks.distance(lm(y3 ~ x3, anscombe)) has 1.392849 at the third point.
        await lab.Shows("#cook", "1.39 at point 3");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Best_fit_glides_there_and_mean_lies_flat()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Page.EvaluateAsync("() => { window.seen = new Set(); new MutationObserver(() => seen.add(document.querySelector('path.line').getAttribute('d'))).observe(document.querySelector('path.line'), { attributes: true }); }");
        await lab.Page.ClickAsync("#fit");
        await lab.Shows("#loss", "0");
        // Of the 18 pictures sent, a busy browser may draw several at once.
        Assert.InRange(await lab.Page.EvaluateAsync<int>("() => seen.size"), 3, 40);
        await lab.Page.ClickAsync("#mean");
        await lab.Shows("#equation", "ŷ = 0 x + 4");
        await lab.Shows("#r-squared", "0");
        await lab.Page.ClickAsync("#undo");
        await lab.Shows("#equation", "ŷ = 2 x + 0");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Points_are_dragged_added_and_removed_by_mouse_undone_redone_and_reset()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Drag("[data-hit=p1]", 0, 60);
        // The middle one of three points moves up: the best line follows, and keeps its slope.
        await lab.ShowsPart("#best-equation", "ŷ = 2 x");
        string dragged = await lab.Text("#best-equation");
        Assert.NotEqual("ŷ = 2 x + 0", dragged);

        (double x, double y) = await lab.Centre("#scatter .ground");
        await lab.Page.Mouse.ClickAsync((float)x + 40, (float)y - 90);
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(4);
        await lab.Page.DblClickAsync("[data-hit=p3]");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        await lab.Shows("#best-equation", dragged);

        for (int k = 0; k < 3; k++)
        {
            await lab.Page.ClickAsync("#undo");
        }

        await lab.Shows("#best-equation", "ŷ = 2 x + 0");
        await Assertions.Expect(lab.Page.Locator("#undo")).ToBeDisabledAsync();
        await lab.Page.Keyboard.PressAsync("Control+y");
        await lab.Shows("#best-equation", dragged);
        await lab.Page.Keyboard.PressAsync("Control+z");
        await lab.Shows("#best-equation", "ŷ = 2 x + 0");
        await lab.Page.ClickAsync("#redo");
        await lab.Shows("#best-equation", dragged);
        await lab.Page.ClickAsync("#reset");
        await lab.Shows("#best-equation", "ŷ = 2 x + 0");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Double_click_on_empty_space_adds_one_point_and_keeps_it()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        (double x, double y) = await lab.Centre("#scatter .ground");
        await lab.Page.Mouse.DblClickAsync((float)x + 60, (float)y - 120);
        // What is done afterwards is shown, and the second press has added or removed nothing by then.
        await lab.Page.ClickAsync("#mean");
        await lab.ShowsPart("#announcement", "The line is the mean of y.");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task The_line_shifts_by_its_middle_and_tilts_by_its_ends()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Drag("[data-hit=middle].grip", 0, -50);
        await lab.ShowsPart("#equation", "ŷ = 1 x + ");
        double middle = double.Parse(await lab.Page.InputValueAsync("#intercept"), CultureInfo.InvariantCulture);
        Assert.InRange(middle, 0.1, 3);

        await lab.Drag("[data-hit=right].grip", 0, -80);
        double slope = double.Parse(await lab.Page.InputValueAsync("#slope"), CultureInfo.InvariantCulture);
        double intercept = double.Parse(await lab.Page.InputValueAsync("#intercept"), CultureInfo.InvariantCulture);
        Assert.InRange(slope, 1.1, 4);
        // It turned about its middle, x = 2, as far as the rounding of its two numbers allows.
        Assert.InRange(2 + middle - ((2 * slope) + intercept), -0.02, 0.02);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Everything_is_reached_by_the_keyboard_alone()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Page.Locator("[data-hit=p0]").FocusAsync();
        await lab.Page.Keyboard.PressAsync("PageDown");
        await Assertions.Expect(lab.Page.Locator("[data-hit=p1]")).ToBeFocusedAsync();
        await lab.Page.Keyboard.PressAsync("ArrowUp");
        await lab.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await lab.ShowsPart("#announcement", "Point 2:");
        await lab.ShowsPart("#announcement", "Mean squared error");
        await lab.Page.Keyboard.PressAsync("Insert");
        await Assertions.Expect(lab.Page.Locator("[data-hit=p3]")).ToBeFocusedAsync();
        await lab.Page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        await Assertions.Expect(lab.Page.Locator("[data-hit=p2]")).ToBeFocusedAsync();
        await lab.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(lab.Page.Locator("[data-hit=p0]")).ToBeFocusedAsync();

        // From the points Tab leads to the three grips of the line, then to the buttons.
        await lab.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(lab.Page.Locator(".grip.left")).ToBeFocusedAsync();
        await lab.Page.Keyboard.PressAsync("Tab");
        await lab.Page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(lab.Page.Locator("#equation")).Not.ToHaveTextAsync("ŷ = 1 x + 0");
        await lab.Page.Keyboard.PressAsync("Tab");
        await lab.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(lab.Page.Locator("#fit")).ToBeFocusedAsync();
        await lab.Page.Keyboard.PressAsync("Enter");
        await lab.ShowsPart("#announcement", "The line is the best fit.");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Degree_and_ridge_change_the_curve_and_squares_show_the_loss()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=anscombe2");
        await lab.Slide("#degree", 2);
        // R: coef(lm(y2 ~ x2 + I(x2^2), anscombe)) is −5.995734, 2.780839, −0.126713.
        await lab.Shows("#equation", "ŷ = −5.996 + 2.781 x − 0.1267 x²");
        await lab.Shows("#r-squared", "1");
        await lab.Page.CheckAsync("#squares");
        await lab.Slide("#degree", 5);
        await lab.Slide("#ridge", 2);
        await Assertions.Expect(lab.Page.Locator("#above")).Not.ToHaveTextAsync("0");
        await lab.Screenshot("regression-polynomial");
        await lab.Slide("#degree", 1);
        await lab.Slide("#ridge", -28);
        await lab.ShowsPart("#equation", " x ");
        await Assertions.Expect(lab.Page.Locator(".squares path")).ToHaveCountAsync(11);
        await lab.Screenshot("regression-squares");
        lab.AssertQuiet();
    }

    /// <summary>A line that leaves the picture is held at its edge, where the labels of the axis can still be read.</summary>
    [Theory]
    [InlineData("/?set=hand&w=0&b=-50")]
    [InlineData("/?set=hand&w=0&b=50")]
    [InlineData("/descent?set=hand&w=-40&b=-90&across=-1,1&up=-1,1")]
    public async Task Grips_never_cover_the_labels_of_an_axis(string path)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, path);
        Assert.Equal(0, await lab.Page.EvaluateAsync<int>(
            """
            () => [...document.querySelectorAll('.grip')].flatMap(grip => {
                const a = grip.getBoundingClientRect();
                return [...grip.ownerSVGElement.querySelectorAll('.labels text')].map(text => text.getBoundingClientRect()).filter(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
            }).length
            """));
    }

    /// <summary>The squares' areas are the loss: none erases another where they overlap.</summary>
    [Fact]
    public async Task The_areas_of_the_squares_add_up_to_the_loss()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?points=1,0_1.1,4_1.2,0.5_1.3,3_9,2&w=0&b=2&squares=1&across=0,10&up=-2,6");
        double[] areas = await lab.Page.EvaluateAsync<double[]>(
            """
            () => {
                const unit = document.querySelector('#scatter .ground').getBBox().height / 8;
                return [...document.querySelectorAll('.squares path')].map(path => path.getBBox()).map(box => box.width * box.height / unit / unit);
            }
            """);
        Assert.Equal(5, areas.Length);
        Assert.Equal(4 + 4 + 2.25 + 1, areas.Sum(), 0.1);
    }

    [Fact]
    public async Task A_penalty_changes_leverage_and_Cooks_distance()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=leverage");
        string leverage = await lab.Text("#largest-leverage"), cook = await lab.Text("#cook");
        await lab.Slide("#ridge", 4);
        await Assertions.Expect(lab.Page.Locator("#largest-leverage")).Not.ToHaveTextAsync(leverage);
        await Assertions.Expect(lab.Page.Locator("#cook")).Not.ToHaveTextAsync(cook);
    }
}
