using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HpcLinReg.Hosting.Tests.Wire;

/// <summary>The routes for people, keys and limits.</summary>
public class ModelRoutesTests
{
    [Fact]
    public async Task Rows_by_name_are_predicted_with_limits_where_asked()
    {
        await using Server server = await Mixed();
        RegressionModel model = Models.Mixed();
        var row = new Dictionary<string, Cell> { ["city"] = "Oslo", ["area"] = 71.5, ["rooms"] = 3, ["lift"] = true, ["built"] = new DateTime(1995, 3, 1, 0, 0, 0, DateTimeKind.Utc) };
        UncertainPrediction expected = model.PredictWithUncertainty(row, 0.9);
        const string Row = """{"city":"Oslo","area":71.5,"rooms":3,"lift":true,"built":"1995-03-01","note":"not read"}""";
        Answer plain = await server.PostAsync("/models/rent/predict", $"[{Row}]");
        Assert.Equal(expected.Value, plain.Json.GetProperty("predictions")[0].GetProperty("prediction").GetDouble());
        Assert.Equal((1, model.Fingerprint), (plain.Json.GetProperty("version").GetInt32(), plain.Json.GetProperty("fingerprint").GetString()));
        JsonElement limits = (await server.PostAsync("/models/rent/predict", $$"""{"rows":[{{Row}}],"interval":"prediction","level":0.9}""")).Json.GetProperty("predictions")[0];
        Assert.Equal((expected.PredictionLower, expected.PredictionUpper), (limits.GetProperty("lower").GetDouble(), limits.GetProperty("upper").GetDouble()));
        Assert.Equal(expected.StandardError, limits.GetProperty("standardError").GetDouble());
    }

    [Theory]
    [InlineData("""[{"city":"Paris","area":71.5,"rooms":3,"lift":true,"built":"1995-03-01"}]""", "Row 0", "'city'")]
    [InlineData("""[{"city":"Oslo","area":1,"rooms":3,"lift":true,"built":"1995-03-01"},{"city":"Oslo","rooms":3,"lift":true,"built":"1995-03-01"}]""", "Row 1", "'area'")]
    [InlineData("""[{"city":7,"area":71.5,"rooms":3,"lift":true,"built":"1995-03-01"}]""", "Row 0", "'city' is a number")]
    [InlineData("""[{"city":"Oslo","area":"71.5","rooms":3,"lift":true,"built":"1995-03-01"}]""", "Row 0", "'area' is a text")]
    [InlineData("""[{"city":"Oslo","area":71.5,"rooms":3,"lift":2,"built":"1995-03-01"}]""", "Row 0", "'lift' is a flag")]
    [InlineData("""[{"city":"Oslo","area":71.5,"rooms":3,"lift":true,"built":"03/01/1995"}]""", "Row 0", "'built' is no time")]
    [InlineData("""[{"city":"Oslo","area":71.5,"area":72,"rooms":3,"lift":true,"built":"1995-03-01"}]""", "Row 0", "'area' stands twice")]
    [InlineData("""[{"city":"Oslo","area":[71.5],"rooms":3,"lift":true,"built":"1995-03-01"}]""", "Row 0", "'area' is a list")]
    [InlineData("""[{"city":"Oslo","area":71.5,"rooms":9007199254740993,"lift":true,"built":"1995-03-01"}]""", "Row 0", "'rooms' is a whole number")]
    [InlineData("""[1]""", "Row 0", "no object")]
    [InlineData("""{"rows":[{}],"interval":"both"}""", "'interval'", "'confidence'")]
    [InlineData("""{"rows":[{}],"level":1}""", "'level'", "below 1")]
    [InlineData("""{"city":"Oslo"}""", "'city'", "in a list")]
    [InlineData("""{}""", "'rows'", "a member for every column")]
    [InlineData("""{"rows":[{}]""", "JSON", "")]
    public async Task Rows_that_do_not_fit_are_refused_with_row_and_name(string body, string first, string second)
    {
        await using Server server = await Mixed();
        Answer answer = await server.PostAsync("/models/rent/predict", body);
        answer.AssertRefused(400, first, second);
        Assert.Equal("application/problem+json", answer.ContentType!.ToString());
    }

    [Fact]
    public async Task A_prediction_of_null_is_permitted_where_asked()
    {
        await using Server server = await Mixed();
        Answer answer = await server.PostAsync("/models/rent/predict", """{"rows":[{"city":null,"area":71.5,"rooms":3,"lift":true,"built":"1995-03-01"}],"missing":"null"}""");
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("predictions")[0].GetProperty("prediction").ValueKind);
        Assert.Equal(1, answer.Json.GetProperty("rowsWithoutPrediction").GetInt32());
    }

    [Fact]
    public async Task Versions_are_listed_promoted_and_rolled_back()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));
        server["fare"].Publish(Models.Plain(2));
        Assert.Equal([false, true], (await server.GetAsync("/models/fare/versions")).Json.EnumerateArray().Select(version => version.GetProperty("current").GetBoolean()));
        (await server.PostAsync("/models/fare/promote", """{"version":1,"expectedVersion":7}""")).AssertRefused(409, "nothing was changed");
        (await server.PostAsync("/models/fare/promote", """{"version":9}""")).AssertRefused(404, "version 9");
        (await server.PostAsync("/models/fare/promote", """{}""")).AssertRefused(400, "no 'version'");
        Assert.Equal(1, (await server.PostAsync("/models/fare/promote", """{"version":1,"expectedVersion":2}""")).Json.GetProperty("version").GetInt32());
        Assert.Equal(2, (await server.PostAsync("/models/fare/rollback", "")).Json.GetProperty("version").GetInt32());
        Assert.Equal(1, (await server.PostAsync("/models/fare/rollback", "")).Json.GetProperty("version").GetInt32());
        (await server.PostAsync("/models/fare/rollback", "")).AssertRefused(409, "no version");
        Assert.Equal("fare", (await server.GetAsync("/models")).Json[0].GetProperty("name").GetString());
        (await server.GetAsync("/models/fair")).AssertRefused(404, "'fare'");
    }

    [Fact]
    public async Task Keys_permit_predicting_or_changing()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))), serving =>
        {
            serving.Keys.Add(new ApiKey { Sha256 = Hash("reader") });
            serving.Keys.Add(new ApiKey { Sha256 = Hash("writer"), Scope = ApiScope.Change });
        });
        server["fare"].Publish(Models.Plain(2));
        const string Body = """[{"a":1,"b":2}]""";
        Answer without = await server.PostAsync("/models/fare/predict", Body);
        without.AssertRefused(401, "X-Api-Key");
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.Single().Scheme);
        (await server.PostAsync("/models/fare/predict", Body, ("X-Api-Key", "guess"))).AssertRefused(401);
        (await server.PostAsync("/v2/models/fare/infer", Body, ("X-Api-Key", ""))).AssertRefused(401);
        Assert.Equal(200, (await server.PostAsync("/models/fare/predict", Body, ("X-Api-Key", "reader"))).Status);
        Assert.Equal(200, (await server.PostAsync("/models/fare/predict", Body, ("Authorization", "Bearer writer"))).Status);
        (await server.PostAsync("/models/fare/rollback", "", ("X-Api-Key", "reader"))).AssertRefused(403, "Change");
        Assert.Equal(200, (await server.PostAsync("/models/fare/rollback", "", ("X-Api-Key", "writer"))).Status);
        Assert.Equal(200, (await server.GetAsync("/v2/health/ready")).Status);
    }

    /// <summary>A browser sends a post without asking first, and says which page it is of.</summary>
    [Fact]
    public async Task Without_keys_a_page_of_another_site_changes_nothing()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));
        server["fare"].Publish(Models.Plain(2));
        (await server.PostAsync("/models/fare/rollback", "", ("Origin", "https://example.org"))).AssertRefused(403, "example.org");
        (await server.PostAsync("/models/fare/rollback", "", ("Origin", "null"))).AssertRefused(403, "null");
        Assert.Equal(2, server["fare"].Current.Version);
        Assert.Equal(200, (await server.PostAsync("/models/fare/rollback", "", ("Origin", server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)))).Status);
    }

    [Fact]
    public async Task More_requests_a_second_than_permitted_are_answered_429()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))), serving => serving.RequestsPerSecond = 1);
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.PostAsync("/models/fare/predict", """[{"a":1,"b":2}]""")));
        Answer refused = answers.First(answer => answer.Status != 200);
        refused.AssertRefused(429, "in a second");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Listening_to_other_machines_without_keys_ends_the_start_unless_it_is_meant()
    {
        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAt(IPAddress.Any, _ => { }));
        Assert.Contains("has no API keys", ended.Message, StringComparison.Ordinal);
        await StartAt(IPAddress.Any, serving => serving.Insecure = true);
        await StartAt(IPAddress.Any, serving => serving.Keys.Add(new ApiKey { Sha256 = Hash("reader") }));
        await StartAt(IPAddress.Loopback, _ => { });
        OptionsValidationException invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAt(IPAddress.Loopback, serving => serving.Keys.Add(new ApiKey { Sha256 = "reader" })));
        Assert.Contains("sha256sum", invalid.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("reader", invalid.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:80", true)]
    [InlineData("http://[::1]:80", true)]
    [InlineData("https://localhost", true)]
    [InlineData("http://unix:/run/x.sock", true)]
    [InlineData("http://[::]:80", false)]
    [InlineData("http://0.0.0.0:80", false)]
    [InlineData("http://*:80", false)]
    [InlineData("http://127.0.0.1.example.org", false)]
    public void Addresses_of_this_machine_are_known(string address, bool isOwn) => Assert.Equal(isOwn, AddressCheck.IsLoopback(address));

    [Fact]
    public async Task The_document_of_the_interface_and_the_page_are_there()
    {
        await using Server server = await Mixed();
        JsonElement document = (await server.GetAsync("/openapi/hpclinreg.json")).Json;
        JsonElement paths = document.GetProperty("paths");
        Assert.True(paths.GetProperty("/models/{name}/predict").GetProperty("post").TryGetProperty("requestBody", out _));
        Assert.True(paths.TryGetProperty("/v2/models/{name}/versions/{version}/infer", out _));
        Assert.Contains("<textarea", (await server.GetAsync("/try")).Text, StringComparison.Ordinal);
    }

    /// <summary>A body that ends before its Content-Length, and one that goes on behind it.</summary>
    [Fact]
    public async Task A_wrong_Content_Length_is_no_prediction_of_something_else()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        string body = """[{"a":1,"b":2}]""";
        NetworkStream cut = client.GetStream();
        await cut.WriteAsync(Encoding.ASCII.GetBytes($"POST /models/fare/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length + 10}\r\n\r\n{body}"), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.DoesNotContain(" 200 ", await ReadAsync(cut), StringComparison.Ordinal);
        using var shorter = new TcpClient();
        await shorter.ConnectAsync(server.Client.BaseAddress.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        NetworkStream early = shorter.GetStream();
        // One byte too few: the list is not closed.
        await early.WriteAsync(Encoding.ASCII.GetBytes($"POST /models/fare/predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body.Length - 1}\r\n\r\n{body}"), TestContext.Current.CancellationToken);
        string answer = await ReadAsync(early);
        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
    }

    /// <summary>Reads what comes before the connection ends; a server may reset it where the request is not HTTP any more.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Reset.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }

    private static Task<Server> Mixed() => Server.StartAsync(models => models.AddModel("rent", m => m.FromModel(Models.Mixed())));

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static async Task StartAt(IPAddress address, Action<ServingOptions> serving)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        builder.Services.AddHpcLinReg().AddModel("fare", m => m.FromModel(Models.Plain(1))).AddServing(serving);
        await using WebApplication app = builder.Build();
        app.MapModels();
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }
}
