using System.Globalization;
using ScottPlot;

namespace HpcLinReg.Cli.Plots;

/// <summary>The loss by step on a logarithmic axis, one curve for each rate.</summary>
internal static class LossPlot
{
    private const int Width = 720;
    private const int Height = 460;

    internal static string Svg(IReadOnlyList<LossCurve> curves) => Draw(curves).GetSvgXml(Width, Height);

    internal static string Rounded(double rate) => rate.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>
    /// Draws named curves, as far as a number of steps; a diverging one as far as it is within the first loss times a factor.
    /// </summary>
    internal static Plot Draw(IReadOnlyList<LossCurve> curves, long steps = long.MaxValue, double factor = 1e4)
    {
        var plot = new Plot();
        double lowest = double.PositiveInfinity;
        double highest = double.NegativeInfinity;
        double first = curves[0].Points.Count > 0 ? curves[0].Points[0].Loss : double.NaN;
        foreach (LossCurve curve in curves)
        {
            // A diverging curve is cut where it leaves the picture, and a loss of zero has no logarithm.
            (long Step,
                double Loss)[] points = [.. curve.Points.TakeWhile(point =>
                double.IsFinite(point.Loss) && point.Loss < factor * first && point.Step <= steps).Where(point => point.Loss > 0)];
            if (points.Length == 0)
            {
                continue;
            }

            double[] logarithms = [.. points.Select(point => Math.Log10(point.Loss))];
            lowest = Math.Min(lowest, logarithms.Min());
            highest = Math.Max(highest, logarithms.Max());
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(points.Select(point => (double)point.Step).ToArray(), logarithms);
            line.LineWidth = 2;
            line.LegendText = curve.Name;
            line.LinePattern = curve.IsDashed ? LinePattern.Dashed : LinePattern.Solid;
        }

        if (double.IsFinite(lowest))
        {
            SetLogarithmicTicks(plot, lowest, highest);
        }

        plot.Title("Loss by step");
        plot.XLabel("step");
        plot.YLabel("loss");
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    /// <summary>Decades; within one, 1, 2 and 5.</summary>
    private static void SetLogarithmicTicks(Plot plot, double lowest, double highest)
    {
        int from = (int)Math.Floor(lowest);
        int to = (int)Math.Ceiling(highest);
        int every = Math.Max(1, (to - from) / 8);
        double[] mantissas = to - from <= 2 ? [1, 2, 5] : [1];
        double[] ticks =
            [.. Enumerable.Range(0, ((to - from) / every) + 1).SelectMany(k => mantissas.Select(m => from + (k * every) + Math.Log10(m)))];
        plot.Axes.Left.SetTicks(ticks, [.. ticks.Select(Label)]);
        double margin = Math.Max(0.05 * (highest - lowest), 0.02);
        plot.Axes.SetLimitsY(lowest - margin, highest + margin);
    }

    /// <summary>Powers of ten that would be long are written as such.</summary>
    private static string Label(double logarithm)
    {
        int power = (int)Math.Round(logarithm);
        if (Math.Abs(power) < 4 || Math.Abs(power - logarithm) > 1e-9)
        {
            return Math.Pow(10, logarithm).ToString("G4", CultureInfo.InvariantCulture);
        }

        IEnumerable<char> digits = Math.Abs(power).ToString(CultureInfo.InvariantCulture).Select(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']);
        return $"10{(power < 0 ? "⁻" : "")}{string.Concat(digits)}";
    }
}
