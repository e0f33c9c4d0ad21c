using System.Globalization;
using System.Text;

namespace HpcLinReg.Labs.Plots;

/// <summary>Numbers and paths as SVG writes them: tenths of a pixel, whatever the culture.</summary>
public static class SvgText
{
    /// <summary>A length or a place.</summary>
    public static string Pixels(double value) => (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A path through places; a place that is NaN interrupts it.</summary>
    public static string Path(IEnumerable<(double X, double Y)> places)
    {
        var path = new StringBuilder();
        bool open = false;
        foreach ((double x, double y) in places)
        {
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                open = false;
                continue;
            }

            path.Append(open ? 'L' : 'M');
            Append(path, x, y);
            open = true;
        }

        return path.ToString();
    }

    /// <summary>Vertical strokes, each from one height to another.</summary>
    public static string VerticalStrokes(IEnumerable<(double X, double From, double To)> strokes)
    {
        var path = new StringBuilder();
        foreach ((double x, double from, double to) in strokes)
        {
            path.Append('M');
            Append(path, x, from);
            path.Append('V').Append(Pixels(to));
        }

        return path.ToString();
    }

    /// <summary>
    /// A square that stands on a vertical stroke, on its right (or, with a negative side, on its left). All run in the same direction round
    /// their area, so that squares in one path never cancel each other where they overlap.
    /// </summary>
    public static string Square(double x, double from, double to, double side)
    {
        (double left, double right) = (Math.Min(x, x + side), Math.Max(x, x + side));
        (double top, double bottom) = (Math.Min(from, to), Math.Max(from, to));
        var path = new StringBuilder("M");
        Append(path, left, top);
        return path.Append('H').Append(Pixels(right)).Append('V').Append(Pixels(bottom)).Append('H').Append(Pixels(left))
            .Append('Z').ToString();
    }

    private static void Append(StringBuilder path, double x, double y) => path.Append(Pixels(x)).Append(' ').Append(Pixels(y));
}
