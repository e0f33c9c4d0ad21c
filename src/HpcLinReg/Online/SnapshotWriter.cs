using System.Buffers.Binary;
using HpcLinReg.Kernels;

namespace HpcLinReg.Online;

/// <summary>Writes numbers as little-endian bytes, eight each.</summary>
internal ref struct SnapshotWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;
    private int _position;

    internal void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes[_position..], value);
        _position += sizeof(long);
    }

    internal void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    internal void Write(DoubleDouble value)
    {
        Write(value.High);
        Write(value.Low);
    }

    /// <summary>FNV-1a of 64 bits: it finds damage, not forgery.</summary>
    internal static long Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return (long)hash;
    }
}

/// <summary>Reads the numbers again, and whether all of them were finite, and positive or 0 where asked.</summary>
internal ref struct SnapshotReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    internal bool IsUsable { get; private set; } = true;

    internal long ReadLong()
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(_bytes[_position..]);
        _position += sizeof(long);
        return value;
    }

    internal double ReadDouble()
    {
        double value = BitConverter.Int64BitsToDouble(ReadLong());
        IsUsable &= double.IsFinite(value);
        return value;
    }

    internal double ReadPositive()
    {
        double value = ReadDouble();
        IsUsable &= value >= 0;
        return value;
    }

    internal DoubleDouble ReadDoubleDouble() => new(ReadDouble(), ReadDouble());
}
