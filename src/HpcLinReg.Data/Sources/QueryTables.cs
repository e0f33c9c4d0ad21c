using System.Text.Json.Nodes;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// The CSV files that a query names without options of their own, <c>FROM 'x.csv'</c> or <c>read_csv('x.csv')</c>: each becomes a view that
/// is read under our rules (<see cref="CsvView"/>). DuckDB's own reading takes 41_10 for 4110, drops offsets of times and chooses an order
/// of day and month.
/// </summary>
/// <param name="session">The session of the query.</param>
/// <param name="settings">How files are read.</param>
internal sealed class QueryTables(Session session, ReadingSettings settings)
{
    private readonly List<CsvTable> _tables = [];
    private readonly ReadingSettings _settings = settings with { SkipsAbsent = true };

    /// <summary>Gets the tables, by the numbers of their views.</summary>
    internal IReadOnlyList<CsvTable> Tables => _tables;

    /// <summary>Replaces the files in a query's tree.</summary>
    /// <exception cref="UsageException">
    /// Settings are given that do not hold for a file, because the query reads it with options of its own.
    /// </exception>
    internal void Replace(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject table when FileOf(table) is { } file:
                if (FilesOf(file) is { Length: > 0 } files)
                {
                    Become(table, file, View(files));
                }

                break;
            case JsonObject table when _settings.IsForFiles && SqlExpression.Text(table, "type") == "TABLE_FUNCTION" && IsReadCsv(table):
                throw new UsageException("The query reads a CSV file with options of its own, for which --kind, --dates, --decimal, --thousands, --currency, --percent and --delimiter do not hold; name the file alone (FROM 'x.csv'), or leave out these options and give DuckDB's own in the query (types, dateformat, decimal_separator, delim).");
            case JsonObject other:
                foreach (JsonNode? member in other.Select(member => member.Value).ToArray())
                {
                    Replace(member);
                }

                break;
            case JsonArray array:
                foreach (JsonNode? element in array.ToArray())
                {
                    Replace(element);
                }

                break;
        }
    }

    /// <summary>Returns the file that a table of a query names without options; null for other tables.</summary>
    private static string? FileOf(JsonObject table) => SqlExpression.Text(table, "type") switch
    {
        "BASE_TABLE" when SqlExpression.Text(table, "table_name") is { } name && QueryFiles.IsCsv(name) => name,
        "TABLE_FUNCTION" when IsReadCsv(table) && table["function"]!["children"] is JsonArray and [JsonObject only] && SqlExpression.Text(only, "class") == "CONSTANT"
            && only["value"]?["value"] is JsonValue value && value.TryGetValue(out string? name) => name,
        _ => null,
    };

    private static bool IsReadCsv(JsonObject table) => SqlExpression.Text(table["function"]!, "function_name")?.ToUpperInvariant() is "READ_CSV" or "READ_CSV_AUTO";

    /// <summary>Returns the files; none where they are keys of folders, which DuckDB adds as columns.</summary>
    private string[] FilesOf(string name) =>
        name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) ? []
        : File.Exists(name) ? [Path.GetFullPath(name)]
        : InputFiles.IsGlob(name) ? InputFiles.Matches(session, name)
        : [];

    private string View(string[] files)
    {
        var table = CsvTable.Describe(session, [.. files.Select(file => new SourceFile(file, file))], _settings, CsvView.MissingMarks);
        string name = FormattableString.Invariant($"hpclinreg csv {_tables.Count}");
        session.Execute($"CREATE TEMP VIEW {Sql.Identifier(name)} AS {CsvView.Select(session, table, _tables.Count, _settings)}");
        _tables.Add(table);
        return name;
    }

    private void Become(JsonObject table, string file, string view)
    {
        bool isFunction = SqlExpression.Text(table, "type") == "TABLE_FUNCTION";
        string alias = SqlExpression.Text(table, "alias") is { Length: > 0 } given ? given
            : isFunction ? SqlExpression.Text(table["function"]!, "function_name")! : Path.GetFileNameWithoutExtension(file);
        JsonObject reference = Statement.TryParse(session, $"SELECT * FROM {Sql.Identifier(view)}", out _, withDefaults: true)!["from_table"]!.AsObject();
        foreach (string kept in (string[])["column_name_alias", "sample", "query_location"])
        {
            if (table[kept] is { } value)
            {
                reference[kept] = value.DeepClone();
            }
        }

        table.Clear();
        foreach ((string member, JsonNode? value) in reference)
        {
            table[member] = value?.DeepClone();
        }

        table["alias"] = alias;
    }
}
