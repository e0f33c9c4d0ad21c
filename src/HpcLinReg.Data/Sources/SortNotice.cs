using System.Globalization;
using System.Text.Json.Nodes;

namespace HpcLinReg.Data.Sources;

/// <summary>Says beforehand that a query sorts more rows than one would keep in memory unknowingly.</summary>
internal static class SortNotice
{
    /// <summary>The memory from which on a sort is worth a word: twice what reading takes.</summary>
    private const double WorthAWord = 250e6;

    /// <summary>
    /// Bytes that a sorted row takes beside its values: its key and its place. A fit of 10,000,000 sorted rows of eight numbers took 804 MB
    /// more than one of the same rows as they come.
    /// </summary>
    private const int BytesOfRow = 16;

    private const int BytesOfNumber = 8;

    /// <summary>A text of DuckDB is 16 bytes, and the characters of one that is longer than 12.</summary>
    private const int BytesOfText = 24;

    /// <summary>Returns a sentence about the memory of a query that sorts its rows; null where that is little or unknown.</summary>
    /// <param name="session">The session.</param>
    /// <param name="query">The query.</param>
    /// <param name="columns">The columns of its result.</param>
    internal static string? Of(Session session, string query, IReadOnlyList<SourceColumn> columns)
    {
        string? plan = session.Table($"EXPLAIN (FORMAT json) {query}").FirstOrDefault()?[^1];
        double rows = plan is null ? 0 : SortedRows(JsonNode.Parse(plan));
        double bytes = rows
            * (BytesOfRow + columns.Sum(column => column.Kind is ColumnKind.Text or ColumnKind.Other ? BytesOfText : BytesOfNumber));
        return bytes < WorthAWord ? null
            : string.Create(CultureInfo.InvariantCulture, $"ORDER BY sorts about {rows:N0} rows, which takes about {bytes / 1e9:F1} GB of memory, where reading them as they come takes 0.1 GB; what exceeds {session.Scalar("SELECT current_setting('memory_limit')")} is sorted in files in {session.Scalar("SELECT current_setting('temp_directory')")}. Without ORDER BY, the last digits may differ from run to run.");
    }

    /// <summary>Returns the most rows that a step of a plan sorts, as DuckDB expects them.</summary>
    private static double SortedRows(JsonNode? step) => step switch
    {
        JsonArray steps => steps.Select(SortedRows).DefaultIfEmpty().Max(),
        JsonObject own => Math.Max(own["name"]?.GetValue<string>().Trim() == "ORDER_BY" ? Expected(own) : 0, SortedRows(own["children"])),
        _ => 0,
    };

    /// <summary>A sort has as many rows as the step below it, which may be the one that says how many they are.</summary>
    private static double Expected(JsonObject step) =>
        step["extra_info"]?["Estimated Cardinality"]?.ToString() is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rows)
            ? rows
        : step["children"] is JsonArray children ? children.OfType<JsonObject>().Select(Expected).DefaultIfEmpty().Max() : 0;
}
