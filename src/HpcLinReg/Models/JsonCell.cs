using System.Globalization;
using System.Text.Json;

namespace HpcLinReg.Models;

/// <summary>Reads cells from JSON.</summary>
internal static class JsonCell
{
    /// <summary>
    /// Reads one value for a column of a kind; a text is a time where the column holds times and it is written as ISO 8601.
    /// </summary>
    internal static Cell Of(JsonElement value, CellKind kind) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(value),
        JsonValueKind.String => Text(Unicode(value), kind),
        JsonValueKind.Null or JsonValueKind.Undefined => Cell.Missing,

        // An object or a list is read as its JSON source, which is no level of any column.
        _ => value.GetRawText(),
    };

    /// <summary>Returns the text, or its JSON source if it has an unpaired surrogate, which no level has.</summary>
    private static string Unicode(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText();
        }
    }

    private static Cell Number(JsonElement value) =>
        value.TryGetInt64(out long small) ? small
        : Int128.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 whole) ? whole
        : value.GetDouble();

    private static Cell Text(string text, CellKind kind) =>
        kind == CellKind.Time && IsDate(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
            : text;

    /// <summary>
    /// Returns whether a text begins with a date in ISO 8601: an hour alone would be one of today, and 01/02/2026 is read as two different
    /// days.
    /// </summary>
    private static bool IsDate(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && (text.Length == 10 || text[10] is 'T' or ' ')
        && !text.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9') && !text.AsSpan(5, 2).ContainsAnyExceptInRange('0', '9')
            && !text.AsSpan(8, 2).ContainsAnyExceptInRange('0', '9');
}
