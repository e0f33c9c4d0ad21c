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
    private readonly InputFiles? _inputs;
    private readonly WholeFiles _whole;

    private DataSource(Session session, InputFiles? inputs, WholeFiles whole, ISourceTable table, string description, IReadOnlyList<string> files, bool hasStableOrder, bool isText)
    {
        _inputs = inputs;
        _whole = whole;
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

    /// <summary>Opens a file: csv, tsv, txt, parquet, json, ndjson, each of the text formats also as .gz and .zst; or a glob; or a pipe.</summary>
    /// <param name="path">The path. A glob's files are read in ordinal order of their paths. What can be read only once is copied to a temporary file, and its format is detected from the first bytes.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DataException">The file is missing, empty, or not what its name says.</exception>
    public static DataSource OpenFile(string path) => AwaitFile(path, null, CancellationToken.None);

    /// <summary>Opens a file as <see cref="OpenFile"/> does; a pipe is waited for, which can be reported and stopped.</summary>
    /// <param name="path">The path.</param>
    /// <param name="waiting">Gets a sentence when a pipe has had no data for a second.</param>
    /// <param name="cancellationToken">Stops waiting for a pipe.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DataException">The file is missing, empty, or not what its name says.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource AwaitFile(string path, Action<string>? waiting, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Open(() => InputFiles.Find(path, waiting, cancellationToken), path, cancellationToken);
    }

    /// <summary>Opens a stream: copies it to a temporary file and detects the format from the first bytes.</summary>
    /// <param name="stream">The stream; read to its end and closed.</param>
    /// <param name="description">What messages call it.</param>
    /// <param name="waiting">Gets a sentence when there were no data for a second.</param>
    /// <param name="cancellationToken">Stops waiting for the stream.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DataException">There are no data, or none that can be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource OpenStream(Stream stream, string description, Action<string>? waiting = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Open(() => InputFiles.Copy(() => stream, description, waiting, cancellationToken), description, cancellationToken);
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
        WholeFiles? whole = null;
        try
        {
            JsonObject tree = Statement.Select(session, query);
            IReadOnlyList<string> files = QueryFiles.Of(session, tree);
            whole = new WholeFiles(files.Select(file => new SourceFile(file, file)));
            bool ordered = Statement.IsOrdered(tree);
            string text = QueryFiles.WithAllRows(session, tree, query);
            return new DataSource(session, null, whole, TypedTable.Describe(session, $"(\n{text}\n)"), "the query", files, ordered, isText: false);
        }
        catch (Exception exception)
        {
            using (session)
            using (whole)
            {
                if (exception is not DuckDBException)
                    throw;
                whole?.Require(CancellationToken.None);
                throw new DataException($"The query fails: {ReadFailure.Reason(exception.Message)}", exception);
            }
        }
    }

    /// <summary>Waits for the check that compressed files are whole; returns at once if no file is compressed. Every reading waits for it at its end.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="DataException">A file is cut short or damaged.</exception>
    public void RequireWhole(CancellationToken cancellationToken = default) => _whole.Require(cancellationToken);

    /// <summary>Puts the files' names into a message of DuckDB's that has the paths they are opened by.</summary>
    internal string Explain(string message) => _inputs?.Explain(message) ?? message;

    /// <summary>Returns whether a column may hold whole numbers that a double does not: of a whole type, or written as text.</summary>
    internal bool MayBeWhole(int column) => Table.Columns[column].IsWhole || (IsText && Table.Columns[column].CellType == "DOUBLE");

    /// <summary>Returns whether there is any row.</summary>
    internal bool HasRows()
    {
        using RowReader reader = new(this, $"SELECT 1 FROM ({Table.TypedRows()}) LIMIT 1", CancellationToken.None);
        return reader.Next();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        _whole.Dispose();
        _inputs?.Dispose();
    }

    private static DataSource Open(Func<InputFiles> find, string description, CancellationToken cancellationToken)
    {
        InputFiles? inputs = null;
        WholeFiles? whole = null;
        Session? session = null;
        try
        {
            inputs = find();
            whole = new WholeFiles(inputs.Files);
            session = Session.ForFiles([.. inputs.Files.Select(file => file.Path)]);
            using CancellationTokenRegistration registration = cancellationToken.Register(session.Interrupt);
            string[] files = [.. inputs.Files.Select(file => Path.IsPathFullyQualified(file.Name) ? file.Name : file.Path)];
            return new DataSource(session, inputs, whole, Describe(session, inputs.Files), description, files, hasStableOrder: true, isText: !inputs.Files[0].IsParquet);
        }
        catch (Exception exception)
        {
            using (inputs)
            using (whole)
            using (session)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // A truncated file can fail in many ways; that it is truncated is the message that helps.
                if (exception is DataException or DuckDBException)
                    whole?.Require(CancellationToken.None);
                switch (exception)
                {
                    case DuckDBException:
                        throw ReadFailure.Translate(inputs!.Explain(exception.Message), exception, description, CsvTable.HeaderOf(inputs.Files[0]), cancellationToken);
                    case IOException or UnauthorizedAccessException:
                        throw new DataException($"{description} cannot be read: {inputs?.Explain(exception.Message) ?? exception.Message}", exception);
                    default:
                        throw;
                }
            }
        }
    }

    private static ISourceTable Describe(Session session, IReadOnlyList<SourceFile> files)
    {
        string extension = files[0].Extension;
        if (files.FirstOrDefault(file => file.Extension != extension) is { } other)
            throw new DataException($"{files[0].Name} and {other.Name} are of different formats; read them one by one.");
        switch (extension)
        {
            case ".parquet" or ".pq":
                foreach (SourceFile file in files)
                    FileContent.RequireParquet(file);
                return ParquetTable.Describe(session, files);
            case ".json" or ".ndjson" or ".jsonl":
                return JsonTable.Describe(session, files);
            default:
                return CsvTable.Describe(session, files);
        }
    }
}
