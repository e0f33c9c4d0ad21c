using System.Text;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using HpcLinReg.Data;

namespace HpcLinReg.Orleans.Tests.Fits;

/// <summary>Fits in parts over silos of this process: the bytes of one machine, and failures by name.</summary>
public sealed class FitJobTests : IDisposable
{
    private const int Rows = 60_000;
    private const int Parts = 16;

    private readonly Hosting.Tests.TemporaryFolder _folder = new();

    public FitJobTests()
    {
        for (int file = 0; file < 3; file++)
        {
            using DuckDBConnection connection = new("DataSource=:memory:");
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers and a folder of the test's own.
            command.CommandText = $"""
                COPY (SELECT (hash(i) % 10007) / 100.0 AS a, CASE WHEN i % 97 = 0 THEN NULL ELSE (hash(i * 3) % 1009) / 7.0 END AS b, (hash(i * 7) % 65537) / 3.0 AS y
                FROM range({file * Rows / 3}, {(file + 1) * Rows / 3}) t(i)) TO '{_folder[$"rows-{file}.parquet"]}' (FORMAT parquet)
                """;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silos_give_the_bytes_of_one_process_and_the_same_job_again_gives_them_at_once()
    {
        SharedStorage storage = new();
        await using Cluster cluster = await Cluster.StartAsync(3, storage, InFolder);
        List<FitJobProgress> seen = [];
        byte[] moments = await RunAsync(cluster, "job", new Progress(seen.Add));
        Assert.Equal(OneProcess(), moments);
        FitJobProgress last = seen[^1];
        Assert.Equal((FitJobStage.Done, Parts, Parts, 0), (last.Stage, last.Parts, last.Finished, last.Running));
        Assert.Equal(moments, await RunAsync(cluster, "job"));
        await cluster.Grains.GetGrain<IFitJobGrain>("job").Remove();
        Assert.Equal(FitJobStage.Unknown, (await cluster.Grains.GetGrain<IFitJobGrain>("job").Progress()).Stage);
        // Nothing of it is left, and its name can begin with another plan.
        Assert.Empty(storage.Names(""));
        Assert.Equal(OneProcess(), await ClusterFit.RunAsync(cluster.Grains, "job", Plan(Parts + 3), cancellationToken: Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_bytes_are_the_same_when_silos_die_writes_fail_and_answers_are_lost(int seed)
    {
        SharedStorage storage = new();
        await using Cluster cluster = await Cluster.StartAsync(4, storage, InFolder);
        Random random = new(seed);
        Task<byte[]> running = RunAsync(cluster, "job");
        for (int i = 0; i < 2; i++)
        {
            await Task.Delay(random.Next(300), Stop);
            storage.FailWrites(random.Next(4));
            storage.LoseAnswers(random.Next(4));
            await cluster.KillAsync(cluster.Silos[1 + random.Next(cluster.Silos.Count - 1)]);
        }

        await cluster.AddSiloAsync();
        Assert.Equal(OneProcess(), await running);
    }

    [Fact]
    public async Task A_new_cluster_goes_on_with_what_an_earlier_one_stored()
    {
        SharedStorage storage = new();
        Cluster cluster = await Cluster.StartAsync(1, storage, InFolder);
        using CancellationTokenSource waiting = new();
        Task<byte[]> running = RunAsync(cluster, "job", new Progress(progress =>
        {
            if (progress.Finished > 2)
            {
                waiting.Cancel();
            }
        }), waiting.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await cluster.DisposeAsync();
        await using Cluster again = await Cluster.StartAsync(2, storage, InFolder);
        Assert.Equal(OneProcess(), await RunAsync(again, "job"));
    }

    [Fact]
    public async Task What_cannot_be_read_fails_its_part_by_name_and_goes_on_once_it_is_mended()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, new SharedStorage(), InFolder);
        byte[] plan = Plan();
        string missing = _folder["rows-1.parquet"];
        File.Move(missing, missing + ".away");
        FitJobException failed = await Assert.ThrowsAsync<FitJobException>(() => ClusterFit.RunAsync(cluster.Grains, "job", plan, cancellationToken: Stop));
        Assert.Contains("rows-1.parquet", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Part ", failed.Message, StringComparison.Ordinal);
        Assert.Contains("silo", failed.Message, StringComparison.Ordinal);
        File.Move(missing + ".away", missing);
        Assert.Equal(OneProcess(), await ClusterFit.RunAsync(cluster.Grains, "job", plan, cancellationToken: Stop));

        await using (FileStream file = new(missing, FileMode.Append))
        {
            file.Write("more"u8);
        }

        failed = await Assert.ThrowsAsync<FitJobException>(() => ClusterFit.RunAsync(cluster.Grains, "changed", plan, cancellationToken: Stop));
        Assert.Contains("is not the file that the plan was made of", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plans_names_and_paths_that_cannot_be_used_are_refused()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, new SharedStorage(), InFolder);
        Task<byte[]> Run(string job, byte[] plan) => ClusterFit.RunAsync(cluster.Grains, job, plan, cancellationToken: Stop);
        foreach (string job in (string[])["", "a/b", "a b", new string('x', 101)])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Run(job, Plan()));
        }

        foreach (byte[] plan in (byte[][])[[], [1, 2, 3], "{}"u8.ToArray(), Plan()[..^9]])
        {
            Assert.NotEmpty((await Assert.ThrowsAsync<FitJobException>(() => Run("none", plan))).Message);
        }

        Assert.Contains("at most", (await Assert.ThrowsAsync<FitJobException>(() => Run("large", new byte[(4 << 20) + 1]))).Message, StringComparison.Ordinal);
        string whole = Encoding.UTF8.GetString(Plan());
        foreach (string path in (string[])["../rows-0.parquet", "/etc/rows-0.parquet", "a/../../rows-0.parquet"])
        {
            FitJobException refused = await Assert.ThrowsAsync<FitJobException>(() => Run($"out{path.Length}", Encoding.UTF8.GetBytes(whole.Replace("rows-0.parquet", path, StringComparison.Ordinal))));
            Assert.Contains("leads out", refused.Message, StringComparison.Ordinal);
        }

        await Run("job", Plan());
        Assert.Contains("another plan", (await Assert.ThrowsAsync<FitJobException>(() => Run("job", Plan(Parts + 1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_cannot_read_the_plan_yet_reads_its_parts_later()
    {
        SharedStorage storage = new();
        await using Cluster cluster = await Cluster.StartAsync(1, storage, InFolder);
        // The coordinator has its plan before the storage falls silent, and the parts have not.
        await cluster.Grains.GetGrain<IFitJobGrain>("job").Progress();
        storage.FailReads("plan");
        Task<byte[]> running = RunAsync(cluster, "job");
        await Task.Delay(1000, Stop);
        storage.FailReads(null);
        Assert.Equal(OneProcess(), await running);
    }

    [Fact]
    public async Task A_coordinator_of_another_version_refuses_the_plan_by_name_and_nothing_is_lost()
    {
        SharedStorage storage = new();
        byte[] original = [];
        await using (Cluster earlier = await Cluster.StartAsync(1, storage, InFolder))
        {
            await RunAsync(earlier, "job");
        }

        // As it looks to a silo of the next bit contract.
        string contract = Assert.Single(Regex.Matches(Encoding.UTF8.GetString(Plan()), @"""bitContract"": ?\d+").Select(match => match.Value).Distinct());
        storage.Damage("job", "plan", bytes =>
        {
            original = bytes;
            string text = Encoding.Latin1.GetString(bytes);
            Assert.Contains(contract, text, StringComparison.Ordinal);
            return Encoding.Latin1.GetBytes(text.Replace(contract, contract[..^1] + '9', StringComparison.Ordinal));
        });
        await using (Cluster other = await Cluster.StartAsync(1, storage, InFolder))
        {
            FitJobException refused = await Assert.ThrowsAsync<FitJobException>(() => RunAsync(other, "job"));
            Assert.Contains("one version of HpcLinReg in all silos", refused.Message, StringComparison.Ordinal);
            Assert.Contains("The silo ", refused.Message, StringComparison.Ordinal);
        }

        storage.Damage("job", "plan", _ => original);
        await using Cluster again = await Cluster.StartAsync(1, storage, InFolder);
        Assert.Equal(OneProcess(), await RunAsync(again, "job"));
    }

    [Fact]
    public async Task A_job_that_is_removed_while_it_is_read_leaves_nothing()
    {
        SharedStorage storage = new();
        await using Cluster cluster = await Cluster.StartAsync(2, storage, InFolder);
        using CancellationTokenSource waiting = new();
        Task<byte[]> running = RunAsync(cluster, "job", new Progress(progress =>
        {
            if (progress.Finished > 2)
            {
                waiting.Cancel();
            }
        }), waiting.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(await ClusterFit.RemoveAsync(cluster.Grains, "job", cancellationToken: Stop));
        Assert.Empty(storage.Names(""));
        Assert.False(await ClusterFit.RemoveAsync(cluster.Grains, "job", cancellationToken: Stop));
        FitJobException unknown = await Assert.ThrowsAsync<FitJobException>(async () =>
        {
            Task<byte[]> again = RunAsync(cluster, "job", new Progress(progress =>
            {
                if (progress.Finished > 2)
                {
                    ClusterFit.RemoveAsync(cluster.Grains, "job", cancellationToken: Stop).Ignore();
                }
            }));
            await again;
        });
        Assert.Contains("does not know the job", unknown.Message, StringComparison.Ordinal);
    }

    private void InFolder(ClusterFitOptions options)
    {
        options.DataFolder = _folder.Path;
        options.PartsAtOnce = 1;
        options.PollingInterval = TimeSpan.FromMilliseconds(50);
    }

    private MomentsPlan PlanOf(int parts)
    {
        using var source = DataSource.OpenFile(_folder["rows-*.parquet"]);
        return MomentsPlan.Create(source, new MomentsRequest(), parts, cancellationToken: Stop);
    }

    private byte[] Plan(int parts = Parts) => Encoding.UTF8.GetBytes(PlanOf(parts).WithPaths(path => Path.GetRelativePath(_folder.Path, path)).ToJson());

    private byte[] OneProcess()
    {
        using MemoryStream bytes = new();
        PlanOf(1).Sum(0, cancellationToken: Stop).Save(bytes);
        return bytes.ToArray();
    }

    private Task<byte[]> RunAsync(Cluster cluster, string job, IProgress<FitJobProgress>? progress = null, CancellationToken? stop = null) =>
        ClusterFit.RunAsync(cluster.Grains, job, Plan(), progress, cancellationToken: stop ?? Stop);

    /// <summary>Calls at once, on the caller's thread.</summary>
    private sealed class Progress(Action<FitJobProgress> action) : IProgress<FitJobProgress>
    {
        public void Report(FitJobProgress value) => action(value);
    }
}
