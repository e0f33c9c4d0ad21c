using System.Collections.Immutable;
using System.Text.Json.Nodes;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Sums;

/// <summary>How columns of moments come from those of a source, as the text that a <c>.moments</c> file and a plan hold.</summary>
internal static class SumsSchema
{
    private const string DesignMember = "design", PolynomialsMember = "polynomials", ReadingMember = "reading";

    /// <summary>Returns the text: JSON, canonical.</summary>
    internal static string ToText(JointDesign joint, ImmutableSortedDictionary<string, string> reading) =>
        ToJson(joint, reading).ToJsonString();

    internal static JsonObject ToJson(JointDesign joint, ImmutableSortedDictionary<string, string> reading)
    {
        JsonObject json = new() { [DesignMember] = JsonNode.Parse(joint.Design.ToJson()) };
        if (!joint.Polynomials.IsEmpty)
        {
            json[PolynomialsMember] = new JsonArray([.. joint.Polynomials.Select(polynomial => new JsonObject
            {
                ["variable"] = polynomial.Name,
                ["degree"] = polynomial.Terms.Degree,
                ["shift"] = polynomial.Terms.Shift,
                ["scale"] = polynomial.Terms.Scale,
            })]);
        }

        json[ReadingMember] =
            new JsonObject(reading.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
        return json;
    }

    /// <summary>Reads the text again; throws where it is none.</summary>
    internal static (JointDesign Joint, ImmutableSortedDictionary<string, string> Reading) Of(string text, string name)
    {
        // Sums that a program of C, C# or Python saved hold names and numbers only.
        if (text.Length == 0)
        {
            throw new DataException($"{name} does not say how its columns were made: a program saved it, and not 'hpclinreg moments'. Fit it there (Moments.Solve), or sum the rows with 'hpclinreg moments'.");
        }

        try
        {
            JsonObject json = CheckedJson.Parse(text);
            var design = Design.FromJson(json[DesignMember]?.ToJsonString() ?? throw new InvalidDataException("it has no 'design'."));
            JsonObject reading = json.ContainsKey(ReadingMember) ? CheckedJson.Object(json, ReadingMember) : [];
            return (new JointDesign(design, PolynomialsOf(json, design)), reading
                .Select(pair => KeyValuePair.Create(pair.Key, CheckedJson.Text(reading, pair.Key)))
                .ToImmutableSortedDictionary(StringComparer.Ordinal));
        }
        catch (InvalidDataException exception)
        {
            throw new DataException($"{name} does not say how its columns were made, so no model can be fitted from it here: {exception.Message} Sum the rows with 'hpclinreg moments'.", exception);
        }
    }

    private static ImmutableArray<JointPolynomial> PolynomialsOf(JsonObject json, Design design)
    {
        ImmutableArray<JointPolynomial>.Builder polynomials = ImmutableArray.CreateBuilder<JointPolynomial>();
        JsonArray members = json.ContainsKey(PolynomialsMember) ? CheckedJson.Array(json, PolynomialsMember) : [];
        for (int k = 0; k < members.Count; k++)
        {
            JsonObject member = CheckedJson.Object(members, k, PolynomialsMember);
            string variable = CheckedJson.Text(member, "variable");
            (long degree, double shift, double scale) =
                (CheckedJson.Whole(member, "degree"), CheckedJson.Number(member, "shift"), CheckedJson.Number(member, "scale"));
            if (!design.VariableNames.Contains(variable) || degree is < 2 or > 40 || !(scale > 0))
            {
                throw new InvalidDataException(FormattableString.Invariant($"the polynomial {k} (counted from 0), of degree {degree} in '{variable}' with the scale {scale:R}, cannot be one of its columns."));
            }

            polynomials.Add(new JointPolynomial(variable, new PolynomialVariable((int)degree, shift, scale)));
        }

        return polynomials.ToImmutable();
    }

    /// <summary>Returns how a source was read, for its moments and models.</summary>
    internal static ImmutableSortedDictionary<string, string> ReadingOf(DataSource source) =>
        KeptReading.Of(source.Settings, source.Table.Columns.Any(column => column.Rule is { HasDecimalComma: true }));
}
