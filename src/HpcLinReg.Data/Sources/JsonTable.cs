using System.Globalization;
using System.Text;

namespace HpcLinReg.Data.Sources;

/// <summary>JSON: an array of objects, or one object a line.</summary>
internal static class JsonTable
{
    private const int HeadLength = 4096;
    private const int SampleRows = 20480;

    internal static TypedTable Describe(Session session, IReadOnlyList<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            ReadOnlySpan<byte> head = FileContent.Head(file, HeadLength);
            if (head.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            {
                throw new DataException($"{file.Name} is empty; a JSON array of objects, or one object a line, is needed.");
            }

            FileContent.RequireText(file.Name, head);
            if (head.StartsWith(Encoding.UTF8.Preamble))
            {
                throw new DataException($"{file.Name} begins with a byte order mark, which JSON must not have; save it as UTF-8 without BOM.");
            }
        }

        string list = Sql.List(files.Select(file => file.Path));
        // Every object is looked at: keys may come late, and a whole number may have fractions further down. Then numbers and times are
        // read as they are written.
        var found = TypedTable.Describe(session, $"read_json({list}, hive_partitioning = false, sample_size = -1, union_by_name = true)");
        IEnumerable<string> columns = found.Columns.Select(column => $"{Sql.Identifier(column.Name)}: {Sql.Text(IsReadAsText(column) ? "VARCHAR" : column.CellType)}");
        string from = $"read_json({list}, hive_partitioning = false, columns = {{{string.Join(", ", columns)}}})";
        var table =
            TypedTable.Of(from, [.. found.Columns.Select(column => Described(session, column with { Origin = Origin.Cells }, from))]);
        RequireDistinct(session, table, from, files[0].Name);
        return table;
    }

    private static bool IsReadAsText(SourceColumn column) =>
        column.CellType is "DOUBLE" or "JSON" || column.CellType.StartsWith("TIMESTAMP", StringComparison.Ordinal);

    /// <summary>
    /// Returns what a column is: of values of several types, a text as they are written, unless there are lists or objects among them.
    /// </summary>
    private static SourceColumn Described(Session session, SourceColumn column, string from)
    {
        if (column.CellType.StartsWith("TIMESTAMP", StringComparison.Ordinal))
        {
            return column with { CellType = "TIMESTAMP", Rule = new CellRule(ReadAs.Time, "TIMESTAMP") };
        }

        if (column.CellType is not ("JSON" or "VARCHAR"))
        {
            return column;
        }

        string cell = Sql.Identifier(column.Name), rows = column.CellType == "JSON" ? from : string.Create(CultureInfo.InvariantCulture, $"(SELECT * FROM {from} LIMIT {SampleRows})");
        long[] counts = [.. session.Table($"SELECT count({cell}), count({CsvCell.Number(cell)}), count(*) FILTER (left({cell}, 1) IN ('{{', '[')) FROM {rows}")[0].Select(count => long.Parse(count!, CultureInfo.InvariantCulture))];
        if (counts[2] > 0 && column.CellType == "JSON")
        {
            return column;
        }

        bool isMostlyNumbers = counts[1] > 0 && 2 * counts[1] >= counts[0];
        return SourceColumn.OfText(column.Name, null, column.Origin) with
        {
            IsEmpty = counts[0] == 0 && column.CellType == "JSON",
            Oddity = isMostlyNumbers ? CsvKinds.FirstNotNumber(session, cell, from, hasDecimalComma: false) : null,
        };
    }

    /// <summary>DuckDB renames the second of two keys that differ in case only, and then finds it in no row.</summary>
    private static void RequireDistinct(Session session, TypedTable table, string from, string file)
    {
        string[] names = [.. table.Columns.Select(column => column.Name)];
        foreach (string renamed in names)
        {
            int mark = renamed.LastIndexOf('_');
            if (mark < 1 || !ContainsOnlyDigits(renamed.AsSpan(mark + 1)))
            {
                continue;
            }

            string? other =
                names.FirstOrDefault(name => name != renamed && name.Equals(renamed[..mark], StringComparison.OrdinalIgnoreCase));
            if (other is null || session.Scalar($"SELECT count({Sql.Identifier(renamed)}) FROM (SELECT * FROM {from} LIMIT {SampleRows})") != "0")
            {
                continue;
            }

            throw new DataException($"{file} has keys that differ in case only, '{other}' and '{renamed[..mark]}', which cannot both be columns; rename one of them.");
        }
    }

    private static bool ContainsOnlyDigits(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
