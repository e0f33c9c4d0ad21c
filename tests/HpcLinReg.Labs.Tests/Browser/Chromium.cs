using System.Diagnostics;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(HpcLinReg.Labs.Tests.Browser.Chromium))]

namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>
/// Debian's Chromium, driven by Playwright; one for all tests. Where it is missing and apt-get may install it, it is installed; elsewhere the
/// tests that need it are skipped and say why.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Path = "/usr/bin/chromium";

    private static readonly string Figures = System.IO.Path.Combine(AppContext.BaseDirectory, "TestResults", "figures.txt");

    private static readonly SemaphoreSlim OneAtATime = new(1);

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _common;
    private string? _whyNot;

    /// <summary>Gets where screenshots are written.</summary>
    internal static string Screenshots { get; } = Directory.CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots")).FullName;

    /// <summary>
    /// Prints a measured figure, and keeps it beside the screenshots: the runner shows what a test prints only when it fails, so that continuous
    /// integration and <c>bench/labs-load</c> show the file.
    /// </summary>
    internal static async Task Tell(string figure)
    {
        await OneAtATime.WaitAsync();
        try
        {
            await Console.Out.WriteLineAsync(figure);
            await File.AppendAllTextAsync(Figures, figure + "\n");
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Figures)!);
        File.Delete(Figures);
        _whyNot = Install();
        if (_whyNot is not null)
        {
            await Console.Error.WriteLineAsync($"Browser tests are skipped: {_whyNot}");
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Headless = true,
            // A visitor's browser protects itself from a page that changes its address too often; this one shall, too.
            IgnoreDefaultArgs = ["--disable-ipc-flooding-protection"],
            // Run as root in containers; and nothing of Chromium's own goes out to the network.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        _common = await Open();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a page among the others: with the scripts and styles they have already loaded, and with their storage.</summary>
    internal async Task<IPage> OpenPage(int width, int height, ColorScheme scheme)
    {
        SkipWithout();
        IPage page = await _common!.NewPageAsync();
        await page.SetViewportSizeAsync(width, height);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        return page;
    }

    /// <summary>Opens a browser for somebody else, with cookies and storage of its own.</summary>
    internal async Task<IBrowserContext> Open(int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, bool touch = false)
    {
        SkipWithout();
        return await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            HasTouch = touch,
            ReducedMotion = ReducedMotion.NoPreference,
        });
    }

    private void SkipWithout() => Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");

    /// <summary>Null when the browser is there; else why not.</summary>
    private static string? Install()
    {
        if (File.Exists(Path))
        {
            return null;
        }

        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/apt-get"))
        {
            return $"{Path} is missing, and there is no apt-get to install it.";
        }

        if (Environment.UserName != "root")
        {
            return $"{Path} is missing, and only root may install it: apt-get install chromium";
        }

        foreach (string arguments in (string[])["update -qq", "install -y -qq chromium"])
        {
            var start = new ProcessStartInfo("/usr/bin/apt-get", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                return $"apt-get {arguments} failed: {error.Result}{output.Result}";
            }
        }

        return File.Exists(Path) ? null : $"{Path} is missing after apt-get install chromium.";
    }
}
