using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>A file, a glob of files or a SQL query, opened and its columns known; rows are streamed, never held.</summary>
/// <remarks>Not thread-safe: one fit or prediction at a time.</remarks>
public sealed partial class DataSource : IDisposable
{
    private readonly InputFiles? _inputs;
    private readonly WholeFiles _whole;

    /// <summary>The files of typed columns that are read for DuckDB; they live as long as the session.</summary>
    private List<IColumnFile> _columnFiles = [];

    private DataSource(Session session, InputFiles? inputs, WholeFiles whole, ISourceTable table, ReadingSettings settings,
        string description, IReadOnlyList<string> files, bool hasStableOrder, bool isText)
    {
        Settings = settings;
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

    /// <summary>Gets the CSV files that a query reads under our rules.</summary>
    internal IReadOnlyList<CsvTable> Views { get; private init; } = [];

    /// <summary>Gets whether rows are parsed from text, which costs ten times what summing them in double-double does.</summary>
    internal bool IsText { get; }

    /// <summary>Gets whether the files are JSON, in which names of columns stand with the rows.</summary>
    internal bool IsJson => _inputs?.Files[0].IsJson ?? false;

    /// <summary>Gets what was decided of the reading when the source was opened.</summary>
    public ReadingSettings Settings { get; }

    /// <summary>
    /// Gets what is worth knowing before rows are read, one sentence: that a query sorts many rows; null where nothing is.
    /// </summary>
    public string? Notice { get; private init; }

    internal Session Session { get; }

    internal ISourceTable Table { get; private set; }

    /// <summary>Gets the paths that the files are opened by, in the order of <see cref="Files"/>.</summary>
    internal IReadOnlyList<string> PathsOfFiles => [.. _inputs!.Files.Select(file => file.Path)];

    /// <summary>Gets whether the files are Parquet, whose rows have numbers.</summary>
    internal bool IsParquet => _inputs?.Files[0].IsParquet ?? false;

    /// <summary>
    /// Opens a file: csv, tsv, txt, parquet, json, ndjson, NumPy's npy and npz, Arrow's arrow, feather, arrows and ipc; all but parquet
    /// also as .gz and .zst; or a glob; or a pipe.
    /// </summary>
    /// <param name="path">
    /// The path. A glob's files are read in ordinal order of their paths. What can be read only once is copied to a temporary file, and its
    /// format is detected from the first bytes.
    /// </param>
    /// <param name="settings">How it is read, where its cells are not to decide that; null: they decide all.</param>
    /// <returns>The source.</returns>
    /// <exception cref="UsageException">The settings name a column or a zone that does not exist.</exception>
    /// <exception cref="DataException">The file is missing, empty, or not what its name says.</exception>
    public static DataSource OpenFile(string path, ReadingSettings? settings = null) =>
        AwaitFile(path, null, settings, CancellationToken.None);

    /// <summary>Opens a file as <see cref="OpenFile"/> does; a pipe is waited for, which can be reported and stopped.</summary>
    /// <param name="path">The path.</param>
    /// <param name="waiting">Gets a sentence when a pipe has had no data for a second.</param>
    /// <param name="settings">How it is read, where its cells are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops waiting for a pipe.</param>
    /// <returns>The source.</returns>
    /// <exception cref="UsageException">The settings name a column or a zone that does not exist.</exception>
    /// <exception cref="DataException">The file is missing, empty, or not what its name says.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource AwaitFile(string path, Action<string>? waiting, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Open(() => InputFiles.Find(path, waiting, cancellationToken), path, settings ?? new ReadingSettings(), cancellationToken);
    }

    /// <summary>Opens several files, or patterns, of one format as one: their rows follow each other in the order of the paths.</summary>
    /// <param name="paths">The paths, at least one.</param>
    /// <param name="waiting">Gets a sentence when a pipe has had no data for a second; may be null.</param>
    /// <param name="settings">How they are read, where their cells are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops waiting for a pipe.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">There are no paths.</exception>
    /// <exception cref="UsageException">The settings name a column or a zone that does not exist.</exception>
    /// <exception cref="DataException">A file is missing, empty, named twice, of another format, or has other columns.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource AwaitFiles(IReadOnlyList<string> paths, Action<string>? waiting, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count);
        foreach (string path in paths)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(path, nameof(paths));
        }

        return Open(() => InputFiles.Find(paths, waiting, cancellationToken), Describe(paths), settings ?? new ReadingSettings(),
            cancellationToken);
    }

    /// <summary>Returns what messages and results call several files.</summary>
    /// <param name="paths">The paths.</param>
    /// <returns>The paths, or of many the first ones.</returns>
    public static string Describe(IReadOnlyList<string> paths)
    {
        const int Most = 3;
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Count <= Most ? string.Join(", ", paths)
            : FormattableString.Invariant($"{string.Join(", ", paths.Take(Most))} and {paths.Count - Most} more");
    }

    /// <summary>Opens a stream: copies it to a temporary file and detects the format from the first bytes.</summary>
    /// <param name="stream">The stream; read to its end and closed.</param>
    /// <param name="description">What messages call it.</param>
    /// <param name="waiting">Gets a sentence when there were no data for a second.</param>
    /// <param name="settings">How it is read, where its cells are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops waiting for the stream.</param>
    /// <returns>The source.</returns>
    /// <exception cref="UsageException">The settings name a column or a zone that does not exist.</exception>
    /// <exception cref="DataException">There are no data, or none that can be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource OpenStream(Stream stream, string description, Action<string>? waiting = null, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Open(() => InputFiles.Copy(() => stream, description, waiting, cancellationToken), description,
            settings ?? new ReadingSettings(), cancellationToken);
    }

    /// <summary>Opens the result of a query; it may read any file.</summary>
    /// <param name="query">One SELECT statement.</param>
    /// <param name="settings">How it is read, where its cells are not to decide that; null: they decide all.</param>
    /// <returns>The source; its order counts as stable when the query ends in ORDER BY.</returns>
    /// <exception cref="UsageException">
    /// The query is not one SELECT statement, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="DataException">The query fails.</exception>
    public static DataSource OpenSql(string query, ReadingSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        settings ??= new ReadingSettings();
        settings.RequireNothingOfCsv("The query", "read by options of its own (delim, nullstr, header, skip, comment, encoding)", isText: false, ofQuery: true);
        var session = Session.ForQueries();
        WholeFiles? whole = null;
        try
        {
            if (settings.HasZone)
            {
                session.UseZone(settings.Zone!);
            }

            JsonObject tree = Statement.Select(session, query);
            IReadOnlyDictionary<string, string> seen = QueryFiles.Of(session, tree);
            string[] files = [.. seen.Keys];
            whole = new WholeFiles(files.Select(file => new SourceFile(file, file)));
            if (!query.Contains("hive_partitioning", StringComparison.OrdinalIgnoreCase))
            {
                QueryFiles.RequireOwnColumns(session, seen.Values);
            }

            bool ordered = Statement.IsOrdered(tree);
            (TypedTable table, IReadOnlyList<CsvTable> views) = Describe(session, tree, query, settings);
            return new DataSource(session, null, whole, table.With(session, ForResult(settings, table, views)), settings, "the query", files,
                ordered, isText: false)
            { Views = views, Notice = ordered ? SortNotice.Of(session, query, table.Columns) : null };
        }
        catch (Exception exception)
        {
            using (session)
            using (whole)
            {
                if (exception is not DuckDBException)
                {
                    throw;
                }

                whole?.Require(CancellationToken.None);
                throw new DataException($"The query fails: {ReadFailure.Reason(exception.Message)}", exception);
            }
        }
    }

    /// <summary>
    /// Waits for the check that compressed files are whole; returns at once if no file is compressed. Every reading waits for it at its
    /// end.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="DataException">A file is cut short or damaged.</exception>
    public void RequireWhole(CancellationToken cancellationToken = default) => _whole.Require(cancellationToken);

    /// <summary>
    /// Opens a session that reads what the source's own does and may write one file; null where the source's own may write it.
    /// </summary>
    internal Session? SessionThatWrites(string path, string? memoryLimit)
    {
        if (_inputs is null)
        {
            return null;
        }

        var session = Session.ForFiles([.. _inputs.Files.Select(file => file.Path), path], memoryLimit: memoryLimit);
        if (Settings.HasZone)
        {
            session.UseZone(Settings.Zone!);
        }

        if (_columnFiles.Count > 0)
        {
            ColumnFunction.Register(session, _columnFiles);
        }

        return session;
    }

    /// <summary>Puts the files' names into a message of DuckDB's that has the paths they are opened by.</summary>
    internal string Explain(string message) => _inputs?.Explain(message) ?? message;

    /// <summary>
    /// Returns the file and row of the first cell with a text, for a message; only what was opened where the rows have no numbers of their
    /// own.
    /// </summary>
    internal string WhereIs(int column, string text)
    {
        // The rows of a query come in another order the next time unless it says which.
        if (Table is not TypedTable table || !HasStableOrder
            || table.Find(Session, column, text, ofFiles: _inputs is not null && _columnFiles.Count == 0) is not var (path, row))
        {
            return Description;
        }

        string file = path is null || _inputs?.Files is not { Count: > 1 } files ? Description
            : files.FirstOrDefault(file => file.Path == path)?.Name ?? Description;
        return $"{file}, row {row}";
    }

    /// <summary>Returns whether a column may hold whole numbers that a double does not: of a whole type, or written as text.</summary>
    internal bool MayBeWhole(int column) =>
        Table.Columns[column] is var found && (found.IsWhole || (found.CellType == "DOUBLE" && (IsText || found.Rule is not null)));

    /// <summary>Leaves only some rows of one Parquet file, counted from 0.</summary>
    internal void TakeRows(long firstRow, long nextRow) => Table = ((TypedTable)Table).Rows(firstRow, nextRow);

    /// <summary>
    /// Returns about how many rows there are, without reading them: exactly of Parquet files and rows of a program, by the length of the
    /// first lines of text files; null where nothing says it, as of queries and compressed files.
    /// </summary>
    /// <returns>The number; lines within quotes count as rows.</returns>
    public long? EstimateRows()
    {
        if (Rows is { } rows)
        {
            return rows.Rows;
        }

        // A JSON array may stand on one line, and files of typed columns have none.
        if (_inputs is null || _inputs.Files[0].IsColumns
            || (IsJson && _inputs.Files.Any(file => !FileContent.Head(file, 1).AsSpan().SequenceEqual("{"u8))))
        {
            return null;
        }

        if (IsParquet)
        {
            return long.Parse(Session.Scalar($"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({Sql.List(PathsOfFiles)})"), CultureInfo.InvariantCulture);
        }

        double lines = _inputs.Files.Sum(FileContent.LinesExpected);
        return double.IsFinite(lines) ? (long)lines : null;
    }

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
        Close(_columnFiles);
        _whole.Dispose();
        _inputs?.Dispose();
        Rows?.Dispose();
    }

    private static DataSource Open(Func<InputFiles> find, string description, ReadingSettings settings, CancellationToken cancellationToken)
    {
        InputFiles? inputs = null;
        WholeFiles? whole = null;
        Session? session = null;
        List<IColumnFile> columnFiles = [];
        try
        {
            inputs = find();
            whole = new WholeFiles(inputs.Files);
            inputs = inputs.Rewritten(settings, cancellationToken);
            bool isText = !inputs.Files[0].IsParquet && !inputs.Files[0].IsColumns;
            session = Session.ForFiles([.. inputs.Files.Select(file => file.Path)], isText);
            if (settings.HasZone)
            {
                session.UseZone(settings.Zone!);
            }

            using CancellationTokenRegistration registration = cancellationToken.Register(session.Interrupt);
            string[] files = [.. inputs.Files.Select(file => Path.IsPathFullyQualified(file.Name) ? file.Name : file.Path)];
            RequireOneFormat(inputs.Files);
            columnFiles = inputs.Files[0].IsColumns ? OpenColumns(inputs.Files, settings) : [];
            ISourceTable table = columnFiles.Count == 0 ? Describe(session, inputs.Files, settings)
                : Describe(session, columnFiles, settings);
            return new DataSource(session, inputs, whole, table, settings, description, files, hasStableOrder: true, isText)
            { _columnFiles = columnFiles };
        }
        catch (Exception exception)
        {
            using (inputs)
            using (whole)
            using (session)
            {
                Close(columnFiles);
                cancellationToken.ThrowIfCancellationRequested();
                // A truncated file can fail in many ways; that it is truncated is the message that helps.
                if (exception is DataException or DuckDBException)
                {
                    whole?.Require(CancellationToken.None);
                }

                switch (exception)
                {
                    case DuckDBException:
                        throw ReadFailure.Translate(inputs!.Explain(exception.Message), exception, description,
                            CsvTable.HeaderOf(inputs.Files[0], settings), cancellationToken);
                    case IOException or UnauthorizedAccessException:
                        throw new DataException($"{description} cannot be read: {inputs?.Explain(exception.Message) ?? exception.Message}", exception);
                    default:
                        throw;
                }
            }
        }
    }

    /// <summary>Describes a query's result, with its CSV files read under our rules where that is what the query means.</summary>
    private static (TypedTable Table, IReadOnlyList<CsvTable> Views) Describe(Session session, JsonObject tree, string query,
        ReadingSettings settings)
    {
        JsonObject own = tree.DeepClone().AsObject();
        QueryTables tables = new(session, settings);
        try
        {
            tables.Replace(own);
            if (tables.Tables.Count > 0)
            {
                QueryFiles.WithAllRows(session, own, query);
                return (TypedTable.Describe(session, $"(\n{Statement.QueryToSql(session, own)}\n)"), tables.Tables);
            }
        }
        catch (Exception exception) when (exception is DuckDBException or DataException && !settings.IsForFiles)
        {
            // A file without a header, or a query that asks for what only DuckDB's own reading has.
        }

        return (TypedTable.Describe(session, $"(\n{QueryFiles.WithAllRows(session, tree, query)}\n)"), []);
    }

    /// <summary>
    /// Of the kinds that are given, those of columns that are only in a file the query reads do not name columns of its result.
    /// </summary>
    private static ReadingSettings ForResult(ReadingSettings settings, TypedTable table, IReadOnlyList<CsvTable> views)
    {
        string[] result = [.. table.Columns.Select(column => column.Name)],
        read = [.. views.SelectMany(view => view.Columns).Select(column => column.Name)];
        return settings with { Kinds = settings.Kinds.Where(kind => Has(result, kind.Key) || !Has(read, kind.Key)).ToDictionary() };

        static bool Has(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
