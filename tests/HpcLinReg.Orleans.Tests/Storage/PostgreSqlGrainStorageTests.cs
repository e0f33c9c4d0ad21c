using HpcLinReg.Orleans.PostgreSql;
using Orleans.Serialization;
using Orleans.Storage;

namespace HpcLinReg.Orleans.Tests.Storage;

/// <summary>What the storage promises to grains: what was written is read, and nobody overwrites what he has not read.</summary>
public sealed class PostgreSqlGrainStorageTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>, IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_state_is_written_read_replaced_and_cleared()
    {
        await using PostgreSqlGrainStorage storage = Create();
        var grain = GrainId.Create("part", Guid.NewGuid().ToString());
        GrainState<StoredBytes> state = await ReadAsync(storage, grain);
        Assert.False(state.RecordExists);
        foreach (byte[] bytes in (byte[][])[[], [1, 2, 3], new byte[5 << 20]])
        {
            state.State = new StoredBytes { Bytes = bytes };
            await storage.WriteStateAsync("moments", grain, state);
            GrainState<StoredBytes> read = await ReadAsync(storage, grain);
            Assert.True(read.RecordExists);
            Assert.Equal(state.ETag, read.ETag);
            Assert.Equal(bytes, read.State!.Bytes);
        }

        await storage.ClearStateAsync("moments", grain, state);
        Assert.False((await ReadAsync(storage, grain)).RecordExists);
        // Cleared and written again.
        state.State = new StoredBytes { Bytes = [4] };
        await storage.WriteStateAsync("moments", grain, state);
        Assert.Equal([4], (await ReadAsync(storage, grain)).State!.Bytes);
    }

    [Fact]
    public async Task Who_was_replaced_meanwhile_cannot_write()
    {
        await using PostgreSqlGrainStorage storage = Create();
        var grain = GrainId.Create("job", Guid.NewGuid().ToString());
        GrainState<StoredBytes> first = await ReadAsync(storage, grain), second = await ReadAsync(storage, grain);
        first.State = new StoredBytes { Bytes = [1] };
        second.State = new StoredBytes { Bytes = [2] };
        await storage.WriteStateAsync("moments", grain, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("moments", grain, second));
        second = await ReadAsync(storage, grain);
        second.State!.Bytes = [2];
        await storage.WriteStateAsync("moments", grain, second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("moments", grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("moments", grain, first));
        Assert.Equal([2], (await ReadAsync(storage, grain)).State!.Bytes);
    }

    [Fact]
    public async Task Many_that_write_at_once_are_one_after_another()
    {
        // Each storage makes the table if it is missing, at the same moment.
        var grain = GrainId.Create("race", Guid.NewGuid().ToString());
        int[] winners = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            await using PostgreSqlGrainStorage storage = Create();
            GrainState<StoredBytes> state = await ReadAsync(storage, grain);
            state.State = new StoredBytes { Bytes = [(byte)i] };
            try
            {
                await storage.WriteStateAsync("moments", grain, state);
                return 1;
            }
            catch (InconsistentStateException)
            {
                return 0;
            }
        }));
        // Some may have read what another had written already, and replace it; but two that read the same never both write.
        await using PostgreSqlGrainStorage last = Create();
        Assert.Equal(winners.Sum().ToString(System.Globalization.CultureInfo.InvariantCulture), (await ReadAsync(last, grain)).ETag);
    }

    private PostgreSqlGrainStorage Create()
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        return new PostgreSqlGrainStorage(server.Connection, _services.GetRequiredService<Serializer>());
    }

    private static async Task<GrainState<StoredBytes>> ReadAsync(PostgreSqlGrainStorage storage, GrainId grain)
    {
        GrainState<StoredBytes> state = new();
        await storage.ReadStateAsync("moments", grain, state);
        return state;
    }
}
