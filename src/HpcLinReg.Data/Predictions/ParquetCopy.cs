using DuckDB.NET.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Predictions;

/// <summary>Turns predictions written as CSV into Parquet, through temporary files, so that memory stays flat.</summary>
internal static class ParquetCopy
{
    internal static void Convert(string csv, DataSource source, IReadOnlyList<string> added, Stream output)
    {
        string parquet = Path.ChangeExtension(csv, ".parquet");
        try
        {
            using var session = Session.ForFiles([csv, parquet]);
            string[] keeping = TypesThatKeep(session, csv, (source.Table as CsvTable)?.Missing ?? CsvTable.MissingMarks,
                source.Table.Columns.Count + added.Count);
            IEnumerable<(string Name, string Type)> columns = source.Table.Columns
                .Select((column, i) => (column.Name, TypeOf(column, keeping[i], source.IsText))).Concat(added.Select(name => (name, "DOUBLE")));
            string types = string.Join(", ", columns.Select((column, i) => $"{Sql.Text(Sql.Column(i))}: {Sql.Text(column.Type)}"));
            string names = string.Join(", ", Distinct(columns.Select(column => column.Name)).Select((name, i) => $"{Sql.Column(i)} AS {Sql.Identifier(name)}"));
            IEnumerable<string> missing = source.Table is CsvTable table ? table.Missing : [""];
            session.Execute(
                $"COPY (SELECT {names} FROM read_csv({Sql.Text(csv)}, auto_detect = false, delim = ',', quote = '\"', escape = '\"', header = true, strict_mode = true, allow_quoted_nulls = {(source.Table is CsvTable ? "true" : "false")}, nullstr = {Sql.List(missing)}, columns = {{{types}}})) TO {Sql.Text(parquet)} (FORMAT parquet)");
            using FileStream file = File.OpenRead(parquet);
            file.CopyTo(output);
        }
        catch (DuckDBException exception)
        {
            throw ReadFailure.Translate(exception.Message, exception, "The predictions", source.Table.Columns, CancellationToken.None);
        }
        finally
        {
            File.Delete(parquet);
        }
    }

    // Cells of CSV and JSON are kept as they were written, unless a number or a date loses nothing.
    private static string TypeOf(SourceColumn column, string keeping, bool isText) => column switch
    {
        { Kind: ColumnKind.Other } => "VARCHAR",
        { Rule: null, CellType: "DOUBLE" } when isText => keeping,
        { Rule: { Kind: ReadAs.Number or ReadAs.Whole, HasDecimalComma: false, Marks: null } } when isText => keeping,
        { Rule.Format: "DATE" or "TIME" } => column.CellType,
        { Rule.Kind: ReadAs.Flag, Origin: Origin.Cells } => column.CellType,
        { Rule: not null } => "VARCHAR",
        _ when column.CellType.StartsWith("ENUM", StringComparison.Ordinal) => "VARCHAR",
        _ => column.CellType,
    };

    /// <summary>
    /// Returns for each column the type that keeps its numbers: leading zeros, more digits than a double has, and whole numbers beyond 2⁵³.
    /// </summary>
    private static string[] TypesThatKeep(Session session, string csv, IEnumerable<string> missing, int count)
    {
        string all = string.Join(", ", Enumerable.Range(0, count).Select(i => $"{Sql.Text(Sql.Column(i))}: 'VARCHAR'"));
        IEnumerable<string> counts = Enumerable.Range(0, count).Select(Sql.Column).Select(cell =>
            $"count({cell}), count(*) FILTER (regexp_full_match({cell}, '0|-?[1-9]\\d{{0,17}}')), " +
            $"count(*) FILTER (regexp_matches({cell}, '^[+-]?0\\d') OR (regexp_full_match({cell}, '[+-]?\\d{{16,}}') AND abs(TRY_CAST({cell} AS DOUBLE)) >= 9007199254740992) OR regexp_matches(replace({cell}, '.', ''), '[1-9]\\d{{17,}}'))");
        string?[] row = session.Table(
            $"SELECT {string.Join(", ", counts)} FROM read_csv({Sql.Text(csv)}, auto_detect = false, delim = ',', quote = '\"', escape = '\"', header = true, strict_mode = true, nullstr = {Sql.List(missing)}, columns = {{{all}}})")[0];
        return [.. Enumerable.Range(0, count)
            .Select(i => row[3 * i] == row[(3 * i) + 1] && row[3 * i] != "0" ? "BIGINT" : row[(3 * i) + 2] == "0" ? "DOUBLE" : "VARCHAR")];
    }

    /// <summary>Returns names of which no two differ in case only.</summary>
    internal static IEnumerable<string> Distinct(IEnumerable<string> names)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            string free = name;
            for (int i = 1; !taken.Add(free); i++)
            {
                free = FormattableString.Invariant($"{name}_{i}");
            }

            yield return free;
        }
    }
}
