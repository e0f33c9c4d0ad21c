using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Sums;

/// <summary>How columns of moments come from those of a source, as the text that a <c>.moments</c> file and a plan hold.</summary>
internal static class SumsSchema
{
    private const string DesignMember = "design", ReadingMember = "reading";

    /// <summary>Returns the text: JSON, canonical.</summary>
    internal static string ToText(Design design, ImmutableSortedDictionary<string, string> reading) =>
        ToJson(design, reading).ToJsonString();

    internal static JsonObject ToJson(Design design, ImmutableSortedDictionary<string, string> reading) => new()
    {
        [DesignMember] = JsonNode.Parse(design.ToJson()),
        [ReadingMember] = new JsonObject(reading.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
    };

    /// <summary>Reads the text again; throws where it is none.</summary>
    internal static (Design Design, ImmutableSortedDictionary<string, string> Reading) Of(string text, string name)
    {
        // Sums that a program of C, C# or Python saved hold names and numbers only.
        if (text.Length == 0)
        {
            throw new DataException($"{name} does not say how its columns were made: a program saved it, and not 'hpclinreg moments'. Fit it there (Moments.Solve), or sum the rows with 'hpclinreg moments'.");
        }

        try
        {
            JsonObject json = JsonNode.Parse(text)?.AsObject() ?? throw new InvalidDataException("it is empty");
            var design = Design.FromJson(json[DesignMember]?.ToJsonString() ?? throw new InvalidDataException("it has no design"));
            IEnumerable<KeyValuePair<string, string>> reading = json[ReadingMember]?.AsObject()
                .Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value ?? "")) ?? [];
            return (design, reading.ToImmutableSortedDictionary(StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException)
        {
            throw new DataException($"{name} does not say how its columns were made, so no model can be fitted from it here: {exception.Message} Sum the rows with 'hpclinreg moments'.", exception);
        }
    }

    /// <summary>Returns how a source was read, for its moments and models.</summary>
    internal static ImmutableSortedDictionary<string, string> ReadingOf(DataSource source) =>
        KeptReading.Of(source.Settings, source.Table.Columns.Any(column => column.Rule is { HasDecimalComma: true }));
}
