using HpcLinReg.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace HpcLinReg.Orleans.Tests.Learning;

/// <summary>The log in a grain storage: what was acknowledged is read again, and who was replaced writes nothing.</summary>
public sealed class BatchLogTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly SharedStorage _shared = new();
    private readonly GrainId _grain = GrainId.Create("log", "load");

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2000)]
    [InlineData(40_000)]
    public async Task What_was_appended_is_found_and_read_again_in_its_order(int values)
    {
        BatchLog log = await OpenAsync();
        List<StoredBatch> written = [];
        for (int sequence = 1; sequence <= 60;)
        {
            List<StoredBatch> together = [.. Enumerable.Range(0, 1 + (sequence % 3)).Select(_ => Batch(sequence++, values))];
            await log.AppendAsync([.. together.Select(LogEntry.Of)]);
            written.AddRange(together);
        }

        foreach (BatchLog reader in (BatchLog[])[log, await OpenAsync()])
        {
            Assert.Equal(written.Count, reader.Sequence);
            List<LogEntry> read = [];
            while (await reader.ReadAsync(read.Count) is { Count: > 0 } page)
            {
                read.AddRange(page);
            }

            Assert.Equal(written.Select(batch => batch.Checksum()), read.Select(entry => entry.ToBatch().Checksum()));
            foreach (StoredBatch batch in written)
            {
                Assert.Equal(batch.Sequence, (await reader.FindAsync(batch.Key))?.Sequence);
            }

            Assert.Null(await reader.FindAsync("k0"));
            Assert.Empty(await reader.ReadAsync(written.Count));
        }

        Assert.Equal(values > 1, _shared.Names("load").Count(name => name.StartsWith("log-", StringComparison.Ordinal)) > 1);
    }

    /// <summary>Whatever a segment's fill, and whether or not the other one has begun the next: one of two writers ends.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(33_000)]
    public async Task Who_was_replaced_meanwhile_appends_nothing(int values)
    {
        for (int entries = 0; entries < 4; entries++)
        {
            BatchLog former = await OpenAsync(), present = await OpenAsync();
            await present.AppendAsync([LogEntry.Of(Batch(present.Sequence + 1, values))]);
            await Assert.ThrowsAsync<InconsistentStateException>(() => former.AppendAsync([LogEntry.Of(Batch(former.Sequence + 1, values) with { Key = "other" })]));
            Assert.Null(await (await OpenAsync()).FindAsync("other"));
        }
    }

    [Fact]
    public async Task Removed_rows_leave_keys_and_digests()
    {
        BatchLog log = await OpenAsync();
        for (int sequence = 1; sequence <= 6; sequence++)
        {
            await log.AppendAsync([LogEntry.Of(Batch(sequence, 20_000))]);
        }

        await log.SaveAsync(new LearnedState { Sequence = 4, BitContract = EngineInfo.BitContract, Bytes = [1] }, removesRows: true);
        foreach (BatchLog reader in (BatchLog[])[log, await OpenAsync()])
        {
            Assert.Equal((4L, 6L), (reader.State.Sequence, reader.Sequence));
            for (int sequence = 1; sequence <= 6; sequence++)
            {
                StoredBatch batch = (await reader.FindAsync($"k{sequence}"))!.ToBatch();
                Assert.Equal(sequence <= 4 ? 0 : 20_000, batch.Values.Length);
                Assert.Equal(Batch(sequence, 1).Digest.ToArray(), batch.Digest.ToArray());
            }
        }

        await log.AppendAsync([LogEntry.Of(Batch(7, 5))]);
        Assert.Equal(7, (await OpenAsync()).Sequence);
    }

    private async Task<BatchLog> OpenAsync()
    {
        BatchLog log = new(_shared.For(_services.GetRequiredService<Serializer>()), _grain);
        await log.OpenAsync();
        return log;
    }

    private static StoredBatch Batch(long sequence, int values) => new()
    {
        Sequence = sequence,
        Key = $"k{sequence}",
        Digest = new byte[] { (byte)sequence, 1 },
        Rows = values,
        Values = Enumerable.Range(0, values).Select(i => sequence + (i / 7.0)).ToArray(),
    };
}
