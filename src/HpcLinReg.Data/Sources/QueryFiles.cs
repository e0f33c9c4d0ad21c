using System.Text.Json;
using System.Text.Json.Nodes;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// The files that a query names: as tables, <c>FROM 'x.csv'</c>, or as arguments of table functions, <c>read_csv('x*.csv')</c>. Names that the
/// query computes are not seen.
/// </summary>
internal static class QueryFiles
{
    /// <summary>Returns the full paths of those that exist, globs resolved.</summary>
    internal static IReadOnlyList<string> Of(Session session, JsonObject select)
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        Collect(select, texts);
        HashSet<string> files = new(StringComparer.Ordinal);
        foreach (string text in texts.Where(text => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal)))
        {
            string path = text.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), text[2..]) : text;
            if (File.Exists(path))
                files.Add(Path.GetFullPath(path));
            else if (InputFiles.IsGlob(path))
                files.UnionWith(InputFiles.Matches(session, path));
        }

        return [.. files];
    }

    private static void Collect(JsonNode? node, HashSet<string> texts)
    {
        switch (node)
        {
            case JsonObject item:
                if (item["type"] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String)
                {
                    if (kind.GetValue<string>() == "BASE_TABLE" && item["table_name"] is JsonValue name)
                        texts.Add(name.GetValue<string>());
                    else if (kind.GetValue<string>() == "TABLE_FUNCTION")
                        CollectAll(item["function"]?["children"], texts);
                }

                foreach ((_, JsonNode? member) in item)
                    Collect(member, texts);
                break;
            case JsonArray items:
                foreach (JsonNode? element in items)
                    Collect(element, texts);
                break;
        }
    }

    private static void CollectAll(JsonNode? node, HashSet<string> texts)
    {
        switch (node)
        {
            case JsonObject item:
                foreach ((_, JsonNode? member) in item)
                    CollectAll(member, texts);
                break;
            case JsonArray items:
                foreach (JsonNode? element in items)
                    CollectAll(element, texts);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                texts.Add(value.GetValue<string>());
                break;
        }
    }
}
