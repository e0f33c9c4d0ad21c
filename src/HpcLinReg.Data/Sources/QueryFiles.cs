using System.Text.Json;
using System.Text.Json.Nodes;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// The files that a query names: as tables, <c>FROM 'x.csv'</c>, or as arguments of table functions, <c>read_csv('x*.csv')</c>. Names that
/// the query computes are not seen. DuckDB takes the kinds of CSV and JSON columns from the first 20,480 rows, and those of Parquet from
/// the first file, and rounds later values; <see cref="WithAllRows"/> asks for all.
/// </summary>
internal static class QueryFiles
{
    /// <summary>
    /// Returns the files that exist, globs resolved: their full paths, and the paths as DuckDB sees them, relative where the query's are.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Of(Session session, JsonObject select)
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        Collect(select, texts);
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string text in texts.Where(text => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal)))
        {
            string path = text.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), text[2..]) : text;
            string[] found = File.Exists(path) ? [Path.GetFullPath(path)] : InputFiles.IsGlob(path) ? [.. InputFiles.Matches(session, path)]
                : [];
            foreach (string file in found)
            {
                files[file] = Path.IsPathRooted(path) ? file : Path.GetRelativePath(Environment.CurrentDirectory, file);
            }
        }

        return files;
    }

    /// <summary>
    /// Refuses files whose own column DuckDB replaces by the key of a folder: <c>temp=20/x.parquet</c> with a column temp.
    /// </summary>
    /// <param name="session">The session of the query.</param>
    /// <param name="seen">The paths as DuckDB sees them.</param>
    internal static void RequireOwnColumns(Session session, IEnumerable<string> seen)
    {
        foreach (IGrouping<string, string> files in seen.Where(file => Keys(file).Length > 0).GroupBy(file => Function(file) ?? "")
            .Where(files => files.Key.Length > 0))
        {
            // Nearly always no file has such a column, which all of them together show at once.
            if (!HasKeyAsColumn(session, files.Key, [.. files]))
            {
                continue;
            }

            foreach (string file in files.Where(file => HasKeyAsColumn(session, files.Key, [file])))
            {
                string[] own = OwnColumns(session, files.Key, [file]);
                (string folder, string key) = Keys(file).First(key => own.Contains(key.Name, StringComparer.OrdinalIgnoreCase));
                throw new DataException($"The folder '{folder}' would replace the column '{key}' of {file}; read it by {files.Key}('{file}', hive_partitioning = false), or by true if the folder's value is meant.");
            }
        }
    }

    private static bool HasKeyAsColumn(Session session, string function, string[] files)
    {
        string[] own = OwnColumns(session, function, files);
        return files.Any(file => Keys(file).Any(key => own.Contains(key.Name, StringComparer.OrdinalIgnoreCase)));
    }

    private static string[] OwnColumns(Session session, string function, string[] files) =>
        [.. TypedTable.Describe(session, $"{function}({Sql.List(files)}, hive_partitioning = false, union_by_name = true)").Columns.Select(column => column.Name)];

    private static (string Folder, string Name)[] Keys(string file) =>
        [.. (Path.GetDirectoryName(file) ?? "").Split(Path.DirectorySeparatorChar)
            .Where(folder => folder.IndexOf('=', StringComparison.Ordinal) > 0)
            .Select(folder => (folder, folder[..folder.IndexOf('=', StringComparison.Ordinal)]))];

    private static void Collect(JsonNode? node, HashSet<string> texts)
    {
        switch (node)
        {
            case JsonObject item:
                if (item["type"] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String)
                {
                    if (kind.GetValue<string>() == "BASE_TABLE" && item["table_name"] is JsonValue name)
                    {
                        texts.Add(name.GetValue<string>());
                    }
                    else if (kind.GetValue<string>() == "TABLE_FUNCTION")
                    {
                        CollectAll(item["function"]?["children"], texts);
                    }
                }

                foreach ((_, JsonNode? member) in item)
                {
                    Collect(member, texts);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? element in items)
                {
                    Collect(element, texts);
                }

                break;
        }
    }

    private static void CollectAll(JsonNode? node, HashSet<string> texts)
    {
        switch (node)
        {
            case JsonObject item:
                foreach ((_, JsonNode? member) in item)
                {
                    CollectAll(member, texts);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? element in items)
                {
                    CollectAll(element, texts);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                texts.Add(value.GetValue<string>());
                break;
        }
    }

    /// <summary>
    /// Returns the query with files read so that the kinds come from all rows of all files; what the query says itself stays.
    /// </summary>
    /// <param name="session">Any session; only its parser is used.</param>
    /// <param name="node">The query's tree, which may be changed.</param>
    /// <param name="query">The query as it was written.</param>
    internal static string WithAllRows(Session session, JsonObject node, string query) =>
        Change(session, node) ? Statement.QueryToSql(session, node) : query.TrimEnd().TrimEnd(';');

    private static bool Change(Session session, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject table when SqlExpression.Text(table, "type") == "BASE_TABLE" && Function(SqlExpression.Text(table, "table_name") ?? "") is { } function:
                string file = SqlExpression.Text(table, "table_name")!;
                table["type"] = "TABLE_FUNCTION";
                // The file's name without its extension is what the query may call the table.
                if (string.IsNullOrEmpty(SqlExpression.Text(table, "alias")))
                {
                    table["alias"] = Path.GetFileNameWithoutExtension(file);
                }

                table.Remove("table_name");
                table.Remove("schema_name");
                table.Remove("catalog_name");
                table.Remove("at_clause");
                table["function"] = Calling(session, $"{function}({Sql.Text(file)}, {Option(function)})");
                table["with_ordinality"] = "WITHOUT_ORDINALITY";
                return true;
            case JsonObject call when SqlExpression.Text(call, "class") == "FUNCTION"
                && Option(SqlExpression.Text(call, "function_name") ?? "") is { Length: > 0 } option && call["children"] is JsonArray arguments:
                string function2 = SqlExpression.Text(call, "function_name")!;
                string name = option.Split(' ')[0];
                if (arguments
                    .Any(argument => argument is JsonObject o && o["left"]?["column_names"] is JsonArray named && named.Count == 1
                    && string.Equals(named[0]!.GetValue<string>(), name, StringComparison.OrdinalIgnoreCase)))
                {
                    return false;
                }

                arguments.Add(Calling(session, $"{function2}('x', {option})")["children"]!.AsArray()[1]!.DeepClone());
                return true;
            case JsonObject other:
                return ChangeAll(session, other.Select(member => member.Value));
            case JsonArray array:
                return ChangeAll(session, array);
            default:
                return false;
        }
    }

    private static bool ChangeAll(Session session, IEnumerable<JsonNode?> nodes)
    {
        bool changed = false;
        foreach (JsonNode? node in nodes.ToArray())
        {
            changed |= Change(session, node);
        }

        return changed;
    }

    private static JsonNode Calling(Session session, string call) =>
        Statement.TryParse(session, $"SELECT * FROM {call}", out _, withDefaults: true)!["from_table"]!["function"]!.DeepClone();

    /// <summary>Returns whether a name is that of CSV files.</summary>
    internal static bool IsCsv(string file) => Function(file) == "read_csv";

    private static string? Function(string file)
    {
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3]
            : file.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? file[..^4] : file;
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".CSV" or ".TSV" => "read_csv",
            ".JSON" or ".NDJSON" or ".JSONL" => "read_json",
            ".PARQUET" => "read_parquet",
            _ => null,
        };
    }

    private static string Option(string function) => function.ToUpperInvariant() switch
    {
        "READ_CSV" or "READ_CSV_AUTO" or "READ_JSON" or "READ_JSON_AUTO" or "READ_NDJSON" or "READ_NDJSON_AUTO" => "sample_size = -1",
        "READ_PARQUET" or "PARQUET_SCAN" => "union_by_name = true",
        _ => "",
    };
}
