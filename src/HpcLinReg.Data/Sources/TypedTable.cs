using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>A table whose columns have types of their own: Parquet, JSON, a query.</summary>
internal sealed class TypedTable : ISourceTable
{
    private readonly string _from;

    /// <summary>The table of all rows, where this one has a part of them; messages find cells in it.</summary>
    private TypedTable? _whole;

    private TypedTable(string from, IReadOnlyList<SourceColumn> columns)
    {
        _from = from;
        Columns = columns;
    }

    public IReadOnlyList<SourceColumn> Columns { get; }

    /// <summary>Returns a part of the rows of one Parquet file.</summary>
    /// <param name="firstRow">The first row, counted from 0.</param>
    /// <param name="nextRow">The row behind the last.</param>
    internal TypedTable Rows(long firstRow, long nextRow) => new(string.Create(CultureInfo.InvariantCulture,
        $"(SELECT * EXCLUDE (file_row_number) FROM {_from[..^1]}, file_row_number = true) WHERE file_row_number >= {firstRow} AND file_row_number < {nextRow})"),
        Columns)
    { _whole = this };

    /// <summary>Names the columns of a FROM item; numbers and times may be text there.</summary>
    internal static TypedTable Of(string from, IReadOnlyList<SourceColumn> columns) => new(from, columns);

    /// <summary>Returns the table with its columns read as the settings say; a cell of another type is converted from its text.</summary>
    /// <exception cref="UsageException">A column is named that does not exist, or it is a list or the like.</exception>
    internal TypedTable With(Session session, ReadingSettings settings)
    {
        ColumnDecision?[] decisions = settings.Decide([.. Columns.Select(column => column.Name)]);
        CsvKinds kinds = new(session, settings, delimiter: '\0', () => true);
        return new TypedTable(_from, [.. Columns.Select((column, i) => With(kinds, column, i, decisions[i], settings))]);
    }

    private SourceColumn With(CsvKinds kinds, SourceColumn column, int index, ColumnDecision? decided, ReadingSettings settings)
    {
        bool isText = column is { Kind: ColumnKind.Text, CellType: "VARCHAR" };
        // A time with an offset is an instant already.
        CellRule? rule = column.Rule is { } own ? own with { IsLocal = settings.HasZone } : null;
        SourceColumn asItIs = column with
        {
            Rule = rule,
            IsLocal = settings.HasZone
            && column.CellType.StartsWith("TIMESTAMP", StringComparison.Ordinal) && !column.CellType.Contains("TIME ZONE", StringComparison.Ordinal)
        };
        if (decided is null || (decided.Origin == Origin.Model && (!isText || decided.Kind == ReadAs.Text)))
        {
            return asItIs;
        }

        if (column.Kind == ColumnKind.Other)
        {
            throw new UsageException($"The column '{column.Name}' is of type {column.CellType} and cannot be read as {ReadingSettings.KindName(decided.Kind)}; select a value from it in a query (--sql).");
        }

        bool isAlike = decided.Kind switch
        {
            ReadAs.Text => column.Kind == ColumnKind.Text,
            ReadAs.Number => column.Kind == ColumnKind.Numeric,
            ReadAs.Whole => column.IsWhole,
            ReadAs.Date => column.CellType == "DATE",
            ReadAs.Time => column.Kind == ColumnKind.Date && column.CellType != "DATE",
            _ => column.Kind == ColumnKind.Boolean,
        };
        // Only text has a decimal mark of its own.
        return isAlike ? asItIs with { Origin = decided.Origin }
            : kinds.Given(column.Name,
                decided with { HasDecimalComma = decided.HasDecimalComma && isText, Marks = isText ? decided.Marks : null },
                decided.Kind == ReadAs.Text ? TextOf(Sql.Column(index)) : $"CAST({Sql.Column(index)} AS VARCHAR)", Aliased()) with
            { IsFolderKey = column.IsFolderKey };
    }

    /// <summary>Describes a FROM item.</summary>
    /// <param name="session">The session.</param>
    /// <param name="from">The item.</param>
    /// <param name="own">How many columns are the files' own; those behind are keys of their folders.</param>
    internal static TypedTable Describe(Session session, string from, int own = int.MaxValue)
    {
        List<string?[]> rows = session.Table($"DESCRIBE SELECT * FROM {from}");
        return new TypedTable(from,
            [.. rows.Select((row, i) => new SourceColumn(new DataColumn(row[0]!, KindOf(row[1]!)), CellType: row[1]!, IsFolderKey: i >= own,
            Origin: Origin.Type))]);
    }

    public string TypedRows(IReadOnlySet<int>? whole = null) =>
        $"SELECT {string.Join(", ", Columns.Select((column, i) => $"{Typed(i, column, whole)} AS {Sql.Column(i)}").Concat(Rests(whole)))} FROM {Aliased()}";

    public string TextAndTypedRows(IReadOnlyList<SourceColumn?> columns, IReadOnlySet<int>? whole = null, bool nestedAsJson = false)
    {
        IEnumerable<string> text = Columns.Select((column, i) => $"CAST({(nestedAsJson && column.Kind == ColumnKind.Other ? $"to_json({Sql.Column(i)})" : Sql.Column(i))} AS VARCHAR) AS t{i}");
        int[] read = [.. Columns.Select((_, i) => i).Where(i => columns[i] is not null)];
        IEnumerable<string> typed = read.Select(i => $"{(MayBeBad(columns[i]!) ? Tried(i, columns[i]!) : Typed(i, columns[i]!, whole))} AS {Sql.Column(i)}");
        string bad = read.Where(i => MayBeBad(columns[i]!)).Reverse().Aggregate(
            "-1", (others, i) => string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {Sql.Column(i)} IS NOT NULL AND {Tried(i, columns[i]!)} IS NULL THEN {i} ELSE {others} END"));
        return $"SELECT {string.Join(", ", text.Concat(typed).Concat(Rests(whole)).Append($"{bad} AS bad"))} FROM {Aliased()}";
    }

    /// <summary>
    /// Returns a SELECT with n0, n1, ... (every column as it is), then c0, c1, ... for the columns that are not null, none of which may
    /// have a rule.
    /// </summary>
    internal string OwnAndTypedRows(IReadOnlyList<SourceColumn?> columns, IReadOnlySet<int>? whole)
    {
        IEnumerable<string> own = Columns.Select((_, i) => $"{Sql.Column(i)} AS n{i}");
        IEnumerable<string> typed = columns.Index().Where(column => column.Item is not null)
            .Select(column => $"{Typed(column.Index, column.Item!, whole)} AS {Sql.Column(column.Index)}");
        return $"SELECT {string.Join(", ", own.Concat(typed).Concat(Rests(whole)))} FROM {Aliased()}";
    }

    /// <summary>Finds the first cell of a column with a text.</summary>
    /// <param name="session">The session.</param>
    /// <param name="column">The column's index.</param>
    /// <param name="text">The text.</param>
    /// <param name="ofFiles">Whether the rows are those of files, which are then named; otherwise those of a query.</param>
    /// <returns>The file, null for a query, and the row in it, counted from 1; null where no cell has the text.</returns>
    internal (string? File, string Row)? Find(Session session, int column, string text, bool ofFiles)
    {
        if (_whole is not null)
        {
            return _whole.Find(session, column, text, ofFiles);
        }

        // A column of that name would be taken for the file's name.
        bool named = ofFiles && !_from.StartsWith('(') && !Columns.Any(other => other.Name.Equals("filename", StringComparison.OrdinalIgnoreCase));
        string file = named ? "filename" : "NULL", cell = Sql.Identifier(Columns[column].Name);
        List<string?[]> found = session.Table(
            $"SELECT file, place FROM (SELECT CAST({cell} AS VARCHAR) AS cell, {file} AS file, row_number() OVER ({(named ? "PARTITION BY filename" : "")}) AS place FROM {_from}) WHERE cell = {Sql.Text(text)} ORDER BY file, place LIMIT 1");
        return found is [[var path, { } row]] ? (path, row) : null;
    }

    /// <summary>Returns the kind of a DuckDB type.</summary>
    internal static ColumnKind KindOf(string type)
    {
        int end = type.AsSpan().IndexOfAny('(', '[');
        string name = end < 0 ? type : type[..end];
        return name switch
        {
            // A list's name goes on after the bracket: INTEGER[].
            _ when type.EndsWith(']') => ColumnKind.Other,
            "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or
            "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT" or
            "FLOAT" or "DOUBLE" or "DECIMAL" or "BIGNUM" => ColumnKind.Numeric,
            "BOOLEAN" => ColumnKind.Boolean,
            "VARCHAR" or "ENUM" or "UUID" => ColumnKind.Text,
            "DATE" => ColumnKind.Date,
            _ when name.StartsWith("TIME", StringComparison.Ordinal) => ColumnKind.Date,
            _ => ColumnKind.Other,
        };
    }

    private IEnumerable<string> Rests(IReadOnlySet<int>? whole) =>
        (whole ?? new HashSet<int>()).Select(i => (i, cell: Sql.Column(i))).Select(column =>
        $"{(Columns[column.i] is { IsWhole: true, Rule: null } ? $"CAST(CAST({column.cell} AS HUGEINT) - CAST(CAST({column.cell} AS DOUBLE) AS HUGEINT) AS DOUBLE)" : CsvCell.Rest(CsvCell.Plain(Columns[column.i].Rule, $"CAST({column.cell} AS VARCHAR)")))} AS {Sql.Rest(column.i)}");

    /// <summary>Returns whether a cell can be refused: it is read by its text, or it is a time that may not occur once.</summary>
    private static bool MayBeBad(SourceColumn column) => column is { Rule: not null } or { IsLocal: true };

    /// <summary>Returns SQL for a cell that can be refused: its value, or NULL where it is refused.</summary>
    private static string Tried(int index, SourceColumn column) =>
        column.Rule is { } rule ? CsvCell.Of(rule, Read(index, column)) : Session.Instant($"CAST({Sql.Column(index)} AS TIMESTAMP)");

    private static string Read(int index, SourceColumn column) =>
        column.Kind == ColumnKind.Text ? TextOf(Sql.Column(index)) : $"CAST({Sql.Column(index)} AS VARCHAR)";

    /// <summary>
    /// Returns SQL for a cell as a text: a number that is not finite is missing, and a whole one is written as in a text file, without a
    /// fraction.
    /// </summary>
    private static string TextOf(string cell) =>
        $"CASE WHEN typeof({cell}) = 'DOUBLE' OR typeof({cell}) = 'FLOAT' THEN CASE WHEN isfinite(TRY_CAST({cell} AS DOUBLE)) THEN regexp_replace(CAST({cell} AS VARCHAR), '\\.0$', '') END ELSE CAST({cell} AS VARCHAR) END";

    private string Typed(int index, SourceColumn column, IReadOnlySet<int>? whole)
    {
        string cell = Sql.Column(index);
        return column switch
        {
            { Rule: not null } => CsvCell.Strict(index, column.Rule, Read(index, column)),
            _ when whole?.Contains(index) == true && Columns[index].IsWhole => $"CAST({cell} AS HUGEINT)",
            { Kind: ColumnKind.Numeric or ColumnKind.Boolean } => $"CAST({cell} AS DOUBLE)",
            { Kind: ColumnKind.Text } => TextOf(cell),
            { IsLocal: true } => CsvCell.StrictInstant(index, cell),
            _ => cell,
        };
    }

    // The rows are renamed by position, so that names that differ in case only, or not at all, cannot be confused.
    private string Aliased() => $"(SELECT * FROM {_from}) AS source({string.Join(", ", Columns.Select((_, i) => Sql.Column(i)))})";
}
