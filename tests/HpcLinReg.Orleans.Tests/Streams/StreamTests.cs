using System.Collections.Concurrent;
using HpcLinReg.Hosting;

namespace HpcLinReg.Orleans.Tests.Streams;

/// <summary>Streams of rows, and the models made of them.</summary>
public class StreamTests
{
    private static readonly StreamDefinition Definition = Define();

    [Fact]
    public async Task The_state_is_the_replay_of_what_was_acknowledged_whatever_dies_on_the_way()
    {
        SharedStorage storage = new();
        await using Cluster cluster = await Cluster.StartAsync(3, storage);
        Assert.Null(await cluster.Grains.GetGrain<IModelGrain>("load").Define(Definition));
        ConcurrentDictionary<string, double[]> acknowledged = new();
        Task[] sources = Enumerable.Range(0, 3).Select(source => Task.Run(async () =>
        {
            for (int i = 1; i <= 60; i++)
            {
                double[] rows = Rows((source * 1000) + i);
                // Asked again until there is an answer, and once more after it.
                StreamAnswer answer = await AskAsync(() => cluster.Grains.GetGrain<IStreamGrain>($"load/s{source}").Add($"k{i}", rows));
                Assert.Equal((i, 3), (answer.Sequence, answer.Rows));
                Assert.Equal(answer, await AskAsync(() => cluster.Grains.GetGrain<IStreamGrain>($"load/s{source}").Add($"k{i}", rows)));
                acknowledged[$"s{source} {i:D3}"] = rows;
            }
        })).ToArray();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        storage.LoseAnswers(3);
        await cluster.KillAsync(cluster.Silos[2]);
        storage.FailWrites(5);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await cluster.KillAsync(cluster.Silos[1]);
        await Task.WhenAll(sources);

        for (int source = 0; source < 3; source++)
        {
            StreamState replay = new(Definition);
            foreach ((string? key, double[]? rows) in acknowledged.Where(entry => entry.Key.StartsWith($"s{source}", StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                replay.Learn(new StoredBatch { Sequence = 1, Key = key, Digest = default, Rows = 3, Values = rows });
            }

            StreamMoments stored = await AskAsync(() => cluster.Grains.GetGrain<IStreamGrain>($"load/s{source}").Moments(-1));
            Assert.Equal(60, stored.Sequence);
            Assert.Equal(MomentsBytes.Write(replay.Moments!), stored.Moments);
        }

        ModelVersion model = await AskAsync(() => cluster.Grains.GetGrain<IModelGrain>("load").Current(0));
        Assert.Equal(180, model.Version);
        double[] all = [.. acknowledged.Values.SelectMany(rows => rows)];
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([.. all.Chunk(3).SelectMany(row => row[..2])], 2), (double[])[.. all.Chunk(3).Select(row => row[2])]);
        Assert.Equal(fit.Model.Weights[0], RegressionModel.FromJson(model.Model!).Terms[0].Coefficient, 1e-12);
    }

    [Fact]
    public async Task A_forgotten_batch_is_as_if_it_had_not_been_learned()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, new SharedStorage());
        await cluster.Grains.GetGrain<IModelGrain>("load").Define(Definition);
        IStreamGrain stream = cluster.Grains.GetGrain<IStreamGrain>("load/s");
        for (int i = 1; i <= 5; i++)
        {
            await stream.Add($"k{i}", Rows(i));
        }

        Assert.Contains("no batch 'k9'", (await stream.Forget("f1", "k9")).Problem, StringComparison.Ordinal);
        StreamAnswer forgotten = await stream.Forget("f1", "k2");
        Assert.Equal(6, forgotten.Sequence);
        Assert.Equal(forgotten, await stream.Forget("f1", "k2"));
        Assert.Contains("forgotten before", (await stream.Forget("f2", "k2")).Problem, StringComparison.Ordinal);
        double[] kept = [.. ((int[])[1, 3, 4, 5]).SelectMany(Rows)];
        Fit expected = LinearRegression.Fit(new MatrixSpan<double>([.. kept.Chunk(3).SelectMany(row => row[..2])], 2), (double[])[.. kept.Chunk(3).Select(row => row[2])]);
        var model = RegressionModel.FromJson((await cluster.Grains.GetGrain<IModelGrain>("load").Current(0)).Model!);
        Assert.Equal(12, model.RowCount);
        Assert.Equal(expected.Model.Weights[1], model.Terms[1].Coefficient, 1e-9);
        // The last rows may go, too.
        foreach (int i in (int[])[1, 3, 4, 5])
        {
            Assert.Null((await stream.Forget($"g{i}", $"k{i}")).Problem);
        }

        Assert.Null((await stream.Moments(-1)).Moments);
        Assert.Equal(11, (await stream.Add("k10", Rows(10))).Sequence);
    }

    [Fact]
    public async Task What_cannot_be_learned_is_refused_with_the_reason()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, new SharedStorage());
        IStreamGrain stream = cluster.Grains.GetGrain<IStreamGrain>("load/s");
        Assert.Contains("'load' is not defined", (await stream.Add("k1", Rows(1))).Problem, StringComparison.Ordinal);
        IModelGrain model = cluster.Grains.GetGrain<IModelGrain>("load");
        Assert.Contains("'a' is named twice", await model.Define(Define(["a", "a"])), StringComparison.Ordinal);
        Assert.Contains("ridge", await model.Define(Define(ridge: double.NaN)), StringComparison.Ordinal);
        Assert.Contains("forgetting", await model.Define(Define(forgetting: 0)), StringComparison.Ordinal);
        Assert.Null(await model.Define(Definition));
        Assert.Null(await model.Define(Define()));
        Assert.Contains("defined otherwise", await model.Define(Define(ridge: 1)), StringComparison.Ordinal);
        await AskAsync(async () => (await stream.Add("k1", Rows(1))).Problem is null ? new object() : throw new TimeoutException());

        Assert.Contains("4 values", (await stream.Add("k2", [1, 2, 3, 4])).Problem, StringComparison.Ordinal);
        Assert.Contains("0 values", (await stream.Add("k2", [])).Problem, StringComparison.Ordinal);
        Assert.Contains("row 1 has NaN in 'b'", (await stream.Add("k2", [1, 2, 3, 4, double.NaN, 6])).Problem, StringComparison.Ordinal);
        Assert.Contains("Infinity in 'y'", (await stream.Add("k2", [1, 2, double.PositiveInfinity])).Problem, StringComparison.Ordinal);
        Assert.Contains("with other contents", (await stream.Add("k1", Rows(2))).Problem, StringComparison.Ordinal);
        Assert.Contains("key of 1 to 200", (await stream.Add(" ", Rows(2))).Problem, StringComparison.Ordinal);
        Assert.Contains("at once", (await stream.Add("k2", new double[3 * 200_000])).Problem, StringComparison.Ordinal);
        Assert.Equal(1, (await stream.Moments(-1)).Sequence);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IStreamGrain>("load").Add("k1", Rows(1)));
    }

    [Fact]
    public async Task Served_models_of_two_nodes_follow_the_clusters()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, new SharedStorage());
        ServedModel[] served = [.. await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            (await cluster.AddSiloAsync(services => services.AddHpcLinReg().AddClusterModel("load"))).Services.GetRequiredKeyedService<ServedModel>("load")))];
        Assert.All(served, model => Assert.Null(model.CurrentOrNull));
        await cluster.Grains.GetGrain<IModelGrain>("load").Define(Definition);
        for (int i = 1; i <= 20; i++)
        {
            StreamAnswer answer = await AskAsync(() => cluster.Grains.GetGrain<IStreamGrain>("load/s").Add($"k{i}", Rows(i)));
            Assert.Null(answer.Problem);
        }

        await AskAsync(() => Task.FromResult(served.All(model => model.CurrentOrNull?.Version == 20) ? new object() : throw new TimeoutException()));
        Assert.Equal(served[0].Current.Fingerprint, served[1].Current.Fingerprint);
        Assert.Equal(served[0].Current.Predict([1.0, 2]).Value, served[1].Current.Predict([1.0, 2]).Value);
        Assert.Throws<InvalidOperationException>(() => served[0].Publish(served[1].Current.Model));
    }

    private static StreamDefinition Define(string[]? features = null, double ridge = 0, double forgetting = 1) =>
        new() { Features = features ?? ["a", "b"], Target = "y", Ridge = ridge, Forgetting = forgetting };

    private static double[] Rows(int number)
    {
        Random random = new(number);
        return [.. Enumerable.Range(0, 3).SelectMany(_ =>
        {
            double a = random.NextDouble() * 10, b = random.NextDouble();
            return (double[])[a, b, 1 + (2 * a) - b + (random.NextDouble() / 100)];
        })];
    }

    /// <summary>Asks again while silos come and go; the test's own time ends it.</summary>
    private static Task<T> AskAsync<T>(Func<Task<T>> call) => PatientCalls.AskAsync(call, TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
}
