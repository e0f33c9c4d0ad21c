using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>
/// Reads the rows of an Arrow C stream as doubles. Takes the stream over, as the interface asks, and releases it at the end. Not
/// thread-safe.
/// </summary>
internal sealed unsafe class ArrowReader : IDisposable
{
    private ArrowStream _stream;
    private ArrowArray _batch;
    private readonly ArrowColumn[] _columns;
    private readonly bool _isTable;
    private long _next;
    private long _row;

    /// <summary>Takes a stream over and reads its schema.</summary>
    internal ArrowReader(ArrowStream* stream)
    {
        if (stream is null)
        {
            throw CallException.Argument("stream is null.");
        }

        if (stream->Release is null)
        {
            throw CallException.Argument("The Arrow stream was released already, or somebody else took it over; export it again.");
        }

        _stream = *stream;
        stream->Release = null;
        ArrowSchema schema = default;
        try
        {
            RequireSuccess(GetSchema(&schema), "schema");

            _isTable = Texts.Of(schema.Format, "the format of the Arrow stream") == "+s";
            int count = _isTable ? checked((int)schema.ChildCount) : 1;
            _columns = new ArrowColumn[count];
            for (int j = 0; j < count; j++)
            {
                _columns[j] = new ArrowColumn(_isTable ? schema.Children[j] : &schema, j);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            if (schema.Release is not null)
            {
                using ForkGate.Outside outside = new();
                schema.Release(&schema);
            }
        }
    }

    /// <summary>Gets the names of the columns.</summary>
    internal string[] Names => [.. _columns.Select(column => column.Name)];

    /// <summary>Gets the number of the next row, counted from 0.</summary>
    internal long NextRow => _row;

    /// <summary>Reads the next rows of some columns, row-major; NaN where a cell is null.</summary>
    /// <param name="columns">The columns, in the order of a row.</param>
    /// <param name="rows">Room for the rows.</param>
    /// <returns>How many rows were read; fewer than there is room for only at the end of a batch, and 0 at the end of the stream.</returns>
    internal int Read(ReadOnlySpan<int> columns, Span<double> rows)
    {
        int width = Math.Max(1, columns.Length);
        while (_batch.Release is null || _next == _batch.Length)
        {
            if (!ReadBatch())
            {
                return 0;
            }
        }

        int count = (int)Math.Min(rows.Length / width, _batch.Length - _next);
        Span<double> target = rows[..(count * width)];
        fixed (ArrowArray* batch = &_batch)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                ArrowArray* array = _isTable ? batch->Children[columns[j]] : batch;
                _columns[columns[j]].Copy(array, _next + (_isTable ? batch->Offset : 0), target[j..], width, _row);
            }

            byte* valid = _isTable && batch->NullCount != 0 && batch->BufferCount > 0 ? (byte*)batch->Buffers[0] : null;
            for (int i = 0; i < count && valid is not null; i++)
            {
                if (!ArrowColumn.Bit(valid, batch->Offset + _next + i))
                {
                    target.Slice(i * width, width).Fill(double.NaN);
                }
            }
        }

        _next += count;
        _row += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseBatch();
        fixed (ArrowStream* stream = &_stream)
        {
            if (stream->Release is not null)
            {
                using ForkGate.Outside outside = new();
                stream->Release(stream);
                stream->Release = null;
            }
        }
    }

    private bool ReadBatch()
    {
        ReleaseBatch();
        _next = 0;
        if (_stream.Release is null)
        {
            throw CallException.Argument("The Arrow reader was released.");
        }

        ArrowArray batch = default;
        RequireSuccess(GetNext(&batch), "next batch");
        _batch = batch;
        if (batch.Release is null)
        {
            return false;
        }

        if (batch.Length < 0 || batch.Offset < 0 || (_isTable && batch.ChildCount != _columns.Length))
        {
            throw CallException.Argument($"A batch of the Arrow stream has {batch.Length} rows from {batch.Offset} on and {batch.ChildCount} columns, but the schema has {_columns.Length} columns.");
        }

        for (int j = 0; _isTable && j < _columns.Length; j++)
        {
            if (batch.Children[j]->Length < batch.Offset + batch.Length || batch.Children[j]->Offset < 0)
            {
                throw CallException.Argument($"Arrow column '{_columns[j].Name}' has {batch.Children[j]->Length} rows in a batch of {batch.Offset + batch.Length}.");
            }
        }

        return true;
    }

    private int GetSchema(ArrowSchema* schema)
    {
        fixed (ArrowStream* stream = &_stream)
        {
            using ForkGate.Outside outside = new();
            return stream->GetSchema(stream, schema);
        }
    }

    private int GetNext(ArrowArray* batch)
    {
        fixed (ArrowStream* stream = &_stream)
        {
            using ForkGate.Outside outside = new();
            return stream->GetNext(stream, batch);
        }
    }

    private void ReleaseBatch()
    {
        fixed (ArrowArray* batch = &_batch)
        {
            if (batch->Release is not null)
            {
                using ForkGate.Outside outside = new();
                batch->Release(batch);
                batch->Release = null;
            }
        }
    }

    private void RequireSuccess(int error, string what)
    {
        if (error == 0)
        {
            return;
        }

        fixed (ArrowStream* stream = &_stream)
        {
            byte* message = stream->GetLastError is null ? null : stream->GetLastError(stream);
            throw CallException.Argument($"The Arrow stream gave no {what}: error {error}{(message is null ? "" : $", {Marshal.PtrToStringUTF8((nint)message)}")}.");
        }
    }
}
