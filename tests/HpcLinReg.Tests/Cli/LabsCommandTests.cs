using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace HpcLinReg.Tests.Cli;

/// <summary>The labs as a user starts them.</summary>
public partial class LabsCommandTests
{
    /// <summary>From another directory: page, styles and scripts lie beside the program, not where it was started.</summary>
    [Fact]
    public async Task Labs_started_elsewhere_answer_with_page_styles_and_scripts()
    {
        ProcessStartInfo start = CommandLine.StartInfo("labs", "--port", "0");
        start.WorkingDirectory = Path.GetTempPath();
        using Process process = Process.Start(start)!;
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Match address = Address().Match(line ?? "");
            Assert.True(address.Success, $"hpclinreg labs printed: {line} {(process.HasExited ? await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) : "")}");
            using var client = new HttpClient { BaseAddress = new Uri(address.Value) };
            foreach (string file in (string[])["/", "/descent", "/labs.css", "/labs.js", "/_framework/blazor.web.js"])
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(file, UriKind.Relative), TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{file} answers {answer.StatusCode}.");
                Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("70000", "0 to 65535")]
    [InlineData("-1", "0 to 65535")]
    [InlineData("http", "http")]
    public void A_port_that_is_none_is_wrong_usage(string port, string words) => CommandLine.AssertFails(2, [words], "labs", "--port", port);

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
