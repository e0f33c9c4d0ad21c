using System.Globalization;
using System.Text;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Links;

/// <summary>Writes a link: a page's address and what differs from its defaults.</summary>
public sealed class LinkWriter(string page)
{
    /// <summary>From this length on, the text of the points is packed; below, a person can read and change it.</summary>
    private const int PackedFrom = 600;

    private readonly StringBuilder _link = new(page);
    private bool _hasQuery;

    /// <summary>The points, by the preset's name where they are its own.</summary>
    public LinkWriter Points(PointSet data)
    {
        if (data.Preset.Length > 0)
        {
            return Text("set", data.Preset);
        }

        string text = PointText.Write(data.Points);
        _ = text.Length < PackedFrom ? Text("points", text) : Text("packed", PointText.Pack(text));
        return TextUnless("x", data.XName, "x").TextUnless("y", data.YName, "y");
    }

    /// <summary>A name.</summary>
    public LinkWriter Word(string name, string value) => Text(name, value);

    /// <summary>A number, to the last bit.</summary>
    public LinkWriter Number(string name, double value) => Text(name, PointText.Write(value));

    /// <summary>A number, unless it is the default.</summary>
    public LinkWriter NumberUnless(string name, double value, double otherwise) => value.Equals(otherwise) ? this : Number(name, value);

    /// <summary>A whole number, unless it is the default.</summary>
    public LinkWriter WholeUnless(string name, int value, int otherwise) =>
        value == otherwise ? this : Text(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Yes or no, unless it is the default.</summary>
    public LinkWriter FlagUnless(string name, bool value, bool otherwise) => WholeUnless(name, value ? 1 : 0, otherwise ? 1 : 0);

    /// <summary>An axis, unless it is the default.</summary>
    public LinkWriter AxisUnless(string name, Axis value, Axis otherwise) =>
        value == otherwise ? this : Text(name, $"{PointText.Write(value.Min)},{PointText.Write(value.Max)}");

    /// <inheritdoc/>
    public override string ToString() => _link.ToString();

    private LinkWriter TextUnless(string name, string value, string otherwise) => value == otherwise ? this : Text(name, value);

    private LinkWriter Text(string name, string value)
    {
        // Commas may stand in a query as they are (RFC 3986 §3.4), and are easier to read than %2C.
        string escaped = Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal);
        _link.Append(_hasQuery ? '&' : '?').Append(name).Append('=').Append(escaped);
        _hasQuery = true;
        return this;
    }
}
