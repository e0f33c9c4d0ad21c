using System.Runtime.CompilerServices;
using DuckDB.NET.Native;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// Streams a query of DOUBLE columns without NULLs by DuckDB's own chunks of columns. A chunk costs a handful of calls
/// where a row-by-row reader costs one for each value, which a program that has just started runs unoptimized.
/// </summary>
internal sealed unsafe class ChunkReader : IDisposable
{
    private readonly DataSource _source;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly DuckDBPreparedStatement _statement;
    private readonly int _width;
    private DuckDBResult _result;
    private double[] _rows = [];

    internal ChunkReader(DataSource source, string sql, int width, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _source = source;
        _width = width;
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

    /// <summary>Reads the next rows, row-major; the buffer is used again by the next call. Empty at the end.</summary>
    internal ReadOnlyMemory<double> Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        using DuckDBDataChunk chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(_result);
        if (chunk.IsInvalid)
        {
            string message = NativeMethods.Query.DuckDBResultError(ref _result);
            if (!string.IsNullOrEmpty(message))
            {
                throw Failure(message);
            }

            _source.RequireWhole(_cancellationToken);
            return default;
        }

        int rows = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        if (_rows.Length < rows * _width)
        {
            _rows = new double[rows * _width];
        }

        for (int column = 0; column < _width; column++)
        {
            nint vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column);
            Scatter(new ReadOnlySpan<double>(NativeMethods.Vectors.DuckDBVectorGetData(vector), rows), _rows.AsSpan(column), _width);
        }

        return _rows.AsMemory(0, rows * _width);
    }

    public void Dispose()
    {
        _registration.Dispose();
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
        _statement.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(ReadOnlySpan<double> column, Span<double> rows, int width)
    {
        int place = 0;
        foreach (double value in column)
        {
            rows[place] = value;
            place += width;
        }
    }

    private Exception Failure(string message) => ReadFailure.Translate(message, null, _source, _cancellationToken);
}
