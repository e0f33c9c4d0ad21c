namespace HpcLinReg.Data;

/// <summary>A file, a glob of files or a SQL query, opened and its columns known; rows are streamed, never held.</summary>
/// <remarks>Not thread-safe: one fit or prediction at a time.</remarks>
public sealed class DataSource : IDisposable
{
    private DataSource(string description, IReadOnlyList<DataColumn> columns, bool hasStableOrder)
    {
        Description = description;
        Columns = columns;
        HasStableOrder = hasStableOrder;
    }

    /// <summary>Gets what was opened, for messages: the path as given, or "the query".</summary>
    public string Description { get; }

    /// <summary>Gets the columns in the source's order.</summary>
    public IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>Gets whether the rows come in the same order each time, so that a fit repeats bit for bit.</summary>
    public bool HasStableOrder { get; }

    /// <summary>Opens a file: csv, tsv, txt, parquet, json, ndjson, each of the text formats also as .gz; or a glob.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DataException">The file is missing, empty, or not what its name says.</exception>
    public static DataSource OpenFile(string path) => throw new NotSupportedException();

    /// <summary>Opens the result of a query; it may read any file.</summary>
    /// <param name="query">One SELECT statement.</param>
    /// <returns>The source.</returns>
    /// <exception cref="UsageException">The query is not one SELECT statement.</exception>
    /// <exception cref="DataException">The query fails.</exception>
    public static DataSource OpenSql(string query) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
