using DuckDB.NET.Native;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// Streams a query by DuckDB's own chunks of columns. A chunk costs a handful of calls where a reader of rows costs one for each value,
/// and its columns are read where they lie.
/// </summary>
internal sealed unsafe class ChunkStream : IDisposable
{
    private readonly DataSource _source;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly DuckDBPreparedStatement _statement;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;

    internal ChunkStream(DataSource source, string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _source = source;
        _cancellationToken = cancellationToken;
        DuckDBNativeConnection connection = source.Session.NativeConnection;
        DuckDBState prepared = NativeMethods.PreparedStatements.DuckDBPrepare(connection, sql, out _statement);
        if (prepared == DuckDBState.Error)
        {
            string message = NativeMethods.PreparedStatements.DuckDBPrepareError(_statement);
            _statement.Dispose();
            throw Failure(message);
        }

        _registration = cancellationToken.Register(() => NativeMethods.Startup.DuckDBInterrupt(connection));
        if (NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(_statement, out _result) == DuckDBState.Error)
        {
            string message = NativeMethods.Query.DuckDBResultError(ref _result);
            Dispose();
            throw Failure(message);
        }
    }

    /// <summary>Gets the number of rows of the chunk, at most 2048.</summary>
    internal int Rows { get; private set; }

    /// <summary>Goes to the next chunk; false at the end. What was read of the last chunk is gone.</summary>
    internal bool Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _chunk?.Dispose();
        _chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(_result);
        if (_chunk.IsInvalid)
        {
            Rows = 0;
            string message = NativeMethods.Query.DuckDBResultError(ref _result);
            if (!string.IsNullOrEmpty(message))
            {
                throw Failure(message);
            }

            _source.RequireWhole(_cancellationToken);
            return false;
        }

        Rows = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
        return true;
    }

    /// <summary>Returns a column of DOUBLE without NULLs.</summary>
    internal ReadOnlySpan<double> Doubles(int column) => new(NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)), Rows);

    /// <summary>Returns a column of INTEGER without NULLs.</summary>
    internal ReadOnlySpan<int> Integers(int column) => new(NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)), Rows);

    /// <summary>Returns a column of VARCHAR.</summary>
    internal TextVector Texts(int column) => new(Vector(column));

    public void Dispose()
    {
        _chunk?.Dispose();
        _registration.Dispose();
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
        _statement.Dispose();
    }

    private nint Vector(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk!, column);

    private Exception Failure(string message) => ReadFailure.Translate(message, null, _source, _cancellationToken);
}
