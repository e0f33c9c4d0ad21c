using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace HpcLinReg.Data.Sums;

/// <summary>A plan as JSON.</summary>
internal static class PlanDocument
{
    private const string FormatName = "hpclinreg-plan";
    private const int Version = 1;

    internal static string Write(MomentsPlan plan)
    {
        ReadingSettings settings = plan.Settings;
        JsonObject schema = SumsSchema.ToJson(plan.Joint, plan.Reading);
        JsonObject json = new()
        {
            ["format"] = FormatName,
            ["version"] = Version,
            ["bitContract"] = EngineInfo.BitContract,
            ["source"] = plan.Source,
            ["files"] = new JsonArray([.. plan.Files.Select(file => new JsonObject
            {
                ["path"] = file.Path,
                ["rows"] = file.Rows,
                ["length"] = file.Length,
                ["digest"] = file.Digest,
            })]),
            ["parts"] = new JsonArray([.. plan.Parts.Select(part => new JsonArray(part.FirstRow, part.NextRow))]),
            ["precision"] = plan.Request.Precision.ToString(),
            ["weights"] = plan.Request.Weights,
            ["weightKind"] = plan.Request.WeightKind.ToString(),
            ["kinds"] = new JsonObject(settings.Kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)kind.Value.ToString()))),
            ["dates"] = settings.Dates?.ToString(),
            ["zone"] = settings.Zone,
            ["decimal"] = settings.DecimalMark?.ToString(),
            ["schema"] = schema,
        };
        if (plan.IsDraft)
        {
            json["draft"] = true;
        }

        foreach ((string member, JsonNode? value) in (IEnumerable<(string, JsonNode?)>)
            [("thousands", settings.ThousandsMark?.ToString()), ("currency", settings.Currency), ("percent", settings.Percent ? true : null)])
        {
            if (value is not null)
            {
                json[member] = value;
            }
        }

        return SealedJson.Write(json);
    }

    internal static MomentsPlan Read(string text, string name)
    {
        try
        {
            RequireContract(CheckedJson.Parse(text), name);
            JsonObject json = SealedJson.Read(text, FormatName, Version, "plan", "make the plan again");
            (JointDesign joint, ImmutableSortedDictionary<string, string> reading) =
                SumsSchema.Of(CheckedJson.Object(json, "schema").ToJsonString(), name);
            JsonArray files = CheckedJson.Array(json, "files"), parts = CheckedJson.Array(json, "parts");
            MomentsPlan plan = new([.. Enumerable.Range(0, files.Count).Select(k => FileOf(CheckedJson.Object(files, k, "files")))],
                [.. parts.Select(PartOf)], joint, RequestOf(json), SettingsOf(json), reading, json.ContainsKey("draft"));
            Require(plan, CheckedJson.Text(json, "source"));

            // What a plan states beyond this version would be lost silently.
            return JsonNode.DeepEquals(JsonNode.Parse(Write(plan)), json) ? plan
                : throw new InvalidDataException("it has members or values that 'hpclinreg plan' of this version does not write; make the plan again.");
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw new DataException($"{name} is not a valid plan: {exception.Message.Split(" (Parameter", 2)[0]}", exception);
        }
    }

    private static void RequireContract(JsonObject json, string name)
    {
        if (json["bitContract"] is JsonValue value && value.TryGetValue(out long contract) && contract != EngineInfo.BitContract)
        {
            throw new DataException($"{name} has bit contract {contract}, and this engine has {EngineInfo.BitContract}; make the plan again, and sum all parts with one version.");
        }
    }

    private static void Require(MomentsPlan plan, string source)
    {
        long next = 0;
        foreach (PlannedPart part in plan.Parts)
        {
            if (part.FirstRow != next || part.NextRow < part.FirstRow)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"a part goes from row {part.FirstRow} to {part.NextRow} where it should begin at {next}."));
            }

            next = part.NextRow;
        }

        if (plan.Files.Any(file => file.Rows < 0) || next != plan.Rows || source != plan.Source)
        {
            throw new InvalidDataException("its files, parts and fingerprint do not belong together; make it again.");
        }
    }

    private static PlannedFile FileOf(JsonObject file) => new(CheckedJson.Text(file, "path"), CheckedJson.Whole(file, "rows"),
        CheckedJson.Whole(file, "length"), CheckedJson.Text(file, "digest"));

    private static PlannedPart PartOf(JsonNode? part, int index) =>
        part is JsonArray { Count: 2 } rows && rows[0] is JsonValue first && first.TryGetValue(out long firstRow)
            && rows[1] is JsonValue next && next.TryGetValue(out long nextRow) ? new PlannedPart(firstRow, nextRow)
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"its part {index} is not two whole numbers: the first row, and the row behind the last."));

    private static MomentsRequest RequestOf(JsonObject json) => new()
    {
        Precision = CheckedJson.Choice<MomentsPrecision>(json, "precision"),
        Weights = CheckedJson.OptionalText(json, "weights"),
        WeightKind = CheckedJson.Choice<WeightKind>(json, "weightKind"),
    };

    private static ReadingSettings SettingsOf(JsonObject json)
    {
        JsonObject kinds = CheckedJson.Object(json, "kinds");
        return new()
        {
            Kinds = kinds.ToDictionary(kind => kind.Key, kind => CheckedJson.Choice<ReadAs>(kinds, kind.Key)),
            Dates = CheckedJson.OptionalText(json, "dates") is null ? null : CheckedJson.Choice<DateOrder>(json, "dates"),
            Zone = CheckedJson.OptionalText(json, "zone"),
            DecimalMark = CheckedJson.OptionalText(json, "decimal") is [char mark] ? mark : null,
            ThousandsMark = CheckedJson.OptionalText(json, "thousands") is [char between] ? between : null,
            Currency = CheckedJson.OptionalText(json, "currency"),
            Percent = json.ContainsKey("percent"),
        };
    }
}
