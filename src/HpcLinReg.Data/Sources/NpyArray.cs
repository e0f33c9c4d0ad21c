using System.Buffers.Binary;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using DuckDB.NET.Native;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// An array of NumPy's in a file of its own (<c>.npy</c>), mapped into memory: numbers or flags, one column or a table, in the order of C
/// or of Fortran, in either byte order.
/// </summary>
/// <remarks>The format is that of numpy.lib.format, versions 1 to 3.</remarks>
internal sealed unsafe partial class NpyArray : IDisposable
{
    /// <summary>The first bytes of a file.</summary>
    internal static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private const int LongestHeader = 1 << 20;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _values;
    private readonly bool _isBigEndian;
    private readonly bool _isHalf;
    private readonly long _rowStride;
    private readonly long _columnStride;

    private NpyArray(string path, Header header, int length)
    {
        (Rows, Columns, Type, _isBigEndian) = (header.Rows, header.Columns, header.Type, header.IsBigEndian);
        ItemSize = header.ItemSize;
        _isHalf = header.IsHalf;
        _rowStride = header.IsFortran ? ItemSize : (long)ItemSize * Columns;
        _columnStride = header.IsFortran ? ItemSize * Rows : ItemSize;
        if (Rows == 0 || Columns == 0)
        {
            return;
        }

        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* first = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        _values = first + _view.PointerOffset + length;
    }

    /// <summary>Gets the number of rows.</summary>
    internal long Rows { get; }

    /// <summary>Gets the number of columns; 1 of an array of one dimension.</summary>
    internal int Columns { get; }

    /// <summary>Gets DuckDB's type of the values.</summary>
    internal DuckDBType Type { get; }

    /// <summary>Gets the size of a value in the file.</summary>
    private int ItemSize { get; }

    /// <summary>Maps a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DataException">It is no such file, cut short, or of values that are no numbers.</exception>
    internal static NpyArray Open(string path, string name)
    {
        using FileStream stream = File.OpenRead(path);
        (Header header, int length) = ReadHeader(stream, name);
        Int128 needed = (Int128)header.Rows * header.Columns * header.ItemSize;
        return stream.Length - length == needed ? new NpyArray(path, header, length)
            : throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{name} has {stream.Length - length} bytes of values where its header ({header.Rows} × {header.Columns} of {header.ItemSize} bytes) needs {needed}; it is {(stream.Length - length < needed ? "cut short" : "damaged")}: write it again."));
    }

    /// <summary>Writes values of a column into DuckDB's vector of them.</summary>
    internal void Write(int column, long row, int count, nint vector)
    {
        byte* from = _values + (column * _columnStride) + (row * _rowStride), to = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        Copy(from, to, count);
        if (Type == DuckDBType.Double)
        {
            SetMissing(new ReadOnlySpan<double>(to, count), vector);
        }
        else if (Type == DuckDBType.Float)
        {
            SetMissing(new ReadOnlySpan<float>(to, count), vector);
        }
    }

    /// <summary>Makes NULL of NaN, which stands for a missing value.</summary>
    private static void SetMissing<T>(ReadOnlySpan<T> values, nint vector)
        where T : IFloatingPointIeee754<T>
    {
        ulong* present = null;
        for (int i = 0; i < values.Length; i++)
        {
            if (!T.IsNaN(values[i]))
            {
                continue;
            }

            if (present == null)
            {
                NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
                present = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
            }

            present[i >> 6] &= ~(1UL << (i & 63));
        }
    }

    private void Copy(byte* from, byte* to, int count)
    {
        if (_isHalf)
        {
            for (int i = 0; i < count; i++, from += _rowStride)
            {
                ushort bits = *(ushort*)from;
                ((float*)to)[i] = (float)BitConverter.UInt16BitsToHalf(_isBigEndian ? BinaryPrimitives.ReverseEndianness(bits) : bits);
            }

            return;
        }

        if (_rowStride == ItemSize && !_isBigEndian)
        {
            Buffer.MemoryCopy(from, to, (long)count * ItemSize, (long)count * ItemSize);
            return;
        }

        for (int i = 0; i < count; i++, from += _rowStride, to += ItemSize)
        {
            switch (ItemSize)
            {
                case 8:
                    *(ulong*)to = _isBigEndian ? BinaryPrimitives.ReverseEndianness(*(ulong*)from) : *(ulong*)from;
                    break;
                case 4:
                    *(uint*)to = _isBigEndian ? BinaryPrimitives.ReverseEndianness(*(uint*)from) : *(uint*)from;
                    break;
                case 2:
                    *(ushort*)to = _isBigEndian ? BinaryPrimitives.ReverseEndianness(*(ushort*)from) : *(ushort*)from;
                    break;
                default:
                    *to = *from;
                    break;
            }
        }
    }

    public void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }

    private static (Header Header, int Length) ReadHeader(Stream stream, string name)
    {
        byte[] start = new byte[12];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!start.AsSpan(0, read).StartsWith(Mark))
        {
            throw new DataException($"{name} is not an array of NumPy's, though its name says so; rename it, or write it by numpy.save.");
        }

        int version = start[6], lengthBytes = version == 1 ? 2 : 4;
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (read < start.Length || version is < 1 or > 3 || length > LongestHeader)
        {
            throw new DataException(read < start.Length ? $"{name} is cut short within its header; write it again." : $"{name} is of version {version} of NumPy's format with a header of {length} bytes; versions 1 to 3 are read.");
        }

        stream.Position = 8 + lengthBytes;
        byte[] text = new byte[length];
        return stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length
            ? (Header.Parse((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), name), 8 + lengthBytes + (int)length)
            : throw new DataException($"{name} is cut short within its header; write it again.");
    }

    /// <summary>What a header says.</summary>
    private sealed partial record Header(long Rows, int Columns, DuckDBType Type, int ItemSize, bool IsBigEndian, bool IsFortran,
        bool IsHalf)
    {
        internal static Header Parse(string text, string name)
        {
            Match descr = Description().Match(text), shape = Shape().Match(text), order = Order().Match(text);
            if (!shape.Success || !order.Success || !text.Contains("'descr'", StringComparison.Ordinal))
            {
                throw new DataException($"{name} has a header that is none of NumPy's: {CsvHeader.Excerpt(text)}");
            }

            if (!descr.Success)
            {
                throw new DataException($"{name} is a structured array; save each field by itself, or all of them by numpy.savez (a .npz).");
            }

            string mark = descr.Groups["order"].Value, code = descr.Groups["code"].Value;
            (DuckDBType type, int size) = code switch
            {
                "f8" => (DuckDBType.Double, 8),
                "f4" => (DuckDBType.Float, 4),
                "f2" => (DuckDBType.Float, 2),
                "i8" => (DuckDBType.BigInt, 8),
                "i4" => (DuckDBType.Integer, 4),
                "i2" => (DuckDBType.SmallInt, 2),
                "i1" => (DuckDBType.TinyInt, 1),
                "u8" => (DuckDBType.UnsignedBigInt, 8),
                "u4" => (DuckDBType.UnsignedInteger, 4),
                "u2" => (DuckDBType.UnsignedSmallInt, 2),
                "u1" => (DuckDBType.UnsignedTinyInt, 1),
                "b1" => (DuckDBType.Boolean, 1),
                _ => throw new DataException($"{name} holds values of NumPy's type '{mark}{code}', which are no numbers or flags that are read here; convert them, for example by .astype('f8')."),
            };
            string[] lengths = shape.Groups["lengths"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (lengths.Length is 0 or > 2)
            {
                throw new DataException($"{name} is an array of {lengths.Length} dimensions; a column has one and a table has two: use .reshape.");
            }

            long[] counts = [.. lengths
                .Select(length => long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : -1)];
            if (counts.Min() < 0 || (counts.Length == 2 && counts[1] > int.MaxValue))
            {
                throw new DataException($"{name} has a header that is none of NumPy's: {CsvHeader.Excerpt(text)}");
            }

            return new Header(counts[0], counts.Length == 2 ? (int)counts[1] : 1, type, size, mark == ">" && size > 1,
                order.Groups["order"].Value == "True" && counts.Length == 2, code == "f2");
        }

        [GeneratedRegex(@"'descr':\s*'(?<order>[<>|=]?)(?<code>[^']*)'")]
        private static partial Regex Description();

        [GeneratedRegex(@"'shape':\s*\((?<lengths>[^)]*)\)")]
        private static partial Regex Shape();

        [GeneratedRegex(@"'fortran_order':\s*(?<order>True|False)")]
        private static partial Regex Order();
    }
}
