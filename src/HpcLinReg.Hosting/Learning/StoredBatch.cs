using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace HpcLinReg.Hosting;

/// <summary>One entry of a model's log: rows that were learned, or a batch that was forgotten.</summary>
public sealed record StoredBatch
{
    /// <summary>Gets the place in the model's order, 1 for the first.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets what the caller named the batch by.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the key of the batch that this entry forgets; null for an entry of rows.</summary>
    public string? Forgets { get; init; }

    /// <summary>
    /// Gets the SHA-256 of what the caller sent, by which a repeated request is distinguished from another one under the same key.
    /// </summary>
    public required ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets how many rows were left out, because they had a text that the model does not know.</summary>
    public int Skipped { get; init; }

    /// <summary>
    /// Gets the values row by row, in the order of the model's columns and then the target; empty once the rows were removed.
    /// </summary>
    public required ReadOnlyMemory<double> Values { get; init; }

    /// <summary>Returns the CRC-32C of the entry, which a store keeps beside it.</summary>
    /// <returns>The checksum.</returns>
    public uint Checksum()
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, (ulong)Sequence);
        crc = BitOperations.Crc32C(BitOperations.Crc32C(crc, (uint)Rows), (uint)Skipped);
        crc = Add(Add(Add(crc, Encoding.UTF8.GetBytes(Key)), Encoding.UTF8.GetBytes(Forgets ?? "")), Digest.Span);
        return ~Add(crc, MemoryMarshal.AsBytes(Values.Span));
    }

    internal static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = BitOperations.Crc32C(crc, (ulong)bytes.Length);
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte value in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
