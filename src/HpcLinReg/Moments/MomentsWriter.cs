using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HpcLinReg;

/// <summary>
/// Writes the parts of a <c>.moments</c> file (docs/moments-format.md): whole numbers and doubles of eight little-endian bytes, texts as
/// their length and UTF-8, and at the end the SHA-256 of everything before it.
/// </summary>
/// <param name="stream">Receives the bytes; left open.</param>
internal sealed class MomentsWriter(Stream stream) : IDisposable
{
    /// <summary>Bytes that are gathered before they are hashed and written: large enough that calls do not count.</summary>
    private const int BufferLength = 1 << 16;

    /// <summary>Refuses texts that have no UTF-8, which would not come back as they were.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _length;

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_length == BufferLength)
            {
                Flush();
            }

            int count = Math.Min(bytes.Length, BufferLength - _length);
            bytes[..count].CopyTo(_buffer.AsSpan(_length));
            bytes = bytes[count..];
            _length += count;
        }
    }

    internal void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    internal void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    internal void Write(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (BufferLength - _length < sizeof(double))
            {
                Flush();
            }

            BinaryPrimitives.WriteDoubleLittleEndian(_buffer.AsSpan(_length), value);
            _length += sizeof(double);
        }
    }

    internal void Write(string text)
    {
        byte[] bytes = Utf8.GetBytes(text);
        Write((long)bytes.Length);
        Write(bytes);
    }

    /// <summary>Writes the hash of everything before it.</summary>
    internal void Finish()
    {
        Flush();
        stream.Write(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        stream.Write(_buffer, 0, _length);
        _length = 0;
    }
}
