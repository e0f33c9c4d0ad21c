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

    /// <summary>Squares that stand on vertical strokes, on their right (or, with a negative side, on their left).</summary>
    public static string Squares(IEnumerable<(double X, double From, double To, double Side)> squares)
    {
        var path = new StringBuilder();
        foreach ((double x, double from, double to, double side) in squares)
        {
            path.Append('M');
            Append(path, x, from);
            path.Append('H').Append(Pixels(x + side)).Append('V').Append(Pixels(to)).Append('H').Append(Pixels(x)).Append('Z');
        }

        return path.ToString();
    }

    private static void Append(StringBuilder path, double x, double y) => path.Append(Pixels(x)).Append(' ').Append(Pixels(y));
}
