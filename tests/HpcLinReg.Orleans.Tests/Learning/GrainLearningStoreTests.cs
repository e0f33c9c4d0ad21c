using HpcLinReg.Hosting;
using HpcLinReg.Hosting.Tests.Learning;
using LearnedRows = HpcLinReg.Hosting.Tests.Learning.Rows;

namespace HpcLinReg.Orleans.Tests.Learning;

/// <summary>The guarantees of a model that learns in a service, over the cluster's store.</summary>
public class GrainLearningStoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_node_continues_with_the_same_bits_answers_and_versions()
    {
        SharedStorage storage = new();
        using var steady = new MemoryStore();
        OnlineModel one = LearnedRows.Start(steady, options => options.SnapshotEvery = 7);
        Cluster cluster = await Cluster.StartAsync(1, storage);
        try
        {
            for (int i = 1; i <= 30; i++)
            {
                if (i % 10 == 1)
                {
                    await cluster.DisposeAsync();
                    cluster = await Cluster.StartAsync(1, storage);
                }

                using GrainLearningStore store = new(cluster.Grains);
                OnlineModel other = LearnedRows.Start(store, options => options.SnapshotEvery = 7);
                LearnedBatch expected = await one.AddAsync($"k{i}", LearnedRows.Batch(i), Stop);
                Assert.Equal(expected, await other.AddAsync($"k{i}", LearnedRows.Batch(i), Stop));
                Assert.Equal(expected, await other.AddAsync($"k{i}", LearnedRows.Batch(i), Stop));
                Assert.Equal(one.Status, other.Status);
                Assert.Equal(LearnedRows.Bits(one.Served), LearnedRows.Bits(other.Served));
                await other.StopAsync();
            }

            Assert.Contains("state", storage.Names("/load"));
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_counted_once()
    {
        SharedStorage storage = new();
        await using Cluster cluster = await Cluster.StartAsync(1, storage);
        using GrainLearningStore store = new(cluster.Grains);
        OnlineModel online = LearnedRows.Start(store);
        await online.AddAsync("k1", LearnedRows.Batch(1), Stop);
        storage.LoseAnswers(1);
        Assert.Equal(2, (await online.AddAsync("k2", LearnedRows.Batch(2), Stop)).Sequence);
        storage.FailWrites(2);
        Assert.Equal(3, (await online.AddAsync("k3", LearnedRows.Batch(3), Stop)).Sequence);
        Assert.Equal(9, online.Status.Rows);
        await online.StopAsync();
        Assert.Equal(9, LearnedRows.Start(store).Status.Rows);
    }

    [Fact]
    public async Task A_second_node_that_learns_the_same_model_is_refused()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, new SharedStorage());
        using GrainLearningStore store = new(cluster.Grains);
        OnlineModel first = LearnedRows.Start(store);
        OnlineModel second = LearnedRows.Start(store);
        await first.AddAsync("k1", LearnedRows.Batch(1), Stop);
        LearningStoreException refused = await Assert.ThrowsAsync<LearningStoreException>(() => second.AddAsync("k2", LearnedRows.Batch(2), Stop));
        Assert.Contains("one service at a time", refused.Message, StringComparison.Ordinal);
        await first.AddAsync("k3", LearnedRows.Batch(3), Stop);
        Assert.Equal(6, first.Status.Rows);
    }

    [Fact]
    public async Task A_damaged_entry_stops_the_start_and_is_named()
    {
        SharedStorage storage = new();
        Cluster cluster = await Cluster.StartAsync(1, storage);
        using (GrainLearningStore store = new(cluster.Grains))
        {
            OnlineModel online = LearnedRows.Start(store);
            await online.AddAsync("k1", LearnedRows.Batch(1), Stop);
            await online.StopAsync();
        }

        await cluster.DisposeAsync();
        byte[] value = BitConverter.GetBytes(LearnedRows.Batch(1)[0]);
        storage.Damage("/load", "log-00000000", data =>
        {
            byte[] damaged = [.. data];
            damaged[data.AsSpan().IndexOf(value)] ^= 1;
            return damaged;
        });
        await using Cluster again = await Cluster.StartAsync(1, storage);
        using GrainLearningStore damaged = new(again.Grains);
        LearningStoreException stopped = Assert.Throws<LearningStoreException>(() => LearnedRows.Start(damaged));
        Assert.Contains("Entry 1 ('k1')", stopped.Message, StringComparison.Ordinal);
    }
}
