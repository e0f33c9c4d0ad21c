using ScottPlot;

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

    internal static string Svg(Fit closedForm, IReadOnlyList<(double First, double Second)> way, string[] names) =>
        Draw(closedForm, way, names[0], closedForm.HasIntercept ? "intercept" : names[1]).GetSvgXml(Size, Size);

    internal static Plot Draw(Fit fit, IReadOnlyList<(double First, double Second)> way, string first, string second)
    {
        var plot = new Plot();
        LinearModel optimum = fit.Model;
        (double X, double Y) centre = (optimum.Weights[0], fit.HasIntercept ? optimum.Intercept : optimum.Weights[1]);
        (double First,
            double Second)[] inside = [.. way.TakeWhile(point => double.IsFinite(point.First)
            && double.IsFinite(point.Second)).TakeWhile(point => Distance(fit, point, centre) <= 4 * Distance(fit, way[0], centre))];
        double largest = inside.Max(point => Distance(fit, point, centre));
        for (int k = 0; k < Contours; k++)
        {
            // Each loss above the least is half of the one outside of it.
            Coordinates[] ellipse = [.. Enumerable.Range(0, Corners + 1)
                .Select(i => Contour(fit, centre, largest * Math.Pow(0.5, k / 2.0), 2 * Math.PI * i / Corners))];
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(ellipse);
            line.Color = Colors.SteelBlue.WithAlpha(0.5 + (0.03 * k));
            line.LineWidth = 1.2f;
        }

        ScottPlot.Plottables.Scatter steps = plot.Add.Scatter(inside.Select(point => new Coordinates(point.First, point.Second)).ToArray());
        steps.Color = Colors.DarkOrange;
        steps.LineWidth = 1.5f;
        steps.MarkerSize = inside.Length > 60 ? 2 : 5;
        ScottPlot.Plottables.Marker goal = plot.Add.Marker(centre.X, centre.Y, MarkerShape.Cross, 14, Colors.Black);
        goal.LineWidth = 2;
        SetLimits(plot, [.. inside, (centre.X, centre.Y)]);
        plot.Title("The way down");
        plot.XLabel(first);
        plot.YLabel(second);
        return plot;
    }

    /// <summary>The way fills half of the picture; the outer contours run out of it.</summary>
    private static void SetLimits(Plot plot, IReadOnlyList<(double First, double Second)> points)
    {
        (double left, double right) = (points.Min(point => point.First), points.Max(point => point.First));
        (double bottom, double top) = (points.Min(point => point.Second), points.Max(point => point.Second));
        double width = right > left ? right - left : 1;
        double height = top > bottom ? top - bottom : 1;
        plot.Axes.SetLimits(left - (width / 2), right + (width / 2), bottom - (height / 2), top + (height / 2));
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

    private static Coordinates Contour(Fit fit, (double X, double Y) centre, double radius, double angle)
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

        return new Coordinates(centre.X + w, centre.Y + v);
    }
}
