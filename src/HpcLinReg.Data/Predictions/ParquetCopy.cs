using DuckDB.NET.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Predictions;

/// <summary>Turns predictions written as CSV into Parquet, by way of files, so that memory stays flat.</summary>
internal static class ParquetCopy
{
    internal static void Convert(string csv, DataSource source, IReadOnlyList<string> added, Stream output)
    {
        string parquet = Path.ChangeExtension(csv, ".parquet");
        try
        {
            IEnumerable<(string Name, string Type)> columns = source.Table.Columns.Select(column => (column.Name, TypeOf(column))).Concat(added.Select(name => (name, "DOUBLE")));
            string types = string.Join(", ", columns.Select((column, i) => $"{Sql.Text(Sql.Column(i))}: {Sql.Text(column.Type)}"));
            string names = string.Join(", ", Distinct(columns.Select(column => column.Name)).Select((name, i) => $"{Sql.Column(i)} AS {Sql.Identifier(name)}"));
            IEnumerable<string> missing = source.Table is CsvTable ? CsvTable.MissingMarks : [""];
            using Session session = Session.ForFiles([csv, parquet]);
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

    // A CSV column's cells are kept as they were written unless they are numbers.
    private static string TypeOf(SourceColumn column) => column switch
    {
        { DateFormat: not null } => "VARCHAR",
        { Kind: ColumnKind.Other } => "VARCHAR",
        _ when column.CellType.StartsWith("ENUM", StringComparison.Ordinal) => "VARCHAR",
        _ => column.CellType,
    };

    private static IEnumerable<string> Distinct(IEnumerable<string> names)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            string free = name;
            for (int i = 1; !taken.Add(free); i++)
                free = FormattableString.Invariant($"{name}_{i}");
            yield return free;
        }
    }
}
