using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>How the labs look on every screen, and the README's pictures of them.</summary>
public class LooksTests(Chromium chromium, LabServer server)
{
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
}
