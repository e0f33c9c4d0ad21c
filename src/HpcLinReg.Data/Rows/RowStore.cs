using System.Numerics;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Rows;

/// <summary>
/// Rows that a program has, kept in a temporary database file, because a fit may read them more than once: for the levels of texts, for
/// more digits, for diagnostics. Memory does not grow with them.
/// </summary>
internal sealed class RowStore : IDisposable
{
    private const string Catalog = "hpclinreg_rows";
    private const string Table = "given";

    /// <summary>Pages of the file that DuckDB keeps in memory.</summary>
    private const string MemoryLimit = "SET memory_limit = '512MB'";

    private readonly DirectoryInfo _folder;
    private readonly Session _session;
    private readonly DuckDB.NET.Data.DuckDBAppender _appender;
    private readonly IReadOnlyList<RowColumn> _columns;
    private IDuckDBAppenderRow? _row;
    private bool _isClosed;

    private RowStore(DirectoryInfo folder, Session session, DuckDB.NET.Data.DuckDBAppender appender, IReadOnlyList<RowColumn> columns) =>
        (_folder, _session, _appender, _columns) = (folder, session, appender, columns);

    /// <summary>Gets the number of rows that are complete.</summary>
    internal long Rows { get; private set; }

    /// <summary>Creates a store for columns.</summary>
    /// <exception cref="UsageException">There are no columns, or one has no name.</exception>
    internal static RowStore Create(IReadOnlyList<RowColumn> columns)
    {
        if (columns.Count == 0 || columns.Any(column => string.IsNullOrEmpty(column.Name)))
        {
            throw new UsageException(columns.Count == 0 ? "The rows have no columns." : "A column has no name; give it one.");
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("hpclinreg-");
        Session? session = null;
        try
        {
            session = Session.ForQueries();
            session.Execute(MemoryLimit);
            session.Execute($"ATTACH {Sql.Text(Path.Combine(folder.FullName, "rows.db"))} AS {Catalog}");
            // Names may differ in case only, or not at all; a table's may not.
            IEnumerable<string> types = columns.Select((column, i) => $"{Sql.Column(i)} {column.DuckDBType}");
            session.Execute($"CREATE TABLE {Catalog}.main.{Table}({string.Join(", ", types)})");
            return new RowStore(folder, session, session.Appender(Catalog, "main", Table), columns);
        }
        catch
        {
            session?.Dispose();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Adds a missing value to the row.</summary>
    internal void Missing() => Row.AppendNullValue();

    /// <summary>Adds a number to the row; NaN is a missing value.</summary>
    internal void Add(double value) => _ = double.IsNaN(value) ? Row.AppendNullValue() : Row.AppendValue(value);

    /// <summary>Adds a whole number to the row.</summary>
    internal void Add(long value) => Row.AppendValue(value);

    /// <summary>Adds a whole number of any size to the row.</summary>
    internal void Add(BigInteger value) => Row.AppendValue(value);

    /// <summary>Adds a flag to the row.</summary>
    internal void Add(bool value) => Row.AppendValue(value);

    /// <summary>Adds a text to the row.</summary>
    internal void Add(string value) => Row.AppendValue(value);

    /// <summary>Adds a time in UTC to the row; one of the local zone is converted.</summary>
    internal void Add(DateTime value) =>
        Row.AppendValue(DateTime.SpecifyKind(value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value, DateTimeKind.Unspecified));

    /// <summary>Adds a moment to the row.</summary>
    internal void Add(DateTimeOffset value) => Row.AppendValue(value);

    /// <summary>Adds a day to the row.</summary>
    internal void Add(DateOnly value) => Row.AppendValue((DuckDBDateOnly)value);

    /// <summary>Ends the row, which has a value for each column.</summary>
    internal void EndRow()
    {
        Row.EndRow();
        _row = null;
        Rows++;
    }

    /// <summary>Returns the rows as a table of the session, which is the caller's to use until this is disposed.</summary>
    internal (Session Session, TypedTable Table) Close()
    {
        _isClosed = true;
        _appender.Close();
        IEnumerable<SourceColumn> columns = _columns.Select(column => new SourceColumn(
            new DataColumn(column.Name, TypedTable.KindOf(column.DuckDBType)), CellType: column.DuckDBType, Origin: Origin.Type));
        return (_session, TypedTable.Of($"{Catalog}.main.{Table}", [.. columns]));
    }

    public void Dispose()
    {
        if (!_isClosed)
        {
            // Rows that were not completed are not written; the file goes away.
            try
            {
                _appender.Dispose();
            }
            catch (DuckDBException)
            {
                // A row that was left half way.
            }
        }

        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    private IDuckDBAppenderRow Row => _row ??= _appender.CreateRow();
}
