using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Cli.Plots;

/// <summary>
/// The way down on the contours of a loss of two coefficients. The loss is L* + ‖R(p − p*)‖²/n, so its contours are ellipses and are drawn
/// as such: p* + r·R⁻¹(cos φ, sin φ), with an intercept n(b − b* + x̄(w − w*))² in place of the second coordinate.
/// </summary>
internal static class PathPlot
{
    private const int Size = 560;
    private const int Contours = 14;
    private const int Corners = 180;

    internal static Drawing Draw(Fit closedForm, IReadOnlyList<(double First, double Second)> way, string[] names) =>
        Draw(closedForm, way, names[0], closedForm.HasIntercept ? "intercept" : names[1]);

    internal static Drawing Draw(Fit fit, IReadOnlyList<(double First, double Second)> way, string first, string second, string title = "The way down")
    {
        LinearModel optimum = fit.Model;
        (double X, double Y) centre = (optimum.Weights[0], fit.HasIntercept ? optimum.Intercept : optimum.Weights[1]);
        (double First, double Second)[] inside =
            [.. way.TakeWhile(point => double.IsFinite(point.First) && double.IsFinite(point.Second))
                .TakeWhile(point => Distance(fit, point, centre) <= 4 * Distance(fit, way[0], centre))];
        double largest = inside.Max(point => Distance(fit, point, centre));
        (Axis x, Axis y) = Axes([.. inside, (centre.X, centre.Y)]);
        var drawing = new Drawing(Size, Size, title);
        var frame = new Frame(drawing, x, y, (first, second), new FrameLook { LegendLines = 1 });
        frame.Legend([("equal loss", Ink.Blue, false), ("steps", Ink.Red, false), ("+ the least loss", null, false)]);
        frame.Open();
        for (int k = 0; k < Contours; k++)
        {
            // Each loss above the least is half of the one outside of it.
            double radius = largest * Math.Pow(0.5, k / 2.0);
            frame.Line(Enumerable.Range(0, Corners + 1).Select(i => Contour(fit, centre, radius, 2 * Math.PI * i / Corners)), Ink.Blue, 1.2,
                opacity: 0.45 + (0.03 * k));
        }

        frame.Line(inside, Ink.Red, 1.8);
        if (inside.Length <= 60)
        {
            foreach ((double w, double v) in inside)
            {
                frame.Dot(w, v, 0, Ink.Red, 2.8, 1);
            }
        }

        frame.Close();
        (double px, double py) = frame.Place(centre.X, centre.Y);
        drawing.Add(new LineShape([(px - 8, py), (px + 8, py), (double.NaN, 0), (px, py - 8), (px, py + 8)], Ink.Text, 2.2));
        return drawing;
    }

    /// <summary>The way fills half of the picture; the outer contours run out of it.</summary>
    private static (Axis X, Axis Y) Axes(IReadOnlyList<(double First, double Second)> points)
    {
        (double left, double right) = (points.Min(point => point.First), points.Max(point => point.First));
        (double bottom, double top) = (points.Min(point => point.Second), points.Max(point => point.Second));
        double width = right > left ? right - left : 1, height = top > bottom ? top - bottom : 1;
        return (new Axis(left - (width / 2), right + (width / 2)), new Axis(bottom - (height / 2), top + (height / 2)));
    }

    /// <summary>√(n(L − L*)).</summary>
    private static double Distance(Fit fit, (double First, double Second) point, (double X, double Y) centre)
    {
        double w = point.First - centre.X;
        double v = point.Second - centre.Y;
        return fit.HasIntercept
            ? Math.Sqrt(Math.Pow(fit.Factor[0] * w, 2) + (fit.RowCount * Math.Pow(v + (fit.FeatureMeans[0] * w), 2)))
            : Math.Sqrt(Math.Pow((fit.Factor[0] * w) + (fit.Factor[1] * v), 2) + Math.Pow(fit.Factor[3] * v, 2));
    }

    private static (double X, double Y) Contour(Fit fit, (double X, double Y) centre, double radius, double angle)
    {
        double w;
        double v;
        if (fit.HasIntercept)
        {
            w = radius * Math.Cos(angle) / fit.Factor[0];
            v = (radius * Math.Sin(angle) / Math.Sqrt(fit.RowCount)) - (fit.FeatureMeans[0] * w);
        }
        else
        {
            v = radius * Math.Sin(angle) / fit.Factor[3];
            w = ((radius * Math.Cos(angle)) - (fit.Factor[1] * v)) / fit.Factor[0];
        }

        return (centre.X + w, centre.Y + v);
    }
}
