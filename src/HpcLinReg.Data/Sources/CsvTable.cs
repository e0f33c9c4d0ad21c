using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// CSV files of one header. The dialect is ours (<see cref="CsvHeader"/>), the kinds are decided here, and DuckDB then
/// reads strictly: no line is skipped or padded, no cell is guessed.
/// </summary>
internal sealed class CsvTable : ISourceTable
{
    /// <summary>Cells that mean "missing", beside the empty one.</summary>
    internal static readonly string[] MissingMarks = ["", "NA", "N/A", "NULL", "null", "NaN"];

    /// <summary>
    /// The most columns of which cells are read by <see cref="CsvCell.FiniteFirst"/>: planning it took minutes for 10,000.
    /// </summary>
    private const int MostFastColumns = 256;

    private readonly IReadOnlyList<SourceFile> _files;
    private readonly CsvHeader _header;

    private readonly string[] _missing;

    /// <summary>The keys of folders that are columns behind those of the files.</summary>
    private readonly string[] _keys;

    private CsvTable(IReadOnlyList<SourceFile> files, CsvHeader header, string[] missing, string[] keys)
    {
        _keys = keys;
        _missing = missing;
        _files = files;
        _header = header;
        Columns = [];
    }

    public IReadOnlyList<SourceColumn> Columns { get; private set; }

    /// <summary>Gets the cells that mean "missing".</summary>
    internal IReadOnlyList<string> Missing => _missing;

    /// <summary>Gets the delimiter.</summary>
    internal char Delimiter => _header.Delimiter;

    /// <summary>Reads the header and decides what the columns are.</summary>
    /// <param name="session">The session.</param>
    /// <param name="files">The files.</param>
    /// <param name="settings">What is decided already.</param>
    /// <param name="missing">The cells that mean "missing"; null for those of the settings.</param>
    /// <exception cref="DataException">There is no header, or another one in another file.</exception>
    internal static CsvTable Describe(Session session, IReadOnlyList<SourceFile> files, ReadingSettings settings, string[]? missing = null)
    {
        var header = CsvHeader.Read(files[0], settings);
        foreach (SourceFile file in files.Skip(1))
        {
            var other = CsvHeader.Read(file, settings);
            if (!other.Names.SequenceEqual(header.Names) || other.Delimiter != header.Delimiter || other.LinesBefore != header.LinesBefore)
            {
                throw new DataException(
                    $"{file.Name} has another header than {files[0].Name} ({CsvHeader.Excerpt(string.Join(", ", other.Names))} against " +
                    $"{CsvHeader.Excerpt(string.Join(", ", header.Names))}); files read together need the same columns in the same order.");
            }
        }

        foreach (SourceFile file in files)
        {
            LongLines.RequireEnd(file);
        }

        string[] keys = settings.FolderKeys ? FolderKeys.NamesOf(files) : [];
        FolderKeys.RequireNew(keys, header.Names, files[0].Name);
        CsvTable table = new(files, header, missing ?? settings.MarksOfMissing, keys);
        Lazy<bool> mayHaveTimes = new(() => files.Any(FileContent.MayHaveTimes));
        bool isShort = files.Sum(FileContent.LinesExpected) <= CsvKinds.SampleRows;
        if (keys.Length == 0)
        {
            table.Columns =
                new CsvKinds(session, settings, header.Delimiter, () => mayHaveTimes.Value).Detect(header.Names, table.CellsAsText(),
                    isShort);
            return table;
        }

        // Refuses kinds of columns that are neither in the files nor keys.
        settings.Decide([.. header.Names, .. keys]);
        CsvKinds kinds = new(session, settings with { SkipsAbsent = true }, header.Delimiter, () => mayHaveTimes.Value);
        table.Columns =
            [.. kinds.Detect(header.Names, table.CellsAsText(), isShort),
                .. FolderKeys.Decide(session, settings, files, keys, table._missing)];
        return table;
    }

    /// <summary>Returns the columns that a CSV file's header names, for a message about the file; none for other files.</summary>
    internal static IReadOnlyList<SourceColumn> HeaderOf(SourceFile file, ReadingSettings settings) =>
        file.IsParquet || file.IsJson || file.IsColumns ? []
        : [.. CsvHeader.Read(file, settings).Names.Select(name => new SourceColumn(new DataColumn(name, ColumnKind.Text)))];

    public string TypedRows(IReadOnlySet<int>? whole = null)
    {
        // Every cell of a finite column was found to be a number; DuckDB parses those in a third of the time of their texts.
        bool IsParsed(int i) => Columns[i].IsFinite && whole?.Contains(i) != true;
        IEnumerable<string> typed = Columns.Select((column, i) => $"{(IsParsed(i) ? Sql.Column(i) : Columns.Count <= MostFastColumns ? CsvCell.FiniteFirst(i, column.Rule, Sql.Column(i)) : CsvCell.Strict(i, column.Rule, Sql.Column(i)))} AS {Sql.Column(i)}");
        typed = typed.Concat((whole ?? new HashSet<int>()).Select(i => $"{CsvCell.Rest(CsvCell.Plain(Columns[i].Rule, Sql.Column(i)))} AS {Sql.Rest(i)}"));
        return $"SELECT {string.Join(", ", typed)} FROM {Read(_missing, i => (Sql.Column(i), IsParsed(i) ? "DOUBLE" : "VARCHAR"))}";
    }

    public string TextAndTypedRows(IReadOnlyList<SourceColumn?> columns, IReadOnlySet<int>? whole = null, bool nestedAsJson = false)
    {
        // Values are computed once, below what looks at them.
        string[] texts = [.. Columns.Select((_, i) => $"t{i}")];
        List<string> values = [.. texts], select = [.. texts];
        string bad = "-1";
        for (int i = Columns.Count - 1; i >= 0; i--)
        {
            if (columns[i] is not { } column)
            {
                continue;
            }

            // A mark that somebody gives may be a number, -999; none of the others can be read as any kind of value.
            string cell = column.Rule is null || !ReferenceEquals(_missing, MissingMarks) ? Present(texts[i]) : texts[i];
            values.Add($"{(column.Rule is { } rule ? CsvCell.FastOf(rule, cell) : cell)} AS {Sql.Column(i)}");
            select.Add(Sql.Column(i));
            if (whole?.Contains(i) == true)
            {
                values.Add($"{CsvCell.Plain(column.Rule, cell)} AS p{i}");
                select.Add($"{CsvCell.Rest($"p{i}")} AS {Sql.Rest(i)}");
            }

            if (column.Rule is not null)
            {
                bad = string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {Sql.Column(i)} IS NULL AND {Present(texts[i])} IS NOT NULL THEN {i} ELSE {bad} END");
            }
        }

        select.Add($"{bad} AS bad");
        return $"SELECT {string.Join(", ", select)} FROM (SELECT {string.Join(", ", values)} FROM {Read([""], i => (texts[i], "VARCHAR"))})";
    }

    /// <summary>Returns SQL for a text that is NULL where it means "missing".</summary>
    private string Present(string cell) => $"(CASE {cell} {string.Concat(_missing.Select(mark => $"WHEN {Sql.Text(mark)} THEN NULL "))}ELSE {cell} END)";

    /// <summary>Finds the first cell of a column with a text.</summary>
    internal CsvPlace? Find(int column, string text) => CsvPlace.Find(_files, _header, column, text);

    /// <summary>Returns a FROM item with every cell as text, named c0, c1, ...</summary>
    internal string CellsAsText() => Read(_missing, i => (Sql.Column(i), "VARCHAR"));

    private string Read(IEnumerable<string> missing, Func<int, (string Name, string Type)> column)
    {
        IEnumerable<string> columns = _header.Names.Select((_, i) => column(i)).Select(c => $"{Sql.Text(c.Name)}: {Sql.Text(c.Type)}");
        string read = string.Create(
            CultureInfo.InvariantCulture,
            $"read_csv({Sql.List(_files.Select(file => file.Path))}, auto_detect = false, delim = {Sql.Text(_header.Delimiter.ToString())}, quote = '\"', escape = '\"', header = {(_header.HasNames ? "true" : "false")}, skip = {_header.LinesBefore}, strict_mode = true, null_padding = false, hive_partitioning = {(_keys.Length > 0 ? "true, hive_types_autocast = false" : "false")}, columns = {{{string.Join(", ", columns)}}}, nullstr = {Sql.List(missing)})");
        if (_keys.Length == 0)
        {
            return read;
        }

        int own = _header.Names.Count;
        IEnumerable<string> select = Enumerable.Range(0, own).Select(i => column(i).Name)
            .Concat(_keys.Select((key, i) => $"{FolderKeys.Cell(key, missing)} AS {column(own + i).Name}"));
        return $"(SELECT {string.Join(", ", select)} FROM {read})";
    }
}
