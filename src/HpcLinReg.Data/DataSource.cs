using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>A file, a glob of files or a SQL query, opened and its columns known; rows are streamed, never held.</summary>
/// <remarks>Not thread-safe: one fit or prediction at a time.</remarks>
public sealed class DataSource : IDisposable
{
    private DataSource(Session session, ISourceTable table, string description, IReadOnlyList<string> files, bool hasStableOrder, bool isText)
    {
        Files = files;
        IsText = isText;
        Session = session;
        Table = table;
        Description = description;
        HasStableOrder = hasStableOrder;
        Columns = [.. table.Columns.Select(column => column.Column)];
    }

    /// <summary>Gets what was opened, for messages: the path as given, or "the query".</summary>
    public string Description { get; }

    /// <summary>Gets the full paths of the files that are read; of a query, those that it names in its text.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Gets the columns in the source's order.</summary>
    public IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>Gets whether the rows come in the same order each time, so that a fit repeats bit for bit.</summary>
    public bool HasStableOrder { get; }

    /// <summary>Gets whether rows are parsed from text, which costs ten times what summing them in double-double does.</summary>
    internal bool IsText { get; }

    internal Session Session { get; }

    internal ISourceTable Table { get; }

    /// <summary>Opens a file: csv, tsv, txt, parquet, json, ndjson, each of the text formats also as .gz; or a glob.</summary>
    /// <param name="path">The path. A glob's files are read in ordinal order of their paths.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DataException">The file is missing, empty, or not what its name says.</exception>
    public static DataSource OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string[] files;
        try
        {
            files = InputFiles.Find(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read: {exception.Message}", exception);
        }

        Session session = Session.ForFiles(files);
        try
        {
            return new DataSource(session, Describe(session, files), path, files, hasStableOrder: true, isText: FileContent.Extension(files[0]) is not (".parquet" or ".pq"));
        }
        catch (DuckDBException exception)
        {
            session.Dispose();
            throw ReadFailure.Translate(exception.Message, exception, path, [], CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            session.Dispose();
            throw new DataException($"{path} cannot be read: {exception.Message}", exception);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Opens the result of a query; it may read any file.</summary>
    /// <param name="query">One SELECT statement.</param>
    /// <returns>The source; its order counts as stable when the query ends in ORDER BY.</returns>
    /// <exception cref="UsageException">The query is not one SELECT statement.</exception>
    /// <exception cref="DataException">The query fails.</exception>
    public static DataSource OpenSql(string query)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        Session session = Session.ForQueries();
        try
        {
            JsonObject tree = Statement.Select(session, query);
            string text = query.TrimEnd().TrimEnd(';');
            return new DataSource(session, TypedTable.Describe(session, $"(\n{text}\n)"), "the query", QueryFiles.Of(session, tree), Statement.IsOrdered(tree), isText: false);
        }
        catch (DuckDBException exception)
        {
            session.Dispose();
            throw new DataException($"The query fails: {ReadFailure.Reason(exception.Message)}", exception);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Returns whether there is any row.</summary>
    internal bool HasRows()
    {
        using RowReader reader = new(this, $"SELECT 1 FROM ({Table.TypedRows()}) LIMIT 1", CancellationToken.None);
        return reader.Next();
    }

    /// <inheritdoc/>
    public void Dispose() => Session.Dispose();

    private static ISourceTable Describe(Session session, string[] files)
    {
        string extension = FileContent.Extension(files[0]);
        if (files.FirstOrDefault(file => FileContent.Extension(file) != extension) is { } other)
            throw new DataException($"{files[0]} and {other} are of different formats; read them one by one.");
        switch (extension)
        {
            case ".parquet" or ".pq":
                foreach (string file in files)
                    FileContent.RequireParquet(file);
                return TypedTable.Describe(session, $"read_parquet({Sql.List(files)})");
            case ".json" or ".ndjson" or ".jsonl":
                return JsonTable.Describe(session, files);
            default:
                return CsvTable.Describe(session, files);
        }
    }
}
