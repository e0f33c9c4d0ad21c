using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>What holds for every visit: links, reach, and what happens when things go wrong.</summary>
public class VisitTests(Chromium chromium, LabServer server)
{
    [Fact]
    public async Task The_address_bar_reproduces_the_regression_laboratory_bit_for_bit()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/?set=noise");
        await lab.Drag("[data-hit=p4]", 33, -27);
        await lab.Drag("[data-hit=left].grip", 0, 41);
        await lab.Slide("#degree", 1);
        await lab.Page.CheckAsync("#squares");
        await lab.Page.ClickAsync("#fit");
        await lab.ShowsPart("#announcement", "The line is the best fit.");
        string link = await lab.Link(), numbers = await lab.Text(".numbers"), picture = await Picture(lab, "#scatter");
        Assert.Contains("points=", link, StringComparison.Ordinal);

        await using LabPage other = await LabPage.Open(chromium, server, link[server.Address.Length..]);
        Assert.Equal(numbers, await other.Text(".numbers"));
        Assert.Equal(picture, await Picture(other, "#scatter"));
        Assert.Equal(link, await other.Link());
        await Assertions.Expect(other.Page.Locator("#undo")).ToBeDisabledAsync();
        other.AssertQuiet();
    }

    [Fact]
    public async Task The_address_bar_reproduces_a_descent_bit_for_bit()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, "/descent?set=noise");
        await lab.Drag("[data-hit=start]", 51, 17);
        await lab.Page.SelectOptionAsync("#batch", "8");
        await lab.Slide("#momentum", 35);
        await lab.LinkHas("momentum=0.35&batch=8");
        await lab.Scrub(137);
        await lab.LinkHas("step=137");
        string link = await lab.Link(), numbers = await lab.Text(".numbers"), picture = await Picture(lab, "#surface");

        await using LabPage other = await LabPage.Open(chromium, server, link[server.Address.Length..]);
        Assert.Equal(numbers, await other.Text(".numbers"));
        Assert.Equal(picture, await Picture(other, "#surface"));
        other.AssertQuiet();
    }

    [Fact]
    public async Task Two_visitors_do_not_see_each_other()
    {
        await using LabPage one = await LabPage.Open(chromium, server, apart: true);
        await using LabPage two = await LabPage.Open(chromium, server, apart: true);
        await one.Page.SelectOptionAsync("#preset", "anscombe1");
        await one.Shows("#best-equation", "ŷ = 0.500091 x + 3.00009");
        await two.Page.ClickAsync("#mean");
        await two.Shows("#equation", "ŷ = 0 x + 4");
        await two.Shows("#best-equation", "ŷ = 2 x + 0");
        await one.Shows("#equation", "ŷ = 0 x + 7.5");
    }

    [Fact]
    public async Task A_dropped_connection_is_taken_up_with_all_its_state()
    {
        // The page's socket goes through this test, which can cut it.
        IWebSocketRoute? first = null;
        var second = new TaskCompletionSource();
        await using LabPage lab = await LabPage.Open(chromium, server, prepare: page => page.RouteWebSocketAsync(_ => true, route =>
        {
            if (Interlocked.CompareExchange(ref first, route, null) is not null)
            {
                second.TrySetResult();
            }

            route.ConnectToServer();
        }));
        await lab.Page.ClickAsync("#mean");
        await lab.Shows("#equation", "ŷ = 0 x + 4");
        Assert.NotNull(first);
        await first.CloseAsync();
        // The notice is hidden before the page knows, too: it has shown once there is a second socket.
        await second.Task.WaitAsync(LabPage.Patience, TestContext.Current.CancellationToken);
        await lab.Page.WaitForFunctionAsync("() => document.querySelector('#components-reconnect-modal').hidden");
        await lab.Page.ClickAsync("#undo");
        // Undo knows what was before the cut: it is the same visit.
        await lab.Shows("#equation", "ŷ = 1 x + 0");
    }

    [Fact]
    public async Task An_idle_visitor_is_paused_freed_and_comes_back_to_the_same_state()
    {
        var clock = new FakeTimeProvider();
        var options = new LabsOptions { KeptAfterDisconnect = TimeSpan.Zero };
        await using LabServer impatient = await LabServer.Start(options, clock);
        await using LabPage lab = await LabPage.Open(chromium, impatient, "/?set=noise");
        await lab.Page.ClickAsync("#fit");
        await lab.ShowsPart("#announcement", "The line is the best fit.");
        string equation = await lab.Text("#equation");
        clock.Advance(options.PausedAfter);
        await lab.LinkHas("/paused?");
        await impatient.Has(visitors: 0);
        await lab.Page.ClickAsync("#continue");
        await lab.Ready();
        await lab.Shows("#equation", equation);
        await impatient.Has(visitors: 1);
    }

    [Fact]
    public async Task A_full_house_asks_to_come_later()
    {
        await using LabServer small = await LabServer.Start(new LabsOptions { MostVisitors = 1 });
        await using LabPage first = await LabPage.Open(chromium, small);
        await using IBrowserContext second = await chromium.Open();
        IPage page = await second.NewPageAsync();
        page.SetDefaultTimeout((float)LabPage.Patience.TotalMilliseconds);
        await page.GotoAsync(small.Address);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("The labs are full");
        await first.Page.ClickAsync("#fit");
        await first.Shows("#loss", "0");
    }

    [Theory]
    [InlineData("/?w=NaN&set=<script>alert(1)</script>", "no data set “<script>alert(1)</script>”")]
    [InlineData("/?points=1,1e308_2,2", "Point 1 of the link is “1,1e308”")]
    [InlineData("/?points=1,2&x=<img src=x onerror=alert(1)>&w=0&b=0&degree=99", "degree is “99”")]
    [InlineData("/?packed=AAAAAAA", "cannot be read")]
    [InlineData("/descent?rate=-1", "rate is “-1”")]
    [InlineData("/descent?points=&step=99999999", "step is “99999999”")]
    [InlineData("/descent?rate=1e90&points=1e100,-1e100_-1e100,1e100&momentum=2", "momentum is “2”")]
    [InlineData("/?points=1e100,1e100_-1e100,1e-300_0,0&degree=8&ridge=1&w=1e100&b=-1e100&up=5,5", "up is “5,5”")]
    public async Task A_hostile_link_gets_a_clear_message_and_a_working_page(string path, string words)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, path.Replace("<", "%3C", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal));
        lab.Page.Dialog += (_, _) => Assert.Fail("A script ran.");
        await lab.ShowsPart("#problem", words);
        await lab.Page.SelectOptionAsync("#preset", "clean");
        await Assertions.Expect(lab.Page.Locator(".numbers .equation").First).ToContainTextAsync("ŷ =");
        lab.AssertQuiet();
    }

    [Fact]
    public async Task A_huge_link_is_answered_and_not_read()
    {
        // The longest that a browser sends has two million characters; driving one takes half a minute with such a link, and no longer one of 200,000.
        using var client = new HttpClient();
        using HttpResponseMessage huge = await client.GetAsync($"{server.Address}/?points={new string('1', 1_999_000)}", TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.RequestUriTooLong, huge.StatusCode);
        await using IBrowserContext context = await chromium.Open();
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)LabPage.Patience.TotalMilliseconds);
        IResponse? answer = await page.GotoAsync($"{server.Address}/?points={new string('1', 200_000)}");
        Assert.Equal(414, answer!.Status);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("The link is too long");
        await page.ClickAsync("text=Open the laboratory");
        await page.WaitForSelectorAsync("[data-ready=true]");
    }

    [Fact]
    public async Task Pasted_text_is_used_or_its_bad_cell_named_and_nothing_lost()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        lab.Page.Dialog += (_, _) => Assert.Fail("A script ran.");
        await lab.Page.ClickAsync("summary");
        await lab.Page.FillAsync("#csv", "height,<script>alert(1)</script>\n1,2\n2,three\n");
        await lab.Page.ClickAsync("#use-csv");
        await lab.ShowsPart("#csv-problem", "Row 3, column 2 (<script>alert(1)</script>) is “three”");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(3);
        Assert.Contains("three", await lab.Page.InputValueAsync("#csv"), StringComparison.Ordinal);
        await lab.Screenshot("regression-bad-csv");

        await lab.Page.FillAsync("#csv", "height,<script>alert(1)</script>\n1,2\n2,3\n4,4\n5,7\n");
        await lab.Page.ClickAsync("#use-csv");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(4);
        await Assertions.Expect(lab.Page.Locator("#scatter .name").Last).ToHaveTextAsync("<script>alert(1)</script>");
        await lab.Shows("#csv-problem", "");

        await lab.Page.SetInputFilesAsync("#csv-file", new FilePayload { Name = "p.csv", MimeType = "text/csv", Buffer = "1;2\n3;x"u8.ToArray() });
        await lab.ShowsPart("#csv-problem", "Row 2, column 2 (y) is “x”");
        await lab.Page.SetInputFilesAsync("#csv-file", new FilePayload { Name = "q.csv", MimeType = "text/csv", Buffer = "1;2\n3;4"u8.ToArray() });
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(2);
        await lab.Page.SetInputFilesAsync("#csv-file", new FilePayload { Name = "r.csv", MimeType = "text/csv", Buffer = new byte[3_000_000] });
        await lab.ShowsPart("#csv-problem", "longer than");
        await lab.Page.ClickAsync("#undo");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(4);
        lab.AssertQuiet();
    }

    [Fact]
    public async Task Two_thousand_points_are_pasted_dragged_and_linked()
    {
        await using LabPage lab = await LabPage.Open(chromium, server);
        await lab.Page.ClickAsync("summary");
        // Pasted by the page itself, so that a failing test does not print it all.
        await lab.Page.EvaluateAsync("() => document.querySelector('#csv').value = Array.from({ length: 2000 }, (_, i) => `${i},${i * 7919 % 1009 + i / 3}`).join('\\n')");
        await lab.Page.ClickAsync("#use-csv");
        await Assertions.Expect(lab.Page.Locator(".point")).ToHaveCountAsync(2000);
        await lab.Drag("[data-hit=p1000]", 10, -30);
        await lab.ShowsPart("#announcement", "Point 1001:");
        string equation = await lab.Text("#best-equation");
        await lab.Screenshot("regression-2000-points");
        string link = await lab.Link();
        await lab.Go(link);
        await lab.Shows("#best-equation", equation);
        lab.AssertQuiet();
    }

    private static Task<string> Picture(LabPage lab, string plot) => lab.Page.EvalOnSelectorAsync<string>(plot, "svg => svg.innerHTML.replace(/ (class|tabindex|_bl_[^=]*)=\"[^\"]*\"/g, '').replace(/<!--.*?-->/g, '')");
}
