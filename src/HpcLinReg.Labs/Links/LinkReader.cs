using System.Globalization;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace HpcLinReg.Labs.Links;

/// <summary>
/// Reads a link's query, which may be anybody's: every value is checked, what is wrong is noted in words, and the default stands in its
/// place.
/// </summary>
public sealed class LinkReader
{
    /// <summary>A longer link is not read at all; 2,000 points with all their digits take less than half.</summary>
    public const int LongestLink = 120_000;

    private readonly Dictionary<string, StringValues> _values = [];

    /// <summary>Takes a link apart.</summary>
    public LinkReader(string link)
    {
        int query = link.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
        {
            return;
        }

        if (link.Length > LongestLink)
        {
            Problem = $"The link has {link.Length:N0} characters; at most {LongestLink:N0} are read. It was left aside.";
            return;
        }

        int fragment = link.IndexOf('#', query);
        _values = QueryHelpers.ParseQuery(fragment < 0 ? link[query..] : link[query..fragment]);
    }

    /// <summary>Gets the first thing that was wrong; null when all was right.</summary>
    public string? Problem { get; private set; }

    /// <summary>Text, or null when the link has none of that name.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out StringValues values) ? values[0] : null;

    /// <summary>A number within bounds.</summary>
    public double Number(string name, double otherwise, double least = -DataPoint.Largest, double most = DataPoint.Largest)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (!PointText.TryRead(text, out double value) || value < least || value > most)
        {
            Note($"The link's {name} is “{PointText.Shown(text)}” instead of a number from {Numerals.Number(least)} to {Numerals.Number(most)}.");
            return otherwise;
        }

        return value;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Whole(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < least
            || value > most)
        {
            Note($"The link's {name} is “{PointText.Shown(text)}” instead of a whole number from {least} to {most}.");
            return otherwise;
        }

        return value;
    }

    /// <summary>Yes or no.</summary>
    public bool Flag(string name, bool otherwise) => Whole(name, otherwise ? 1 : 0, 0, 1) == 1;

    /// <summary>An axis, as two numbers.</summary>
    public Axis Axis(string name, Axis otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        string[] ends = text.Split(',');
        if (ends.Length == 2 && PointText.TryReadAny(ends[0], out double min) && PointText.TryReadAny(ends[1], out double max)
            && new Axis(min, max) is { IsUsable: true } axis)
        {
            return axis;
        }

        Note($"The link's {name} is “{PointText.Shown(text)}” instead of two numbers, the smaller one first.");
        return otherwise;
    }

    /// <summary>The points of a preset, or those the link carries; the first preset when it has neither.</summary>
    public PointSet Points()
    {
        if ((Text("points") ?? Unpacked()) is { } text)
        {
            if (PointText.Read(text, out string? problem) is { } points)
            {
                return new PointSet("", points, PointSet.Name(Text("x") ?? "", "x"), PointSet.Name(Text("y") ?? "", "y"));
            }

            Note(problem!);
        }
        else if (Text("set") is { } id)
        {
            if (Presets.Find(id) is { } preset)
            {
                return preset.ToPointSet();
            }

            Note($"There is no data set “{PointText.Shown(id)}”.");
        }

        return Presets.All[0].ToPointSet();
    }

    /// <summary>Notes what is wrong; the first note is shown to the visitor.</summary>
    public void Note(string problem) => Problem ??= problem;

    private string? Unpacked()
    {
        if (Text("packed") is not { } packed)
        {
            return null;
        }

        string? text = PointText.Unpack(packed);
        if (text is null)
        {
            Note("The link's points cannot be read: it may have been cut when it was copied.");
        }

        return text;
    }
}
