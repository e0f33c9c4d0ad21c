using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>Decides what a CSV file's columns are, from its first rows.</summary>
internal static class CsvKinds
{
    /// <summary>As many rows as DuckDB's own sniffer looks at.</summary>
    private const int SampleRows = 20480;

    /// <summary>From this share of numbers on, a text column is worth a word about the cell that made it text.</summary>
    private const double MostlyNumbers = 0.5;

    // Dates that are not ISO 8601 are recognized so that they are refused as dates, not coded as hundreds of levels.
    private static readonly string[] s_dateFormats =
        ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%dT%H%M%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"];

    internal static IReadOnlyList<SourceColumn> Detect(Session session, IReadOnlyList<string> names, string cells)
    {
        // Kept in a table while it is looked at: a file of many text columns would be parsed again for each of them.
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"CREATE TEMP TABLE sample AS SELECT * FROM {cells} LIMIT {SampleRows}"));
        IReadOnlyList<SourceColumn> columns = Detect(session, names, cells, "sample");
        session.Execute("DROP TABLE sample");
        return columns;
    }

    private static SourceColumn[] Detect(Session session, IReadOnlyList<string> names, string cells, string sample)
    {
        string counts = string.Join(", ", names.Select((_, i) => $"count({Sql.Column(i)}), count(TRY_CAST({Sql.Column(i)} AS DOUBLE))"));
        string?[] row = session.Table($"SELECT {counts}, count(*) FROM {sample}")[0];
        bool everyRowSeen = Count(row[^1]) < SampleRows;
        SourceColumn[] columns = new SourceColumn[names.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            long values = Count(row[2 * i]);
            long numbers = Count(row[(2 * i) + 1]);
            columns[i] = values > 0 && numbers == values ? Numeric(names[i])
                : values == 0 && everyRowSeen ? new SourceColumn(new DataColumn(names[i], ColumnKind.Text), IsEmpty: true)
                : NotNumeric(session, names[i], Sql.Column(i), values > 0 ? sample : cells, (double)numbers / values);
        }

        return columns;
    }

    private static SourceColumn Numeric(string name) => new(new DataColumn(name, ColumnKind.Numeric), CellType: "DOUBLE");

    private static SourceColumn NotNumeric(Session session, string name, string cell, string rows, double shareOfNumbers)
    {
        // A failed parse of a date costs a microsecond or more, so text that cannot be one is told by its first character.
        string?[] look = session.Table(
            $"SELECT count({cell}), count(TRY_CAST({cell} AS DOUBLE)), count(*) FILTER (lower({cell}) IN ('true', 'false')), " +
            $"count(*) FILTER (ltrim({cell})[1] BETWEEN '0' AND '9') FROM {rows}")[0];
        long values = Count(look[0]);
        if (values == 0)
            return new SourceColumn(new DataColumn(name, ColumnKind.Text), IsEmpty: true);
        if (Count(look[1]) == values)
            return Numeric(name);
        if (Count(look[2]) == values)
            return new SourceColumn(new DataColumn(name, ColumnKind.Boolean), CellType: "BOOLEAN");
        if (Count(look[3]) == values && Date(session, name, cell, rows, values) is { } date)
            return date;
        return new SourceColumn(new DataColumn(name, ColumnKind.Text), Oddity: shareOfNumbers >= MostlyNumbers ? FirstNotNumber(session, cell, rows) : null);
    }

    private static SourceColumn? Date(Session session, string name, string cell, string rows, long values)
    {
        IEnumerable<string> formats = s_dateFormats.Select(format => $"count(try_strptime({cell}, {Sql.Text(format)}))");
        string?[] row = session.Table(
            $"SELECT count(*) FILTER (length({cell}) > 10), count(TRY_CAST({cell} AS DATE)), count(TRY_CAST({cell} AS TIMESTAMP)), " +
            $"count(TRY_CAST({cell} AS TIME)), {string.Join(", ", formats)} FROM {rows}")[0];
        DataColumn date = new(name, ColumnKind.Date);
        // A timestamp also casts to a date, losing its time: the wider type is asked for first when there is a time in it.
        if (Count(row[2]) == values && Count(row[0]) > 0)
            return new SourceColumn(date, CellType: "TIMESTAMP");
        if (Count(row[1]) == values)
            return new SourceColumn(date, CellType: "DATE");
        if (Count(row[3]) == values)
            return new SourceColumn(date, CellType: "TIME");
        for (int i = 0; i < s_dateFormats.Length; i++)
        {
            if (Count(row[4 + i]) == values)
                return new SourceColumn(date, DateFormat: s_dateFormats[i]);
        }

        return null;
    }

    private static string FirstNotNumber(Session session, string cell, string rows)
    {
        string?[] row = session.Table(
            $"SELECT cell, place FROM (SELECT {cell} AS cell, row_number() OVER () AS place FROM {rows}) " +
            "WHERE cell IS NOT NULL AND TRY_CAST(cell AS DOUBLE) IS NULL ORDER BY place LIMIT 1")[0];
        return $"\"{CsvHeader.Excerpt(row[0]!)}\" in row {row[1]}";
    }

    private static long Count(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
