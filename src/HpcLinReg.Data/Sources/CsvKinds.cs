using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>Decides what columns of text are, from the first rows where nobody has decided it.</summary>
/// <param name="session">The session.</param>
/// <param name="settings">What is decided.</param>
/// <param name="delimiter">The delimiter of the file.</param>
/// <param name="mayHaveTimes">Whether any cell may have a time of day; asked at most once a column.</param>
internal sealed class CsvKinds(Session session, ReadingSettings settings, char delimiter, Func<bool> mayHaveTimes)
{
    /// <summary>The number of rows that are examined first: that of DuckDB's own sniffer.</summary>
    internal const int SampleRows = 20480;

    /// <summary>From this share of numbers, or of dates, on, a text column is worth a word about the cell that made it text.</summary>
    private const double MostlyNumbers = 0.5;

    /// <summary>A pattern of texts that are a number with a decimal comma or one with separators of thousands.</summary>
    private const string Thousands = "[+-]?[1-9]\\d{0,2}(,\\d{3})+";

    /// <summary>A pattern of texts that are a number with separators of thousands or one with a decimal point.</summary>
    private const string PointedThousands = "[+-]?[1-9]\\d{0,2}(\\.\\d{3})+";

    /// <summary>Numbers that look like codes: whole numbers with leading zeros, or with an exponent as no program writes it.</summary>
    private const string Identifiers = "0\\d+|\\d+[eE]\\d+";

    /// <summary>The most columns that are searched for codes: in a wider table nobody reads a warning about each.</summary>
    private const int MostLooked = 500;

    private readonly bool _hasDecimalComma = settings.DecimalMarkOrImplied == ',';

    /// <summary>What numbers have beside digits and the decimal mark.</summary>
    private readonly NumberMarks? _marks = settings.Marks;

    /// <summary>The same for a column of percentages; null where percent signs make text.</summary>
    private readonly NumberMarks? _percent = !settings.Percent ? null
        : new NumberMarks(settings.ThousandsMark, settings.Currency, IsPercent: true);

    /// <summary>Decides all columns of a file.</summary>
    /// <param name="names">The names.</param>
    /// <param name="cells">A FROM item with every cell as text, named c0, c1, ...; NULL where it is missing.</param>
    /// <param name="isShort">Whether the file seems to have no more rows than are examined.</param>
    internal IReadOnlyList<SourceColumn> Detect(IReadOnlyList<string> names, string cells, bool isShort)
    {
        ColumnDecision?[] decisions = settings.Decide(names);
        SourceColumn?[] columns = [.. names
            .Select((name, i) => decisions[i] is { } decided && RuleOf(decided) is var rule && (rule is null || !NeedsCells(rule, decided))
            ? SourceColumn.OfText(name, rule, decided.Origin) : null)];
        if (columns.All(column => column is not null))
        {
            return columns!;
        }

        if (isShort && !_hasDecimalComma && _marks is null && FindFinite(names, decisions, columns, cells))
        {
            return columns!;
        }

        // Kept in a table while it is looked at: a file of many text columns would be parsed again for each of them.
        IEnumerable<string> undecided = columns.Index().Where(column => column.Item is null).Select(column => Sql.Column(column.Index));
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"CREATE TEMP TABLE sample AS SELECT {string.Join(", ", undecided)} FROM {cells} LIMIT {SampleRows}"));
        Detect(names, decisions, columns, cells, "sample");
        FindIdentifiers(columns,
            [.. columns.Index()
                .Where(column => column.Item is { Rule: { Kind: ReadAs.Number, Marks: null }, Origin: Origin.Cells, IsFinite: false })
            .Select(column => column.Index)], "sample");
        session.Execute("DROP TABLE sample");
        return columns!;
    }

    /// <summary>Decides one column of text whose kind, a date or a time, is given.</summary>
    /// <param name="name">The name.</param>
    /// <param name="decided">What is given.</param>
    /// <param name="cell">The cell, as SQL.</param>
    /// <param name="rows">A FROM item.</param>
    internal SourceColumn Given(string name, ColumnDecision decided, string cell, string rows)
    {
        CellRule? rule = RuleOf(decided);
        if (rule is null || !NeedsCells(rule, decided))
        {
            return SourceColumn.OfText(name, rule, decided.Origin);
        }

        string sample = string.Create(CultureInfo.InvariantCulture, $"(SELECT * FROM {rows} LIMIT {SampleRows})");
        return OfCells(name, cell, sample, rows, decided);
    }

    /// <summary>Decides from the cells what is not given of a column: the format of dates, or whether numbers are percentages.</summary>
    private SourceColumn OfCells(string name, string cell, string sample, string allRows, ColumnDecision decided)
    {
        CellRule rule = RuleOf(decided)!;
        if (rule.Kind is not (ReadAs.Number or ReadAs.Whole))
        {
            return Date(name, cell, sample, allRows, decided) ?? SourceColumn.OfText(name, rule, decided.Origin);
        }

        bool isPercent = session.Scalar($"SELECT coalesce(bool_or(contains({cell}, '%')), false) FROM {sample}").Equals("true", StringComparison.OrdinalIgnoreCase);
        return SourceColumn.OfText(name, isPercent ? rule with { Marks = _percent } : rule, decided.Origin);
    }

    private bool NeedsCells(CellRule rule, ColumnDecision decided) => rule is { Kind: ReadAs.Date or ReadAs.Time, Format: null }
        || (_percent is not null && decided.Origin == Origin.Given && rule.Kind is ReadAs.Number or ReadAs.Whole);

    private CellRule? RuleOf(ColumnDecision decided) =>
        decided.Kind == ReadAs.Text ? null
            : new CellRule(decided.Kind, decided.Format, decided.HasDecimalComma, settings.HasZone, decided.Marks);

    private void Detect(IReadOnlyList<string> names, ColumnDecision?[] decisions, SourceColumn?[] columns, string cells, string sample)
    {
        string counts = string.Join(", ", names.Select((_, i) => columns[i] is null ? Sql.Column(i) : "NULL").Select(cell => $"count({cell}), count({CsvCell.Number(cell, _hasDecimalComma, _marks)})"));
        string?[] row = session.Table($"SELECT {counts}, count(*) FROM {sample}")[0];
        bool everyRowSeen = Count(row[^1]) < SampleRows;
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] is not null)
            {
                continue;
            }

            long values = Count(row[2 * i]);
            long numbers = Count(row[(2 * i) + 1]);
            string cell = Sql.Column(i), rows = values > 0 ? sample : cells, allRows = everyRowSeen ? sample : cells;
            columns[i] = decisions[i] is { } decided
                ? OfCells(names[i], cell, rows, allRows, decided)
                : values > 0 && numbers == values ? Numeric(names[i], _hasDecimalComma, _marks)
                : values == 0 && everyRowSeen ? new SourceColumn(new DataColumn(names[i], ColumnKind.Text), IsEmpty: true)
                : NotNumeric(names[i], cell, rows, allRows, (double)numbers / values);
        }
    }

    /// <summary>
    /// Decides the columns whose cells are all finite numbers, in one reading of a short file that keeps no cell: a table of 20,000 × 300
    /// cells takes longer to make than to read. Returns whether all columns are decided.
    /// </summary>
    private bool FindFinite(IReadOnlyList<string> names, ColumnDecision?[] decisions, SourceColumn?[] columns, string cells)
    {
        int[] open = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i] is null && decisions[i] is null)];
        // Simple aggregates: one with a condition costs as much as reading the file.
        IEnumerable<string> looks = open.Select(Sql.Column).Select(cell =>
            $"count({cell}), count(TRY_CAST({cell} AS DOUBLE)), coalesce(bool_and(isfinite(TRY_CAST({cell} AS DOUBLE))), false) AND NOT bool_or(contains({cell}, '_')), {MayBeIdentifier(cell)}");
        string?[] found = session.Table($"SELECT {string.Join(", ", looks.Append("count(*)"))} FROM {cells}")[0];
        if (Count(found[^1]) > SampleRows)
        {
            return false;
        }

        List<int> suspicious = [];
        foreach ((int k, int i) in open.Index())
        {
            if (found[4 * k] != "0" && found[4 * k] == found[(4 * k) + 1] && found[(4 * k) + 2] == "True")
            {
                columns[i] = Numeric(names[i], hasDecimalComma: false) with { IsFinite = true };
                suspicious.AddRange(found[(4 * k) + 3] == "True" ? [i] : []);
            }
        }

        FindIdentifiers(columns, suspicious, cells);
        return columns.All(column => column is not null);
    }

    /// <summary>Finds numbers that may have been meant as codes, or have points between thousands.</summary>
    private void FindIdentifiers(SourceColumn?[] columns, List<int> numbers, string rows)
    {
        if (numbers.Count is 0 or > MostLooked)
        {
            return;
        }

        string?[] found = session.Table($"SELECT {string.Join(", ", numbers.Select(Sql.Column).Select(Identifier))} FROM {rows}")[0];
        foreach ((int i, string? identifier) in numbers.Zip(found))
        {
            columns[i] = columns[i]! with { Identifier = identifier };
        }
    }

    /// <summary>
    /// Returns SQL for whether <see cref="Identifier"/> may find anything: without a point, or a first cell with points between thousands.
    /// </summary>
    private string MayBeIdentifier(string cell) =>
        $"coalesce(NOT bool_and(contains({cell}, '.')), false){(delimiter == ';' ? $" OR coalesce(regexp_full_match(any_value({cell}), '{PointedThousands}'), false)" : "")}";

    /// <summary>
    /// Returns SQL for a cell that may have been meant as a code, or with points between thousands; NULL where there is none.
    /// </summary>
    private string Identifier(string cell)
    {
        // Where commas are not the delimiter, points may stand between thousands.
        string points = delimiter == ';' ? $"CASE WHEN count({cell}) = count(*) FILTER (regexp_full_match({cell}, '{PointedThousands}')) THEN min({cell}) END" : "NULL";
        return $"coalesce(min(CASE WHEN NOT contains({cell}, '.') AND (starts_with({cell}, '0') OR contains({cell}, 'e') OR contains({cell}, 'E')) THEN CASE WHEN regexp_full_match({cell}, '{Identifiers}') THEN {cell} END END), {points})";
    }

    private static SourceColumn Numeric(string name, bool hasDecimalComma, NumberMarks? marks = null) =>
        SourceColumn.OfText(name, new CellRule(ReadAs.Number, HasDecimalComma: hasDecimalComma, Marks: marks));

    private SourceColumn NotNumeric(string name, string cell, string rows, string allRows, double shareOfNumbers)
    {
        // A failed parse of a date costs a microsecond or more, so text that cannot be one is recognized by its first character.
        string comma = CsvCell.Number(cell, hasDecimalComma: true), percent = _percent is null ? "NULL"
            : CsvCell.Number(cell, _hasDecimalComma, _percent);
        string?[] look = session.Table(
            $"SELECT count({cell}), count({CsvCell.Number(cell, _hasDecimalComma, _marks)}), count(*) FILTER (lower({cell}) IN ('true', 'false')), count(*) FILTER (ltrim({cell})[1] BETWEEN '0' AND '9'), " +
            $"count({comma}), count(*) FILTER (contains({cell}, ',') AND NOT regexp_full_match(trim({cell}), '{Thousands}')), min({cell}) FILTER (contains({cell}, ',')), count({percent}) FROM {rows}")[0];
        long values = Count(look[0]);
        if (values == 0)
        {
            return new SourceColumn(new DataColumn(name, ColumnKind.Text), IsEmpty: true);
        }

        if (Count(look[1]) == values)
        {
            return Numeric(name, _hasDecimalComma, _marks);
        }

        if (Count(look[7]) == values)
        {
            return Numeric(name, _hasDecimalComma, _percent);
        }

        if (Count(look[2]) == values)
        {
            return SourceColumn.OfText(name, new CellRule(ReadAs.Flag));
        }

        bool hasCommas = settings.DecimalMarkOrImplied is null && _marks is null && Count(look[4]) == values;
        if (hasCommas && delimiter != ',' && Count(look[5]) > 0)
        {
            return Numeric(name, hasDecimalComma: true);
        }

        if (Count(look[3]) == values && !hasCommas && Date(name, cell, rows, allRows, null) is { } date)
        {
            return date;
        }

        return SourceColumn.OfText(name, null) with
        {
            CommaNumber = hasCommas ? look[6] : null,
            Oddity = hasCommas ? null
                : shareOfNumbers >= MostlyNumbers ? FirstNotNumber(session, cell, rows, _hasDecimalComma, _marks)
                : _percent is not null && Count(look[7]) >= MostlyNumbers * values
                    ? FirstNotNumber(session, cell, rows, _hasDecimalComma, _percent)
                : Count(look[3]) >= MostlyNumbers * values && DateFormats.Mostly(session, cell, rows, settings) is { } format
                    ? FirstNot(session, cell, rows, cell => CsvCell.Date(cell, format), $" (others are dates, {DateFormats.Describe(format)}; {ReadingSettings.KindOption(name, format == "DATE" || !DateFormats.HasTime(format) ? ReadAs.Date : ReadAs.Time)} refuses what is none)")
                : null,
        };
    }

    private SourceColumn? Date(string name, string cell, string rows, string allRows, ColumnDecision? decided)
    {
        // A model only knows that they are dates or times.
        ReadAs? given = decided is { Origin: Origin.Given } ? decided.Kind : null;
        if (DateFormats.Detect(session, cell, rows, allRows, settings, mayHaveTimes, given) is not var (format, other))
        {
            return null;
        }

        ReadAs kind = given ?? (format == "DATE" ? ReadAs.Date : ReadAs.Time);
        var rule = new CellRule(kind, format, IsLocal: settings.HasZone);
        return SourceColumn.OfText(name, rule, decided?.Origin ?? Origin.Cells) with { OtherDateFormat = other };
    }

    /// <summary>Returns the first cell that is no number, and its row; null where all are numbers.</summary>
    internal static string? FirstNotNumber(Session session, string cell, string rows, bool hasDecimalComma,
        NumberMarks? marks = null) =>
        FirstNot(session, cell, rows, cell => CsvCell.Number(cell, hasDecimalComma, marks), "");

    /// <summary>Returns the first cell for which an SQL conversion gives NULL, and its row; null where there is none.</summary>
    private static string? FirstNot(Session session, string cell, string rows, Func<string, string> value, string others)
    {
        List<string?[]> found = session.Table(
            $"SELECT cell, place FROM (SELECT {cell} AS cell, row_number() OVER () AS place FROM {rows}) " +
            $"WHERE cell IS NOT NULL AND {value("cell")} IS NULL ORDER BY place LIMIT 1");
        return found is [[{ } text, { } place]] ? $"\"{CsvHeader.Excerpt(text)}\" in row {place}{others}" : null;
    }

    private static long Count(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
