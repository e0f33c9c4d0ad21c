using System.Globalization;
using System.Net;
using System.Text;

namespace HpcLinReg.Cli.Plots;

/// <summary>
/// Writes a drawing as SVG that follows the reader's light or dark theme. Colours are classes with one style sheet: readers that do not
/// know themes take the light ones.
/// </summary>
internal static class SvgWriter
{
    internal static byte[] Write(Drawing drawing)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(drawing.Width)} {N(drawing.Height)}\" width=\"{N(drawing.Width)}\" height=\"{N(drawing.Height)}\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Text(drawing.Title)}</title>\n<style>\ntext{{font-family:system-ui,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif}}\n.line{{fill:none;stroke-linejoin:round}}\n");
        foreach (Ink ink in Ink.All)
        {
            svg.Append(CultureInfo.InvariantCulture, $".{ink.Name}{{fill:{ink.Light}}}.line.{ink.Name}{{fill:none;stroke:{ink.Light}}}\n");
        }

        svg.Append("@media (prefers-color-scheme:dark){\n");
        foreach (Ink ink in Ink.All)
        {
            svg.Append(CultureInfo.InvariantCulture, $".{ink.Name}{{fill:{ink.Dark}}}.line.{ink.Name}{{fill:none;stroke:{ink.Dark}}}\n");
        }

        svg.Append("}\n</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{N(drawing.Width)}\" height=\"{N(drawing.Height)}\"/>\n");
        Drawing.Clip?[] clips = [.. drawing.Shapes.Select(shape => shape.Clip).Where(clip => clip is not null).Distinct()];
        for (int k = 0; k < clips.Length; k++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<clipPath id=\"clip{k}\"><rect x=\"{N(clips[k]!.X)}\" y=\"{N(clips[k]!.Y)}\" width=\"{N(clips[k]!.Width)}\" height=\"{N(clips[k]!.Height)}\"/></clipPath>\n");
        }

        Drawing.Clip? open = null;
        foreach ((Shape shape, Drawing.Clip? clip) in drawing.Shapes)
        {
            if (clip != open)
            {
                svg.Append(open is null ? "" : "</g>\n").Append(clip is null ? "" : FormattableString.Invariant($"<g clip-path=\"url(#clip{Array.IndexOf(clips, clip)})\">\n"));
                open = clip;
            }

            Append(svg, shape);
        }

        svg.Append(open is null ? "" : "</g>\n").Append("</svg>\n");
        return Encoding.UTF8.GetBytes(svg.ToString());
    }

    private static void Append(StringBuilder svg, Shape shape)
    {
        switch (shape)
        {
            case LineShape line:
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line {line.Ink.Name}\" stroke-width=\"{N(line.Width)}\"{(line.IsDashed ? " stroke-dasharray=\"6 4\"" : "")}{Opacity(line.Opacity)} d=\"{Path(line.Places)}\"/>\n");
                break;
            case AreaShape area:
                IEnumerable<string> parts = area.Areas.Select(part => $"M{N(part.X)} {N(part.Y)}h{N(part.Width)}v{N(part.Height)}h{N(-part.Width)}z");
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{area.Ink.Name}\" shape-rendering=\"crispEdges\"{Opacity(area.Opacity)} d=\"{string.Concat(parts)}\"/>\n");
                break;
            case DotShape dot:
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{dot.Ink.Name}\" cx=\"{N(dot.X)}\" cy=\"{N(dot.Y)}\" r=\"{N(dot.Radius)}\"{Opacity(dot.Opacity)} data-x=\"{dot.ValueX:R}\" data-y=\"{dot.ValueY:R}\"{(dot.Row > 0 ? FormattableString.Invariant($" data-row=\"{dot.Row}\"") : "")}/>\n");
                break;
            case TextShape text:
                string anchor = text.End switch { TextEnd.Middle => " text-anchor=\"middle\"", TextEnd.End => " text-anchor=\"end\"", _ => "" };
                string place = text.IsTurned ? FormattableString.Invariant($"transform=\"translate({N(text.X)} {N(text.Y)}) rotate(-90)\"") : FormattableString.Invariant($"x=\"{N(text.X)}\" y=\"{N(text.Y)}\"");
                svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{text.Ink.Name}\" {place} font-size=\"{N(text.Size)}\"{anchor}{(text.IsBold ? " font-weight=\"600\"" : "")}>{Text(text.Text)}</text>\n");
                break;
        }
    }

    private static string Path(IReadOnlyList<(double X, double Y)> places)
    {
        var path = new StringBuilder();
        bool isOpen = false;
        foreach ((double x, double y) in places)
        {
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                isOpen = false;
                continue;
            }

            path.Append(isOpen ? 'L' : 'M').Append(N(x)).Append(' ').Append(N(y));
            isOpen = true;
        }

        return path.ToString();
    }

    private static string Opacity(double opacity) => opacity < 1 ? FormattableString.Invariant($" opacity=\"{opacity:0.##}\"") : "";

    /// <summary>Hundredths of a pixel.</summary>
    private static string N(double value) =>
        (Math.Round(Math.Clamp(value, -20000, 20000), 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Text without what XML forbids.</summary>
    private static string Text(string text) =>
        WebUtility.HtmlEncode(new string([.. text.Where(letter => !char.IsControl(letter) && letter < '\uFFFE')]));
}
