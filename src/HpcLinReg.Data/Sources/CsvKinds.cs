using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>Decides what a CSV file's columns are, from its first rows.</summary>
internal static class CsvKinds
{
    /// <summary>As many rows as DuckDB's own sniffer looks at.</summary>
    private const int SampleRows = 20480;

    /// <summary>From this share of numbers on, a text column is worth a word about the cell that made it text.</summary>
    private const double MostlyNumbers = 0.5;

    // All cells together decide the order of day and month. A year of two digits lies between 1969 and 2068.
    private static readonly string[] s_dateFormats =
    [
        "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%dT%H%M%S",
        "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S",
        "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%m.%d.%y", "%d-%m-%y", "%m-%d-%y", "%y/%m/%d", "%y-%m-%d",
        "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%d.%m.%y %H:%M",
    ];

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
        string counts = string.Join(", ", names.Select((_, i) => $"count({Sql.Column(i)}), count({CsvCell.Number(Sql.Column(i))})"));
        string?[] row = session.Table($"SELECT {counts}, count(*) FROM {sample}")[0];
        bool everyRowSeen = Count(row[^1]) < SampleRows;
        SourceColumn[] columns = new SourceColumn[names.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            long values = Count(row[2 * i]);
            long numbers = Count(row[(2 * i) + 1]);
            columns[i] = values > 0 && numbers == values ? Numeric(names[i])
                : values == 0 && everyRowSeen ? new SourceColumn(new DataColumn(names[i], ColumnKind.Text), IsEmpty: true)
                : NotNumeric(session, names[i], Sql.Column(i), values > 0 ? sample : cells, everyRowSeen ? sample : cells, (double)numbers / values);
        }

        return columns;
    }

    private static SourceColumn Numeric(string name) => new(new DataColumn(name, ColumnKind.Numeric), CellType: "DOUBLE");

    private static SourceColumn NotNumeric(Session session, string name, string cell, string rows, string allRows, double shareOfNumbers)
    {
        // A failed parse of a date costs a microsecond or more, so text that cannot be one is told by its first character.
        string?[] look = session.Table(
            $"SELECT count({cell}), count({CsvCell.Number(cell)}), count(*) FILTER (lower({cell}) IN ('true', 'false')), " +
            $"count(*) FILTER (ltrim({cell})[1] BETWEEN '0' AND '9') FROM {rows}")[0];
        long values = Count(look[0]);
        if (values == 0)
            return new SourceColumn(new DataColumn(name, ColumnKind.Text), IsEmpty: true);
        if (Count(look[1]) == values)
            return Numeric(name);
        if (Count(look[2]) == values)
            return new SourceColumn(new DataColumn(name, ColumnKind.Boolean), CellType: "BOOLEAN");
        if (Count(look[3]) == values && Date(session, name, cell, rows, allRows) is { } date)
            return date;
        return new SourceColumn(new DataColumn(name, ColumnKind.Text), Oddity: shareOfNumbers >= MostlyNumbers ? FirstNotNumber(session, cell, rows) : null);
    }

    private static SourceColumn? Date(Session session, string name, string cell, string sample, string allRows)
    {
        // A format of all rows is one of the sample, so all rows are read only where several are left: a date further down may have a time, or a day that
        // settles the order of day and month. Where none is left, the reading names the cell that is not as the sample says.
        string[] fitting = Fitting(session, cell, ["DATE", "TIMESTAMP", "TIME", .. s_dateFormats], sample);
        if (fitting.Length > 1 && allRows != sample && Fitting(session, cell, fitting, allRows) is { Length: > 0 } left)
            fitting = left;
        if (fitting.Length == 0)
            return null;
        string format = fitting[0];
        return new SourceColumn(
            new DataColumn(name, ColumnKind.Date),
            DateFormat: format,
            CellType: format is "DATE" or "TIMESTAMP" or "TIME" ? format : "TIMESTAMP",
            OtherDateFormat: format is "DATE" or "TIMESTAMP" or "TIME" ? null : fitting.Skip(1).FirstOrDefault());
    }

    /// <summary>Returns the formats that every cell has.</summary>
    private static string[] Fitting(Session session, string cell, string[] formats, string rows)
    {
        string?[] row = session.Table($"SELECT count({cell}), {string.Join(", ", formats.Select(format => $"count({CsvCell.Date(cell, format)})"))} FROM {rows}")[0];
        return [.. formats.Where((_, i) => Count(row[1 + i]) == Count(row[0]))];
    }

    private static string FirstNotNumber(Session session, string cell, string rows)
    {
        string?[] row = session.Table(
            $"SELECT cell, place FROM (SELECT {cell} AS cell, row_number() OVER () AS place FROM {rows}) " +
            $"WHERE cell IS NOT NULL AND {CsvCell.Number("cell")} IS NULL ORDER BY place LIMIT 1")[0];
        return $"\"{CsvHeader.Excerpt(row[0]!)}\" in row {row[1]}";
    }

    private static long Count(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
