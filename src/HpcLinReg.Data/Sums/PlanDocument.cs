using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HpcLinReg.Data.Sums;

/// <summary>A plan as JSON.</summary>
internal static class PlanDocument
{
    private const string FormatName = "hpclinreg-plan";
    private const int Version = 1;

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    internal static string Write(MomentsPlan plan)
    {
        ReadingSettings settings = plan.Settings;
        JsonObject schema = SumsSchema.ToJson(plan.Design, plan.Reading);
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
        foreach ((string member, JsonNode? value) in (IEnumerable<(string, JsonNode?)>)
            [("thousands", settings.ThousandsMark?.ToString()), ("currency", settings.Currency), ("percent", settings.Percent ? true : null)])
        {
            if (value is not null)
            {
                json[member] = value;
            }
        }

        return json.ToJsonString(Readable) + "\n";
    }

    internal static MomentsPlan Read(string text, string name)
    {
        try
        {
            JsonNode json = JsonNode.Parse(text) ?? throw new InvalidOperationException("it is empty");
            if (json is not JsonObject || (string?)json["format"] != FormatName || (int?)json["version"] != Version)
            {
                throw new DataException($"{name} is no plan of version {Version}; make it with 'hpclinreg plan'.");
            }

            if ((int?)json["bitContract"] != EngineInfo.BitContract)
            {
                throw new DataException($"{name} has bit contract {json["bitContract"]}, and this engine has {EngineInfo.BitContract}; make the plan again, and sum all parts with one version.");
            }

            (Design design, ImmutableSortedDictionary<string, string> reading) = SumsSchema.Of(json["schema"]?.ToJsonString() ?? "", name);
            MomentsPlan plan = new(
                [.. Array(json, "files").Select(file => new PlannedFile(Text(file, "path"), Number(file?["rows"]), Number(file?["length"]), Text(file, "digest")))],
                [.. Array(json, "parts").Select(part => new PlannedPart(Number(part?[0]), Number(part?[1])))],
                design, RequestOf(json), SettingsOf(json), reading);
            Require(plan, json, name);
            return plan;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException
            or FormatException or OverflowException)
        {
            throw new DataException($"{name} is not a valid plan: {exception.Message}", exception);
        }
    }

    private static void Require(MomentsPlan plan, JsonNode json, string name)
    {
        long next = 0;
        foreach (PlannedPart part in plan.Parts)
        {
            if (part.FirstRow != next || part.NextRow < part.FirstRow)
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{name} is not a valid plan: a part goes from row {part.FirstRow} to {part.NextRow} where it should begin at {next}."));
            }

            next = part.NextRow;
        }

        if (plan.Files.Any(file => file.Rows < 0) || next != plan.Rows || (string?)json["source"] != plan.Source)
        {
            throw new DataException($"{name} is not a valid plan: its files, parts and fingerprint do not belong together; make it again.");
        }
    }

    private static MomentsRequest RequestOf(JsonNode json) => new()
    {
        Precision = Enum.Parse<MomentsPrecision>(Text(json, "precision")),
        Weights = (string?)json["weights"],
        WeightKind = Enum.Parse<WeightKind>(Text(json, "weightKind")),
    };

    private static ReadingSettings SettingsOf(JsonNode json) => new()
    {
        Kinds = (json["kinds"]?.AsObject() ?? []).ToDictionary(kind => kind.Key, kind => Enum.Parse<ReadAs>((string?)kind.Value ?? "")),
        Dates = (string?)json["dates"] is { } dates ? Enum.Parse<DateOrder>(dates) : null,
        Zone = (string?)json["zone"],
        DecimalMark = (string?)json["decimal"] is [char mark] ? mark : null,
        ThousandsMark = (string?)json["thousands"] is [char between] ? between : null,
        Currency = (string?)json["currency"],
        Percent = (bool?)json["percent"] ?? false,
    };

    private static JsonArray Array(JsonNode json, string member) => json[member]?.AsArray() ?? throw new InvalidOperationException($"it has no {member}.");

    private static long Number(JsonNode? json) => (long?)json ?? throw new InvalidOperationException("a number is missing.");

    private static string Text(JsonNode? json, string member) => (string?)json?[member] ?? throw new InvalidOperationException($"it has no {member}.");
}
