using System.Globalization;
using System.Text.Json.Nodes;
using HpcLinReg.Data.Sums;

namespace HpcLinReg.Data;

/// <summary>
/// What was found in the rows of one part of a draft (<see cref="MomentsPlan.Scan"/>): levels of texts, and ranges of the variables of
/// polynomials. <see cref="MomentsPlan.Decide"/> makes a plan of the scans of all parts.
/// </summary>
/// <remarks>Not thread-safe while it is made; immutable and thread-safe afterwards.</remarks>
public sealed class MomentsScan
{
    private const string FormatName = "hpclinreg-scan";

    private readonly string _draft;
    private readonly SortedSet<string>[] _levels;
    private readonly (double Least, double Most)[] _ranges;

    private MomentsScan(string draft, int part, SortedSet<string>[] levels, (double Least, double Most)[] ranges)
    {
        (_draft, Part, _levels, _ranges) = (draft, part, levels, ranges);
    }

    /// <summary>Gets the index of the part.</summary>
    public int Part { get; }

    /// <summary>Reads a scan.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The scan.</returns>
    /// <exception cref="DataException">The file is missing, no scan, or was changed after it was written.</exception>
    public static MomentsScan Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return FromJson(SealedJson.ReadFile(path, "scan"), path);
    }

    /// <summary>Returns the scan of a text that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The scan.</returns>
    /// <exception cref="DataException">The text is no scan, or was changed after it was written.</exception>
    public static MomentsScan FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return FromJson(json, "The scan");
    }

    /// <summary>Returns the scan as JSON, canonical: one scan gives the same text every time.</summary>
    public string ToJson() => SealedJson.Write(new JsonObject
    {
        ["format"] = FormatName,
        ["version"] = 1,
        ["draft"] = _draft,
        ["part"] = Part,
        ["levels"] = new JsonArray([.. _levels.Select(levels => new JsonArray([.. levels.Select(level => JsonValue.Create(level))]))]),
        ["ranges"] = new JsonArray([.. _ranges
            .Select(range => range.Least <= range.Most ? new JsonArray(range.Least, range.Most) : new JsonArray())]),
    });

    internal static MomentsScan Empty(MomentsPlan draft, int part)
    {
        var ranges = new (double Least, double Most)[draft.Joint.Polynomials.Length];
        Array.Fill(ranges, (double.PositiveInfinity, double.NegativeInfinity));
        return new MomentsScan(SealedJson.DigestOf(draft.ToJson()), part,
            [.. draft.Design.Columns.Select(_ => new SortedSet<string>(StringComparer.Ordinal))], ranges);
    }

    internal void Add(Findings found)
    {
        for (int i = 0; i < _levels.Length; i++)
        {
            _levels[i].UnionWith(found.Levels[i]);
        }

        for (int k = 0; k < _ranges.Length; k++)
        {
            _ranges[k] = (Math.Min(_ranges[k].Least, found.Ranges[k].Least), Math.Max(_ranges[k].Most, found.Ranges[k].Most));
        }
    }

    /// <summary>Returns what was found in all parts; throws where a part has no scan or two, or a scan is of another draft.</summary>
    internal static Findings Together(MomentsPlan draft, IReadOnlyList<MomentsScan> scans)
    {
        MomentsScan all = Empty(draft, 0);
        bool[] seen = new bool[draft.Parts.Length];
        foreach (MomentsScan scan in scans)
        {
            if (scan._draft != all._draft || scan._levels.Length != all._levels.Length || scan._ranges.Length != all._ranges.Length
                || (uint)scan.Part >= (uint)seen.Length)
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"The scan of part {scan.Part} is of another draft; scan the parts of this one."));
            }

            if (seen[scan.Part])
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"There are two scans of part {scan.Part}; leave one out."));
            }

            seen[scan.Part] = true;
            all.Add(scan.ToFindings());
        }

        int missing = Array.IndexOf(seen, false);
        if (missing >= 0)
        {
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"There is no scan of part {missing}{(seen.Count(one => !one) is > 1 and var count ? $" and {count - 1} others" : "")}; scan every part of the draft."));
        }

        for (int i = 0; i < all._levels.Length; i++)
        {
            JointColumns.RequireLevels(draft.Design.Columns[i].Name, all._levels[i].Count);
        }

        return all.ToFindings();
    }

    private Findings ToFindings() =>
        new([.. _levels.Select(levels => levels.Count == 0 ? [] : ModelColumn.ToLevels([.. levels]))], [.. _ranges]);

    private static MomentsScan FromJson(string text, string name)
    {
        try
        {
            JsonObject json = SealedJson.Read(text, FormatName, 1, "scan", "scan the part again");
            long part = CheckedJson.Whole(json, "part");
            MomentsScan scan = new(CheckedJson.Text(json, "draft"), part is >= 0 and <= int.MaxValue ? (int)part : throw Odd(),
                [.. CheckedJson.Array(json, "levels").Select(LevelsOf)], [.. CheckedJson.Array(json, "ranges").Select(RangeOf)]);
            return scan.ToJson() == text ? scan : throw Odd();
        }
        catch (InvalidDataException exception)
        {
            throw new DataException($"{name} is not a valid scan: {exception.Message}", exception);
        }
    }

    private static SortedSet<string> LevelsOf(JsonNode? node) =>
        node is JsonArray levels && levels.All(level => level is JsonValue value && value.TryGetValue(out string? _))
            ? new SortedSet<string>(levels.Select(level => level!.GetValue<string>()), StringComparer.Ordinal) : throw Odd();

    private static (double Least, double Most) RangeOf(JsonNode? node) => node switch
    {
        JsonArray { Count: 0 } => (double.PositiveInfinity, double.NegativeInfinity),
        JsonArray { Count: 2 } range when range[0] is JsonValue first && first.TryGetValue(out double least)
            && range[1] is JsonValue second && second.TryGetValue(out double most) && least <= most => (least, most),
        _ => throw Odd(),
    };

    private static InvalidDataException Odd() => new("it is not as 'hpclinreg scan' writes it; scan the part again.");
}
