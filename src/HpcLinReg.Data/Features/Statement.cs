using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>SQL as DuckDB parses it.</summary>
internal static class Statement
{
    // A tree has two to four levels of JSON for one of SQL; DuckDB itself stops at 1000 of those.
    private const int MaxDepth = 4000;

    private static readonly JsonSerializerOptions Deep =
        new() { MaxDepth = MaxDepth, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>
    /// Parses one SELECT statement; null and the reason when it is not one. A tree with its defaults can be written as SQL again.
    /// </summary>
    internal static JsonObject? TryParse(Session session, string sql, out string reason, bool withDefaults = false)
    {
        string json = session.Scalar(withDefaults ? "SELECT json_serialize_sql($1::VARCHAR)" : "SELECT json_serialize_sql($1::VARCHAR, skip_default := true, skip_empty := true, skip_null := true)", sql);
        JsonObject answer;
        try
        {
            answer = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth })!.AsObject();
        }
        catch (JsonException)
        {
            // DuckDB writes an infinite number as a bare word, which is no JSON, and nests as deep as the text does.
            reason = "it has a number beyond the range of double, such as 1e400, or is nested too deeply";
            return null;
        }

        if (answer["error"]?.GetValue<bool>() == true)
        {
            reason = answer["error_message"]?.GetValue<string>() ?? "it does not parse";
            return null;
        }

        JsonArray statements = answer["statements"]?.AsArray() ?? [];
        reason = statements.Count == 1 ? "" : $"there are {statements.Count} statements, not one";
        return statements.Count == 1 ? statements[0]!["node"]!.AsObject() : null;
    }

    /// <summary>Parses a query.</summary>
    /// <exception cref="UsageException">It is not one SELECT statement.</exception>
    internal static JsonObject Select(Session session, string query) =>
        TryParse(session, query, out string reason, withDefaults: true) ?? throw new UsageException($"The query must be one SELECT statement: {reason}.");

    /// <summary>Writes a query's tree as SQL again.</summary>
    internal static string QueryToSql(Session session, JsonObject node)
    {
        JsonObject document =
            new() { ["error"] = false, ["statements"] = new JsonArray(new JsonObject { ["node"] = node.DeepClone(), ["named_param_map"] = new JsonArray() }) };
        return session.Scalar("SELECT json_deserialize_sql($1::JSON)", document.ToJsonString(Deep));
    }

    /// <summary>Returns whether a query's rows come in an order of its own.</summary>
    internal static bool IsOrdered(JsonObject select) =>
        select["modifiers"] is JsonArray modifiers && modifiers.Any(modifier => modifier?["type"]?.GetValue<string>() == "ORDER_MODIFIER");

    /// <summary>Writes an expression's tree as SQL again.</summary>
    internal static string ToSql(Session session, JsonNode expression)
    {
        JsonObject document = new()
        {
            ["error"] = false,
            ["statements"] = new JsonArray(new JsonObject
            {
                ["node"] = new JsonObject
                {
                    ["type"] = "SELECT_NODE",
                    ["modifiers"] = new JsonArray(),
                    ["cte_map"] = new JsonObject { ["map"] = new JsonArray() },
                    ["select_list"] = new JsonArray(expression),
                    ["from_table"] = new JsonObject { ["type"] = "EMPTY" },
                    ["group_expressions"] = new JsonArray(),
                    ["group_sets"] = new JsonArray(),
                    ["aggregate_handling"] = "STANDARD_HANDLING",
                },
                ["named_param_map"] = new JsonArray(),
            }),
        };
        return session.Scalar("SELECT json_deserialize_sql($1::JSON)", document.ToJsonString(Deep))["SELECT ".Length..];
    }
}
