using System.Runtime.InteropServices;
using HpcLinReg.Hosting;

namespace HpcLinReg.Orleans;

/// <summary>A batch as it is stored and sent: the numbers as bytes, with the checksum of the whole.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.LogEntry")]
internal sealed record LogEntry
{
    /// <summary>Gets the place in the log, 1 for the first.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>Gets the caller's name for the batch.</summary>
    [Id(1)]
    public string Key { get; init; } = "";

    /// <summary>Gets the key of the batch that is forgotten, or null.</summary>
    [Id(2)]
    public string? Forgets { get; init; }

    /// <summary>Gets the SHA-256 of what the caller sent.</summary>
    [Id(3)]
    public byte[] Digest { get; init; } = [];

    /// <summary>Gets the number of rows.</summary>
    [Id(4)]
    public int Rows { get; init; }

    /// <summary>Gets how many rows were left out.</summary>
    [Id(5)]
    public int Skipped { get; init; }

    /// <summary>Gets the values; empty once the rows were removed.</summary>
    [Id(6)]
    public byte[] Values { get; init; } = [];

    /// <summary>Gets the CRC-32C of the batch.</summary>
    [Id(7)]
    public uint Checksum { get; init; }

    internal static LogEntry Of(StoredBatch batch) => new()
    {
        Sequence = batch.Sequence,
        Key = batch.Key,
        Forgets = batch.Forgets,
        Digest = batch.Digest.ToArray(),
        Rows = batch.Rows,
        Skipped = batch.Skipped,
        Values = MemoryMarshal.AsBytes(batch.Values.Span).ToArray(),
        Checksum = batch.Checksum(),
    };

    /// <summary>Returns the batch.</summary>
    /// <exception cref="LearningStoreException">The checksum does not fit.</exception>
    internal StoredBatch ToBatch()
    {
        StoredBatch batch = new()
        {
            Sequence = Sequence,
            Key = Key,
            Forgets = Forgets,
            Digest = Digest,
            Rows = Rows,
            Skipped = Skipped,
            Values = MemoryMarshal.Cast<byte, double>(Values).ToArray(),
        };
        return batch.Checksum() == Checksum ? batch
            : throw new LearningStoreException($"Entry {Sequence} ('{Key}') of a log in the cluster's storage is damaged: its checksum does not fit. Restore the storage from a backup.");
    }
}
