using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Links;

/// <summary>
/// Points as they stand in a link: <c>1,2_2.5,4</c>, each number as the shortest text that reads back to the same bits. Many points are
/// packed: the same text deflated, in the 64 letters of RFC 4648 §5.
/// </summary>
public static class PointText
{
    /// <summary>The longest text: 2,000 points of two numbers of at most 25 letters, a sign between each.</summary>
    private const int MostCharacters = PointSet.MostPoints * 52;

    /// <summary>The points as text.</summary>
    public static string Write(ImmutableArray<DataPoint> points) =>
        string.Join('_', points.Select(point => $"{Write(point.X)},{Write(point.Y)}"));

    /// <summary>A number as the text that reads back to the same bits; no sign in it needs escaping in a link.</summary>
    public static string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal);

    /// <summary>The points, or null and what is wrong.</summary>
    public static ImmutableArray<DataPoint>? Read(string text, out string? problem)
    {
        problem = null;
        if (text.Length == 0)
        {
            return [];
        }

        if (text.Length > MostCharacters)
        {
            problem = $"The link holds more than {PointSet.MostPoints:N0} points.";
            return null;
        }

        string[] pairs = text.Split('_');
        if (pairs.Length > PointSet.MostPoints)
        {
            problem = $"The link holds {pairs.Length:N0} points; a lab takes up to {PointSet.MostPoints:N0}.";
            return null;
        }

        ImmutableArray<DataPoint>.Builder points = ImmutableArray.CreateBuilder<DataPoint>(pairs.Length);
        foreach (string pair in pairs)
        {
            int comma = pair.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0 || !TryRead(pair.AsSpan(0, comma), out double x) || !TryRead(pair.AsSpan(comma + 1), out double y))
            {
                problem = $"Point {points.Count + 1} of the link is “{Shown(pair)}” instead of two numbers like 1.5,2.";
                return null;
            }

            points.Add(new DataPoint(x, y));
        }

        return points.MoveToImmutable();
    }

    /// <summary>A number that can be drawn and fitted.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out double value) => TryReadAny(text, out value) && DataPoint.IsUsable(value);

    /// <summary>Any number.</summary>
    public static bool TryReadAny(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value);

    /// <summary>Deflates text.</summary>
    public static string Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(Encoding.ASCII.GetBytes(text));
        }

        return System.Buffers.Text.Base64Url.EncodeToString(packed.ToArray());
    }

    /// <summary>
    /// Inflates text; null when it is not what <see cref="Pack"/> wrote. Never more than a link's points can need, whatever it claims.
    /// </summary>
    public static string? Unpack(string packed)
    {
        try
        {
            byte[] deflated = System.Buffers.Text.Base64Url.DecodeFromChars(packed);
            string text = Inflate(deflated);

            // A stream that has ended does not look at what follows; one that was cut goes on with it, to other text or to a fault.
            return Inflate([.. deflated, .. Enumerable.Repeat((byte)0xFF, 64)]) == text ? text : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private static string Inflate(byte[] deflated)
    {
        using var inflate = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
        byte[] bytes = new byte[MostCharacters + 1];
        int length = inflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(bytes, 0, length);
    }

    internal static string Shown(string text) => text.Length <= 30 ? text : $"{text[..30]}…";
}
