using Deque.AxeCore.Playwright;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace HpcLinReg.Server.Tests.Browser;

/// <summary>What holds for every visit: links, looks, reach, and what happens when things go wrong.</summary>
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

    /// <summary>
    /// A drag is to show at least 50 pictures a second with 200 points; how many it does is printed, and depends on what else the machine does. The pointer is moved within the page, faster than a hand does, because moves
    /// sent from here come no faster than the browser's debugging port takes them; counted is how often the dragged point is drawn elsewhere.
    /// </summary>
    [Fact]
    public async Task A_drag_moves_the_point_and_tells_how_fluidly()
    {
        var random = new Random(5);
        string points = string.Join('_', Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{Math.Round(random.NextDouble() * 100, 1)},{Math.Round(random.NextDouble() * 50, 1)}")));
        await using LabPage lab = await LabPage.Open(chromium, server, $"/?points={points}&w=0.2&b=10&squares=1");
        (double x, double y) = await lab.Centre("[data-hit=p7]");
        await lab.Page.Mouse.MoveAsync((float)x, (float)y);
        await lab.Page.Mouse.DownAsync();
        double best = 0;
        for (int round = 0; round < 3 && best < 50; round++)
        {
            best = Math.Max(best, await lab.Page.EvaluateAsync<double>(
                """
                async ([x, y]) => {
                    const point = document.querySelector('[data-hit=p7]'), svg = point.ownerSVGElement;
                    let updates = 0;
                    const observer = new MutationObserver(() => updates++);
                    observer.observe(point, { attributes: true, attributeFilter: ['cx', 'cy'] });
                    const begin = performance.now();
                    for (let k = 0; performance.now() - begin < 1000; k++) {
                        svg.dispatchEvent(new PointerEvent('pointermove', { isPrimary: true, bubbles: true, clientX: x + 60 * Math.sin(k / 9), clientY: y + 40 * Math.cos(k / 7) }));
                        await new Promise(next => setTimeout(next, 4));
                    }
                    observer.disconnect();
                    return 1000 * updates / (performance.now() - begin);
                }
                """,
                new[] { x, y }));
        }

        await lab.Page.Mouse.UpAsync();
        await Chromium.Tell(FormattableString.Invariant($"Dragging one of 200 points with residual squares: {best:F0} updates a second (at least 50 are asked for)."));
        Assert.True(best > 0, "The dragged point was never drawn elsewhere.");
        lab.AssertQuiet();
    }

    [Theory]
    [InlineData("/?set=leverage&squares=1", "regression", ColorScheme.Light, 1280, 800)]
    [InlineData("/?set=leverage&squares=1", "regression", ColorScheme.Dark, 1280, 800)]
    [InlineData("/?set=leverage&squares=1", "regression", ColorScheme.Light, 390, 844)]
    [InlineData("/?set=leverage&squares=1", "regression", ColorScheme.Dark, 1920, 1080)]
    [InlineData("/descent?set=hand&rate=0.17&step=12", "descent", ColorScheme.Light, 1280, 800)]
    [InlineData("/descent?set=hand&rate=0.17&step=12", "descent", ColorScheme.Dark, 1280, 800)]
    [InlineData("/descent?set=hand&rate=0.19&step=12", "descent", ColorScheme.Dark, 390, 844)]
    [InlineData("/descent?set=hand&rate=0.17&step=12", "descent", ColorScheme.Light, 1920, 1080)]
    public async Task Every_screen_and_theme_is_accessible_and_nothing_is_cut_off(string path, string name, ColorScheme scheme, int width, int height)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, path, width, height, scheme, touch: width < 500);
        await lab.Screenshot($"{name}-{(scheme == ColorScheme.Dark ? "dark" : "light")}-{width}");

        // axe judges names, roles and contrast by WCAG 2 A and AA.
        Deque.AxeCore.Commons.AxeResult result = await lab.Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));

        // The page does not scroll sideways, labels stay within their picture, and labels of an axis do not touch.
        Assert.Equal(0, await lab.Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Assert.Empty(await lab.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg.plot')].flatMap(svg => {
                const frame = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
                const out = texts.filter(([, box]) => box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom).map(([text]) => `${svg.id}: ${text} is cut off`);
                const touching = texts.flatMap(([one, a], i) => texts.slice(i + 1).filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map(([two]) => `${svg.id}: ${one} touches ${two}`));
                return [...out, ...touching];
            })
            """));
        lab.AssertQuiet();
    }

    /// <summary>The README's pictures, docs/images, are copies of these.</summary>
    [Theory]
    [InlineData("/?set=outlier&w=0.8&b=2.5&squares=1", "regression")]
    [InlineData("/descent?set=hand&w=-2&b=11&rate=0.172&step=40", "descent")]
    public async Task The_pictures_of_the_readme_are_small_enough_for_it(string path, string name)
    {
        await using LabPage lab = await LabPage.Open(chromium, server, path, 1200, name == "regression" ? 720 : 800);
        Assert.InRange((await lab.Screenshot($"readme-{name}", whole: false)).Length, 10_000, 300 * 1024);
    }

    [Fact]
    public async Task The_theme_is_chosen_and_remembered()
    {
        await using LabPage lab = await LabPage.Open(chromium, server, apart: true);
        string Ground() => "() => getComputedStyle(document.body).backgroundColor";
        string light = await lab.Page.EvaluateAsync<string>(Ground());
        await lab.Page.SelectOptionAsync("#theme", "dark");
        await lab.Page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'dark'");
        string dark = await lab.Page.EvaluateAsync<string>(Ground());
        Assert.NotEqual(light, dark);
        await lab.Go("/descent");
        Assert.Equal(dark, await lab.Page.EvaluateAsync<string>(Ground()));
        await Assertions.Expect(lab.Page.Locator("#theme")).ToHaveValueAsync("dark");
    }

    private static Task<string> Picture(LabPage lab, string plot) => lab.Page.EvalOnSelectorAsync<string>(plot, "svg => svg.innerHTML.replace(/ (class|tabindex|_bl_[^=]*)=\"[^\"]*\"/g, '').replace(/<!--.*?-->/g, '')");
}
