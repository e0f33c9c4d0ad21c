using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;

namespace HpcLinReg.Data.Sources;

/// <summary>An Arrow file (also called Feather, version 2) or an Arrow stream, read batch by batch.</summary>
internal sealed class ArrowFile : IColumnFile
{
    /// <summary>The first bytes of a file.</summary>
    internal static ReadOnlySpan<byte> Mark => "ARROW1"u8;

    /// <summary>The first bytes of a message of a stream.</summary>
    internal static ReadOnlySpan<byte> StreamMark => [0xff, 0xff, 0xff, 0xff];

    private readonly SourceFile _file;
    private readonly bool _isStream;

    private ArrowFile(SourceFile file, bool isStream)
    {
        (_file, _isStream) = (file, isStream);
        using Reader reader = new(this);
        Columns = [.. reader.Schema.FieldsList.Select(field => new FileColumn(field.Name, ArrowColumn.TypeOf(field, file.Name)))];
        if (Columns.Count == 0)
        {
            throw new DataException($"{file.Name} has no columns.");
        }
    }

    public IReadOnlyList<FileColumn> Columns { get; }

    /// <summary>Opens a file or a stream, whichever it is.</summary>
    /// <exception cref="DataException">It is neither, cut short, or has a column whose type is not read.</exception>
    internal static ArrowFile Of(SourceFile file)
    {
        byte[] head = file.Head(8);
        bool isStream = head.AsSpan().StartsWith(StreamMark);
        if (!isStream && !head.AsSpan().StartsWith(Mark))
        {
            throw new DataException($"{file.Name} is neither an Arrow file nor an Arrow stream, though its name says so{(head.AsSpan().StartsWith("FEA1"u8) ? " (it is Feather of version 1; write it as version 2)" : "")}; rename it, or convert it.");
        }

        using FileStream stream = System.IO.File.OpenRead(file.Path);
        byte[] end = new byte[Math.Min(8, stream.Length)];
        stream.Seek(-end.Length, SeekOrigin.End);
        stream.ReadExactly(end);
        // A stream ends with a message of length 0, a file with its mark.
        if (isStream ? !end.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]) : !end.AsSpan().EndsWith(Mark))
        {
            throw new DataException($"{file.Name} is an Arrow {(isStream ? "stream without its end" : "file cut short: its end is missing")}; write it again, and close the writer.");
        }

        try
        {
            return new ArrowFile(file, isStream);
        }
        catch (Exception exception) when (exception is not (DataException or IOException))
        {
            throw new DataException($"{file.Name} cannot be read as Arrow: {exception.Message}", exception);
        }
    }

    public IColumnReader Open() => new Reader(this);

    public void Dispose()
    {
    }

    private sealed class Reader : IColumnReader
    {
        private const int Rows = 2048;

        private readonly ArrowStreamReader _reader;
        private RecordBatch? _batch;
        private ArrowColumn?[] _columns = [];
        private int _first;
        private int _count;

        internal Reader(ArrowFile file)
        {
            FileStream stream = System.IO.File.OpenRead(file._file.Path);
            CompressionCodecFactory codecs = new();
            _reader = file._isStream ? new ArrowStreamReader(stream, codecs) : new ArrowFileReader(stream, codecs);
        }

        internal Schema Schema => _reader.Schema;

        public int Next()
        {
            _first += _count;
            while (_batch is null || _first >= _batch.Length)
            {
                _batch?.Dispose();
                _batch = _reader.ReadNextRecordBatch();
                if (_batch is null)
                {
                    return _count = 0;
                }

                (_first, _columns) = (0, new ArrowColumn?[_batch.ColumnCount]);
            }

            return _count = Math.Min(Rows, _batch.Length - _first);
        }

        public void Write(int column, nint vector) =>
            (_columns[column] ??= new ArrowColumn(_batch!.Column(column))).Write(_first, _count, vector);

        public void Dispose()
        {
            _batch?.Dispose();
            _reader.Dispose();
        }
    }
}
