using DuckDB.NET.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Reading;

/// <summary>Streams the rows of one query, and turns DuckDB's errors and cancellation into this library's exceptions.</summary>
internal sealed class RowReader : IDisposable
{
    private readonly DataSource _source;
    private readonly CancellationToken _cancellationToken;
    private readonly DuckDBCommand _command;
    private readonly CancellationTokenRegistration _registration;
    private readonly DuckDBDataReader _reader;

    internal RowReader(DataSource source, string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _source = source;
        _cancellationToken = cancellationToken;
        _command = source.Session.Stream(sql);
        _registration = cancellationToken.Register(_command.Cancel);
        try
        {
            _reader = _command.ExecuteReader();
        }
        catch (DuckDBException exception)
        {
            Close();
            throw ReadFailure.Translate(exception, source, cancellationToken);
        }
    }

    /// <summary>Goes to the next row.</summary>
    internal bool Next()
    {
        try
        {
            if (_reader.Read())
            {
                return true;
            }
        }
        catch (DuckDBException exception)
        {
            throw ReadFailure.Translate(exception, _source, _cancellationToken);
        }

        _source.RequireWhole(_cancellationToken);
        return false;
    }

    internal double Number(int column) => _reader.GetDouble(column);

    internal int Integer(int column) => _reader.GetInt32(column);

    internal string? Text(int column) => _reader.IsDBNull(column) ? null : _reader.GetString(column);

    public void Dispose()
    {
        _reader.Dispose();
        Close();
    }

    private void Close()
    {
        _registration.Dispose();
        _command.Dispose();
    }
}
