using System.Globalization;
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
        await Assertions.Expect(lab.Page.Locator("#scatter .numbers text")).Not.ToHaveCountAsync(0);
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

    private static async Task<double> Number(LabPage lab, string selector) => double.Parse((await lab.Text(selector)).Split(' ')[0], CultureInfo.InvariantCulture);
}
