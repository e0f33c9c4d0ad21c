using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;

namespace HpcLinReg.Labs.Tests;

/// <summary>The server without a browser.</summary>
public partial class LabsHostTests
{
    [Fact]
    public async Task It_prints_its_address_answers_and_stops_when_told()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        var opened = new TaskCompletionSource<string>();
        Task<int> run = LabsHost.RunAsync(new LabsOptions { Port = 0 }, output, TextWriter.Null, opened.SetResult, stop.Token);
        string address = await opened.Task;
        Assert.Contains($"The labs are at {address}", output.ToString(), StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        string page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Contains("14/3", page, StringComparison.Ordinal);
        string[] files = [.. Files().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(4, files.Length);
        foreach (string file in (string[])[.. files, "descent", "labs.css", "labs.js", "_framework/blazor.web.js", "health"])
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri(file, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{file}: {answer.StatusCode}");
        }

        await stop.CancelAsync();
        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task A_port_in_use_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var error = new StringWriter();
        Assert.Equal(1, await LabsHost.RunAsync(new LabsOptions { Port = port }, TextWriter.Null, error, null, TestContext.Current.CancellationToken));
        Assert.Contains($"port {port} of this machine is in use", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Everything the page loads comes from the same host, and the page's policy forbids the browser to load anything from elsewhere.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/descent?set=noise")]
    [InlineData("/not-here")]
    [InlineData("/paused?back=//evil.example")]
    [InlineData("/paused?back=%2F%5Cevil.example")]
    public async Task Nothing_comes_from_or_leads_to_another_host(string path)
    {
        await using WebApplication app = LabsHost.Create(new LabsOptions { Port = 0 });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(app.Urls.First() + path, TestContext.Current.CancellationToken);
        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("://", Addresses().Replace(page, ""), StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example\"", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, app.Urls.First()) { Headers = { Host = "evil.example" } };
        using HttpResponseMessage refused = await client.SendAsync(foreign, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A page of another site may not open a circuit on the visitor's machine; how many tried is counted.</summary>
    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    public async Task A_page_of_another_site_gets_no_connection(string origin)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using WebApplication app = LabsHost.Create(new LabsOptions { Port = 0 });
        await app.StartAsync(cancel);
        var address = new Uri(app.Urls.First());
        async Task<bool> Connects(string from)
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", from);
            try
            {
                await socket.ConnectAsync(new Uri($"ws://{address.Authority}/_blazor"), cancel);
                return true;
            }
            catch (WebSocketException)
            {
                return false;
            }
        }

        Assert.True(await Connects($"http://{address.Authority}"));
        Assert.False(await Connects(origin));
        using var client = new HttpClient { BaseAddress = address };
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        negotiate.Headers.Add("Origin", origin);
        using HttpResponseMessage refused = await client.SendAsync(negotiate, cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("\"refusedConnections\":2", await client.GetStringAsync("/health", cancel), StringComparison.Ordinal);
        using var stop = new CancellationTokenSource(200);
        await app.StopAsync(stop.Token);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"/?]+\\.(?:css|js|svg)|_framework/[^\"]+)\"")]
    private static partial Regex Files();

    /// <summary>What is text, or this host.</summary>
    [GeneratedRegex("<!--.*?-->|http://127\\.0\\.0\\.1:\\d+", RegexOptions.Singleline)]
    private static partial Regex Addresses();
}
