using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HpcLinReg.Hosting.Tests.Wire;

/// <summary>Learning over HTTP.</summary>
public class LearningRoutesTests
{
    private const string Batch = """{"rows":[{"a":1,"b":2,"y":6.5},{"a":4,"b":1,"y":7}]}""";

    [Fact]
    public async Task Rows_are_learned_once_by_their_key_and_the_next_prediction_knows_them()
    {
        using var folder = new TemporaryFolder();
        await using Server server = await Start(folder);
        double before = await Predict(server);
        Answer first = await Learn(server, "k1", Batch);
        Assert.Equal((1, 2, 2, 2), (Number(first, "sequence"), Number(first, "version"), Number(first, "rows"), Number(first, "current")));
        Assert.NotEqual(before, await Predict(server));
        Answer again = await Learn(server, "k1", Batch);
        Assert.Equal(first.Text, again.Text);
        (await Learn(server, "k1", """[{"a":1,"b":2,"y":9}]""")).AssertRefused(422, "'k1'", "entry 1");
        (await server.PostAsync("/models/fare/rows", Batch)).AssertRefused(400, "Idempotency-Key");
        Assert.Equal(42, (await server.GetAsync("/models/fare/learning")).Json.GetProperty("rows").GetInt32());
        Answer forgotten = await server.PostAsync("/models/fare/forget", """{"key":"k1"}""", ("Idempotency-Key", "f1"));
        Assert.Equal(2, Number(forgotten, "sequence"));
        Assert.Equal(before, await Predict(server), 1e-9);
        (await server.PostAsync("/models/fare/forget", """{}""", ("Idempotency-Key", "f2"))).AssertRefused(400, "'key'");
        (await server.PostAsync("/models/fixed/rows", Batch, ("Idempotency-Key", "k"))).AssertRefused(404, "does not learn");
    }

    [Theory]
    [InlineData("""[{"a":1,"b":2,"y":3},{"a":1,"y":3}]""", "Row 1", "'b'")]
    [InlineData("""[{"a":1,"b":2}]""", "Row 0", "'y'")]
    [InlineData("""[{"a":1,"b":2,"y":null}]""", "Row 0", "'y'")]
    [InlineData("""[{"a":1,"b":1e308,"y":1}]""", "Row 0", "'b'")]
    [InlineData("""[{"a":1,"b":"2","y":1}]""", "Row 0", "'b'")]
    [InlineData("""[{"a":1,"b":2,"y":"3"}]""", "Row 0", "'y'")]
    [InlineData("""[{"a":1,"b":2,"y":3,"y":4}]""", "Row 0", "'y' stands twice")]
    [InlineData("""[]""", "0 values", "one row or more")]
    [InlineData("", "empty", "rows")]
    [InlineData("""{"row":[]}""", "rows", "list")]
    [InlineData("""{"rows":[{"a":1,"b":2,"y":3}],"weight":2}""", "another member", "'rows'")]
    [InlineData("""[{"a":1,"b":2,"y":3}""", "JSON", "")]
    public async Task Rows_that_cannot_be_learned_are_refused_whole(string body, string first, string second)
    {
        using var folder = new TemporaryFolder();
        await using Server server = await Start(folder);
        double before = await Predict(server);
        (await Learn(server, "k1", body)).AssertRefused(400, first, second);
        Assert.Equal(before, await Predict(server));
        Assert.Equal(200, (await Learn(server, "k1", Batch)).Status);
    }

    [Fact]
    public async Task A_million_rows_in_one_body_are_refused_by_their_limit()
    {
        using var folder = new TemporaryFolder();
        await using Server server = await Start(folder);
        string row = """{"a":1,"b":2,"y":3},""";
        string body = $"[{new StringBuilder(row.Length * 1_000_000).Insert(0, row, 1_000_000).ToString()[..^1]}]";
        (await Learn(server, "k1", body)).AssertRefused(413, "100000 rows");
        Assert.Equal(0, (await server.GetAsync("/models/fare/learning")).Json.GetProperty("sequence").GetInt32());
    }

    [Fact]
    public async Task Learning_continues_after_a_restart_and_its_health_is_a_check_of_its_own()
    {
        using var folder = new TemporaryFolder();
        double learned;
        await using (Server server = await Start(folder))
        {
            await Learn(server, "k1", Batch);
            learned = await Predict(server);
            var health = (await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status);
            Assert.Equal(HealthStatus.Healthy, health["hpclinreg-learning"]);
        }

        await using Server again = await Start(folder);
        Assert.Equal(learned, await Predict(again));
        Assert.Equal(1, Number(await Learn(again, "k1", Batch), "sequence"));
    }

    private static Task<Server> Start(TemporaryFolder folder) => Server.StartAsync(models =>
        models.AddOnlineModel("fare", learn => learn.FromModel(Models.Plain(1))).AddModel("fixed", m => m.FromModel(Models.Plain(1))).UseSqlite(folder["state.db"]));

    private static Task<Answer> Learn(Server server, string key, string body) => server.PostAsync("/models/fare/rows", body, ("Idempotency-Key", key));

    private static int Number(Answer answer, string name)
    {
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.GetProperty(name).GetInt32();
    }

    private static async Task<double> Predict(Server server)
    {
        JsonElement json = (await server.PostAsync("/models/fare/predict", """[{"a":3,"b":4}]""")).Json;
        return json.GetProperty("predictions")[0].GetProperty("prediction").GetDouble();
    }
}
