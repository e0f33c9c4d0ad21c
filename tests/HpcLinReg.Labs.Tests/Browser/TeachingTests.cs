using System.Globalization;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>What a teacher shows and a student asks: bands, test points, residuals, pictures to keep.</summary>
public class TeachingTests(Chromium chromium, LabServer server)
{
    /// <summary>R: summary(lm(y1 ~ x1, anscombe)) has the standard error 0.1179 of the slope.</summary>
    [Fact]
    public async Task The_best_fit_has_its_standard_error_and_bands()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=anscombe1");
        await lab.Shows("#slope-error", "0.1179");
        await lab.Page.CheckAsync("#bands");
        await Assertions.Expect(lab.Page.Locator("path.band")).ToHaveCountAsync(2);
        await lab.LinkHas("bands=1");
        double[] heights = await lab.Page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('path.band')].map(path => path.getBBox().height)");
        Assert.True(heights[0] > heights[1], "The band of points is wider than that of the mean.");
        await lab.Screenshot("regression-bands");
        lab.AssertQuiet();
    }

    /// <summary>The higher the degree the smaller the loss of the fitted points; that of the test points grows: degree 8 overfits.</summary>
    [Fact]
    public async Task Degree_8_is_seen_to_overfit()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=curve&degree=2&test=1");
        await Assertions.Expect(lab.Page.Locator(".point.held")).ToHaveCountAsync(5);
        (double fitted, double test) = (await Number(lab, "#loss"), await Number(lab, "#test-loss"));
        await lab.Slide("#degree", 8);
        await lab.LinkHas("degree=8");
        (double fitted8, double test8) = (await Number(lab, "#loss"), await Number(lab, "#test-loss"));
        Assert.True(fitted8 < fitted && test8 > test, $"fitted {fitted} to {fitted8}, test {test} to {test8}");
        await lab.Screenshot("regression-overfit");
        await lab.Page.UncheckAsync("#test");
        await Assertions.Expect(lab.Page.Locator(".point.held")).ToHaveCountAsync(0);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Residuals_are_seen_by_x_and_by_size_and_points_have_numbers()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=anscombe2&w=0.5&b=3");
        string dots = (await lab.Page.GetAttributeAsync("#residual-plot .dots", "d"))!;
        Assert.Equal(11, dots.Count(letter => letter == 'M'));
        int[] counts = [.. (await lab.Page.GetAttributeAsync("#histogram", "aria-label"))!.Split(": ")[1].Split(", ").Select(int.Parse)];
        Assert.Equal(11, counts.Sum());
        await Assertions.Expect(lab.Page.Locator("#scatter .point-numbers text")).Not.ToHaveCountAsync(0);
        await lab.Drag("[data-hit=middle].grip", 0, -40);
        Assert.NotEqual(dots, await lab.Page.GetAttributeAsync("#residual-plot .dots", "d"));
        await Assertions.Expect(lab.Page.Locator(".legend")).ToContainTextAsync("Cook’s distance");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task A_picture_is_saved_as_svg_and_as_png()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=outlier&squares=1");
        IDownload svg = await lab.Page.RunAndWaitForDownloadAsync(() => lab.Page.ClickAsync("#scatter-svg"));
        Assert.Equal("scatter.svg", svg.SuggestedFilename);
        string text = await File.ReadAllTextAsync(await svg.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Contains("viewBox", text, StringComparison.Ordinal);
        Assert.Contains("fill: rgb", text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-hit", text, StringComparison.Ordinal);
        _ = System.Xml.Linq.XDocument.Parse(text);
        IDownload png = await lab.Page.RunAndWaitForDownloadAsync(() => lab.Page.ClickAsync("#scatter-png"));
        byte[] bytes = await File.ReadAllBytesAsync(await png.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        Assert.InRange(bytes.Length, 10_000, 2_000_000);
        File.Copy(await png.PathAsync(), Path.Combine(Chromium.Screenshots, "saved-scatter.png"), overwrite: true);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task X_and_y_are_chosen_among_many_columns_with_decimal_commas()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Page.ClickAsync("details summary");
        await lab.Page.FillAsync("#csv", "Stadt;Fläche;Miete;Jahr\nBern;40,5;900;1990\nOslo;62;1500,5;2001\nRom;80;1480;1975\n");
        await lab.Page.ClickAsync("#use-csv");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        await Assertions.Expect(lab.Page.Locator("#scatter .name").First).ToHaveTextAsync("Fläche");
        await lab.Page.SelectOptionAsync("#csv-x", "3");
        await Assertions.Expect(lab.Page.Locator("#scatter .name").First).ToHaveTextAsync("Jahr");
        await lab.Page.SelectOptionAsync("#csv-y", "0");
        await lab.ShowsPart("#csv-problem", "Row 2, column 1 (Stadt) is “Bern”, which is not a number");
        await lab.Page.SelectOptionAsync("#csv-y", "1");
        await Assertions.Expect(lab.Page.Locator("#scatter .name").Last).ToHaveTextAsync("Fläche");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Two_rates_run_side_by_side()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise&w=3&b=12&rate=0.02");
        await lab.Page.CheckAsync("#compare");
        await lab.LinkHas("rate2=0.005");
        await lab.Scrub(40);
        await Assertions.Expect(lab.Page.Locator("path.path.second")).ToHaveCountAsync(2);
        string way = (await lab.Page.GetAttributeAsync("#losses path.path.second", "d"))!;
        await lab.Slide("#rate2", 500);
        await Assertions.Expect(lab.Page.Locator("#losses path.path.second")).Not.ToHaveAttributeAsync("d", way);
        await lab.Screenshot("descent-two-rates");
        await lab.Page.UncheckAsync("#compare");
        await Assertions.Expect(lab.Page.Locator("path.path.second")).ToHaveCountAsync(0);
        lab.AssertQuiet();
    }

    /// <summary>Level lines have the losses that the surface has there, old steps are faint, and a point out of view is pointed at.</summary>
    [Fact]
    public async Task The_surface_has_values_and_points_at_what_is_out_of_view()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=hand&rate=0.19&step=40");
        await Assertions.Expect(lab.Page.Locator("#surface path.away")).ToHaveCountAsync(1);
        await lab.ShowsPart("#surface .away-note", "step 40 is out there");
        await Assertions.Expect(lab.Page.Locator("#surface path.old")).Not.ToHaveAttributeAsync("d", "");
        Assert.InRange(await lab.Page.Locator("#surface .values text").CountAsync(), 2, 12);
        await lab.Screenshot("descent-away");
        await lab.Scrub(1);
        await Assertions.Expect(lab.Page.Locator("#surface path.away")).ToHaveCountAsync(0);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task The_loss_is_logarithmic_where_that_helps_and_deep_where_asked_for()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=clean");
        await Assertions.Expect(lab.Page.Locator("#log")).ToBeCheckedAsync();
        await lab.Page.UncheckAsync("#log");
        await lab.Page.CheckAsync("#deep");
        await Assertions.Expect(lab.Page.Locator("#surface-deep .face")).ToHaveCountAsync(324);
        await lab.LinkHas("deep=1");
        await lab.Scrub(20);
        string before = (await lab.Page.GetAttributeAsync("#surface-deep path.path", "d"))!;
        await lab.Slide("#turn", 120);
        await Assertions.Expect(lab.Page.Locator("#surface-deep path.path")).Not.ToHaveAttributeAsync("d", before);
        await lab.Screenshot("descent-deep");
        lab.AssertQuiet();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Teachers_find_ten_labs_and_five_questions(ColorScheme scheme, int width)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/", width, 844, scheme);
        await lab.Page.ClickAsync("a[href='/teach']");
        await Assertions.Expect(lab.Page.Locator("#ideas a")).ToHaveCountAsync(10);
        await Assertions.Expect(lab.Page.Locator("#questions details")).ToHaveCountAsync(5);
        await lab.Screenshot($"teach-{width}");
        Assert.Equal(0, await lab.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Deque.AxeCore.Commons.AxeResult result = await lab.Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation => violation.Help)));
        await lab.Page.ClickAsync("#ideas li:nth-child(7) a");
        await lab.Ready();
        await lab.At(40);
        lab.AssertQuiet();
    }

    [Theory]
    [InlineData("apart", ColorScheme.Light, 1280)]
    [InlineData("together", ColorScheme.Dark, 390)]
    public async Task Two_features_carry_a_plane(string set, ColorScheme scheme, int width)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, $"/plane?set={set}&w1=1&w2=0&b=2", width, 844, scheme);
        double above = await Number(lab, "#above");
        Assert.True(above > 0);
        await lab.Slide("#turn", 200);
        await lab.LinkHas("turn=200");
        await lab.Page.ClickAsync("#fit");
        await lab.Shows("#above", "0");
        await lab.Screenshot($"plane-{set}-{width}");
        Assert.Equal(0, await lab.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Deque.AxeCore.Commons.AxeResult result = await lab.Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation => violation.Help)));
        string link = await lab.Link(), equation = await lab.Text("#equation");
        await lab.Go(link);
        await lab.Shows("#equation", equation);
        lab.AssertQuiet();
    }

    /// <summary>On a phone the numbers of the line stand below the picture that changes them.</summary>
    [Fact]
    public async Task On_a_phone_the_numbers_stand_below_the_points()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/", 390, 844, touch: true);
        Assert.InRange(await lab.Page.EvaluateAsync<double>("() => document.querySelector('#equation').getBoundingClientRect().top - document.querySelector('#scatter').getBoundingClientRect().bottom"), 0, 320);
    }

    private static async Task<double> Number(LabPage lab, string selector) => double.Parse((await lab.Text(selector)).Split(' ')[0], CultureInfo.InvariantCulture);
}
