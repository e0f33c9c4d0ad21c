using System.Text.Json;
using System.Text.Json.Nodes;

namespace HpcLinReg.Data.Sums;

/// <summary>Members of JSON that may be damaged or edited: what is not as it should be is refused by its name.</summary>
internal static class CheckedJson
{
    /// <summary>Parses an object; throws <see cref="InvalidDataException"/> where the text is none.</summary>
    internal static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new InvalidDataException("it is JSON, but no object.");
        }
        catch (JsonException exception)
        {
            string place = exception.LineNumber is { } line ? FormattableString.Invariant($" (line {line + 1})") : "";
            throw new InvalidDataException($"it is not JSON{place}, or has a member twice.", exception);
        }
    }

    internal static JsonObject Object(JsonObject json, string member) => json[member] as JsonObject ?? throw Wrong(json, member, "an object");

    internal static JsonObject Object(JsonArray json, int index, string name) => json[index] as JsonObject
        ?? throw new InvalidDataException(FormattableString.Invariant($"the element {index} (counted from 0) of its '{name}' is not an object."));

    internal static JsonArray Array(JsonObject json, string member) => json[member] as JsonArray ?? throw Wrong(json, member, "an array");

    internal static string Text(JsonObject json, string member) => OptionalText(json, member) ?? throw Wrong(json, member, "a text");

    /// <summary>Returns a text, or null where the member is null or missing.</summary>
    internal static string? OptionalText(JsonObject json, string member) =>
        json[member] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => throw Wrong(json, member, "a text"),
        };

    internal static long Whole(JsonObject json, string member) =>
        json[member] is JsonValue value && value.TryGetValue(out long whole) ? whole : throw Wrong(json, member, "a whole number");

    internal static double Number(JsonObject json, string member) =>
        json[member] is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number
            : throw Wrong(json, member, "a finite number");

    /// <summary>Returns one of the values of an enumeration by its name.</summary>
    internal static T Choice<T>(JsonObject json, string member)
        where T : struct, Enum
    {
        string text = Text(json, member);
        return System.Array.IndexOf(Enum.GetNames<T>(), text) >= 0 ? Enum.Parse<T>(text)
            : throw new InvalidDataException($"its '{member}' is '{text}', and not one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static InvalidDataException Wrong(JsonObject json, string member, string kind) =>
        new(json.ContainsKey(member) ? $"its '{member}' is not {kind}." : $"it has no '{member}'.");
}
