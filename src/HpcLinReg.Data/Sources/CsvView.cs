using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// CSV files as a table of a query: names as DuckDB gives them, and types that all rows decide, so that nothing is rounded and no zero in
/// front is lost.
/// </summary>
internal static class CsvView
{
    /// <summary>The cells that count as missing in a query: the empty one only. NA is a text there, which the query can compare.</summary>
    internal static readonly string[] MissingMarks = [""];

    /// <summary>Returns the SELECT of a view, in which bad cells are reported as the view's.</summary>
    /// <param name="session">The session.</param>
    /// <param name="table">The files; read with <see cref="MissingMarks"/>.</param>
    /// <param name="number">The number of the view.</param>
    /// <param name="settings">How they are read.</param>
    internal static string Select(Session session, CsvTable table, int number, ReadingSettings settings)
    {
        SourceColumn[] columns = [.. table.Columns];
        string?[] types = DecideOnAllRows(session, table, columns);
        IEnumerable<string> select = columns.Select((column, i) => $"{Value(column, types[i], i, number, settings)} AS {Sql.Identifier(NameOf(columns, i))}");
        return $"SELECT {string.Join(", ", select)} FROM {table.CellsAsText()}";
    }

    /// <summary>
    /// Returns the types of whole numbers; columns whose cells do not follow their rule become text, unless the rule is given.
    /// </summary>
    private static string?[] DecideOnAllRows(Session session, CsvTable table, SourceColumn[] columns)
    {
        string?[] types = new string?[columns.Length];
        // DuckDB also reads t and f as flags; the first rows decide which columns may be such flags.
        IEnumerable<string> flags = columns.Select((_, i) => $"bool_and(lower({Sql.Column(i)}) IN ('true', 'false', 't', 'f'))");
        string?[] letters = session.Table($"SELECT {string.Join(", ", flags)} FROM (SELECT * FROM {table.CellsAsText()} LIMIT 1000)")[0];
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] is { Rule: null, Kind: ColumnKind.Text, IsEmpty: false, Origin: Origin.Cells } text && letters[i] == "True")
            {
                columns[i] = SourceColumn.OfText(text.Name, new CellRule(ReadAs.Flag));
            }
        }

        int[] ruled = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Rule is not null)];
        if (ruled.Length == 0)
        {
            return types;
        }

        IEnumerable<string> counts = ruled
            .Select(i => (Cell: Sql.Column(i), Rule: columns[i].Rule!, Plain: CsvCell.Plain(columns[i].Rule, Sql.Column(i))))
            .Select(column =>
            $"count({column.Cell}), count({CsvCell.Of(column.Rule, column.Cell)}{(column.Rule.Kind == ReadAs.Flag ? $") FILTER (lower({column.Cell}) IN ('true', 'false', 't', 'f')" : "")}), " +
            $"count(CASE WHEN regexp_full_match(trim({column.Plain}), '[+-]?\\d+') THEN TRY_CAST({column.Plain} AS BIGINT) END), count(CASE WHEN regexp_full_match(trim({column.Plain}), '[+-]?\\d+') THEN TRY_CAST({column.Plain} AS HUGEINT) END)");
        long[] row = [.. session.Table($"SELECT {string.Join(", ", counts)} FROM {table.CellsAsText()}")[0].Select(count => long.Parse(count!, CultureInfo.InvariantCulture))];
        for (int k = 0; k < ruled.Length; k++)
        {
            int i = ruled[k];
            long values = row[4 * k];
            if (row[(4 * k) + 1] != values && columns[i].Origin == Origin.Cells)
            {
                columns[i] = SourceColumn.OfText(columns[i].Name, null);
            }
            else if (columns[i].Rule!.Kind is ReadAs.Number or ReadAs.Whole)
            {
                types[i] = row[(4 * k) + 2] == values ? "BIGINT" : row[(4 * k) + 3] == values ? "HUGEINT" : null;
            }
        }

        return types;
    }

    private static string Value(SourceColumn column, string? type, int index, int number, ReadingSettings settings)
    {
        string cell = Sql.Column(index), value = CsvCell.Strict(FormattableString.Invariant($"v{number}.{index}"), column.Rule, cell);
        return column.Rule switch
        {
            null => cell,
            _ when type is not null => $"CAST({CsvCell.Plain(column.Rule, cell)} AS {type})",
            { Kind: ReadAs.Flag } => $"CAST({value} AS BOOLEAN)",
            { Kind: ReadAs.Number or ReadAs.Whole } or { Format: "DATE" or "TIME" } => value,
            { Format: { } format } when format != "TIMESTAMP" && !DateFormats.HasTime(format) => $"CAST({value} AS DATE)",
            // The value is a time in UTC already; without its zone, DuckDB would shift it by the session's zone a second time.
            _ => settings.HasZone ? $"timezone('UTC', {value})" : value,
        };
    }

    /// <summary>DuckDB gives the second of two equal names a number.</summary>
    private static string NameOf(SourceColumn[] columns, int index)
    {
        string name = columns[index].Name;
        int before = columns.Take(index).Count(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return before == 0 ? name : FormattableString.Invariant($"{name}_{before}");
    }
}
