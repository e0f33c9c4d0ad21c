using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HpcLinReg;

/// <summary>
/// Reads what <see cref="MomentsWriter"/> wrote, from bytes that may be damaged or forged: nothing is allocated that the bytes that are
/// left could not fill.
/// </summary>
internal sealed class MomentsReader : IDisposable
{
    private const int BufferLength = 1 << 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _start;
    private int _end;
    private long _unread;

    /// <summary>Reads a stream from where it stands to its end; one that does not know its length is copied first.</summary>
    internal MomentsReader(Stream stream)
    {
        if (!stream.CanSeek)
        {
            MemoryStream copy = new();
            stream.CopyTo(copy);
            copy.Position = 0;
            stream = copy;
        }

        _stream = stream;
        _unread = stream.Length - stream.Position - SHA256.HashSizeInBytes;
        if (_unread < 0)
        {
            Throw.NoMomentsFile($"it has {stream.Length - stream.Position} bytes, fewer than any of them, so it is another file, or one that was not written to its end");
        }
    }

    /// <summary>Gets the number of bytes before the hash that were not read yet.</summary>
    private long Remaining => _unread + (_end - _start);

    internal void Read(Span<byte> bytes)
    {
        Require(bytes.Length);
        while (bytes.Length > 0)
        {
            if (_start == _end)
            {
                Fill();
            }

            int count = Math.Min(bytes.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(bytes);
            bytes = bytes[count..];
            _start += count;
        }
    }

    internal long ReadLong()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Read(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Reads a whole number; throws where it is out of range.</summary>
    internal long ReadLong(long least, long most, string name)
    {
        long value = ReadLong();
        if (value < least || value > most)
        {
            Throw.MomentsNotUsable($"its {name} is {value}, which is not from {least} to {most}");
        }

        return value;
    }

    /// <summary>Reads how many things follow; throws where the bytes that are left cannot hold them.</summary>
    internal int ReadCount(long bytesOfEach, string name)
    {
        long count = ReadLong();
        RequireRoom(count, bytesOfEach, name);
        return (int)count;
    }

    /// <summary>Throws where the bytes that are left cannot hold a number of things.</summary>
    internal void RequireRoom(long count, long bytesOfEach, string name)
    {
        if (count < 0 || count > int.MaxValue || count > Remaining / bytesOfEach)
        {
            Throw.MomentsNotUsable($"it states {count} {name}, more than its bytes hold");
        }
    }

    /// <summary>Reads a finite number.</summary>
    internal double ReadFinite(string name)
    {
        double value = BitConverter.Int64BitsToDouble(ReadLong());
        if (!double.IsFinite(value))
        {
            Throw.MomentsNotUsable($"a number of its {name} is {value}");
        }

        return value;
    }

    /// <summary>Reads a number that is at least 0 and may be infinite.</summary>
    internal double ReadBound(string name)
    {
        double value = BitConverter.Int64BitsToDouble(ReadLong());
        if (!(value >= 0))
        {
            Throw.MomentsNotUsable($"a bound of its {name} is {value}");
        }

        return value;
    }

    internal void ReadFinite(Span<double> values, string name)
    {
        Require(sizeof(double) * (long)values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ReadFinite(name);
        }
    }

    internal void ReadBounds(Span<double> values, string name)
    {
        Require(sizeof(double) * (long)values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ReadBound(name);
        }
    }

    internal string ReadText(string name)
    {
        byte[] bytes = new byte[ReadCount(1, $"bytes of {name}")];
        Read(bytes);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Throw.MomentsNotUsable($"its {name} is not UTF-8");
            return "";
        }
    }

    /// <summary>Throws where bytes are left, or the hash is not that of what was read.</summary>
    internal void Finish()
    {
        if (Remaining != 0)
        {
            Throw.MomentsNotUsable($"{Remaining} bytes follow what it holds");
        }

        Span<byte> stated = stackalloc byte[SHA256.HashSizeInBytes];
        _stream.ReadExactly(stated);
        if (!stated.SequenceEqual(_hash.GetHashAndReset()))
        {
            Throw.MomentsNotUsable("its SHA-256 is not that of its bytes, so it is damaged");
        }
    }

    public void Dispose() => _hash.Dispose();

    private void Require(long bytes)
    {
        if (bytes > Remaining)
        {
            Throw.MomentsNotUsable("it ends too early");
        }
    }

    private void Fill()
    {
        int count = (int)Math.Min(BufferLength, _unread);
        _stream.ReadExactly(_buffer, 0, count);
        _hash.AppendData(_buffer, 0, count);
        (_start, _end) = (0, count);
        _unread -= count;
    }
}
