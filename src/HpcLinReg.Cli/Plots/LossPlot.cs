using System.Globalization;
using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Cli.Plots;

/// <summary>
/// The loss above the least one by step, on a logarithmic axis, one curve for each rate. On this axis a descent that converges is a
/// straight line whose steepness is its speed, so that curves of several rates stay apart where all losses are close to the least one.
/// </summary>
internal static class LossPlot
{
    private const double Width = 760;
    private const double Height = 480;

    /// <summary>Below this share of the first loss above the least one there is only rounding.</summary>
    private const double Rounding = 1e-15;

    internal static string Rounded(double rate) => Numerals.Number(rate, 3);

    /// <summary>Draws named curves.</summary>
    /// <param name="curves">The curves, the descent's own first.</param>
    /// <param name="least">The least loss of all coefficients; NaN where it is not known: then losses are drawn as they are.</param>
    /// <param name="title">The title.</param>
    /// <param name="steps">The largest step that is drawn.</param>
    /// <param name="factor">A diverging curve is drawn up to this many times the first loss.</param>
    internal static Drawing Draw(IReadOnlyList<LossCurve> curves, double least, string title = "Loss by step", double steps = double.PositiveInfinity,
        double factor = 1e4)
    {
        double first = curves[0].Points.Count > 0 ? curves[0].Points[0].Loss : double.NaN;

        // The least loss that was computed may be a rounding below the one that is known.
        double floor = double.IsNaN(least) ? 0
            : Math.Min(least, curves.Where(curve => !curve.IsDashed).SelectMany(curve => curve.Points)
            .Where(point => double.IsFinite(point.Loss)).Select(point => point.Loss).DefaultIfEmpty(least).Min());
        bool isAbove = !double.IsNaN(least);
        double smallest = isAbove ? Math.Max(Rounding * (first - floor), Math.ScaleB(Math.Abs(floor), -50)) : 0;
        (LossCurve Curve, (double Step, double Height)[] Places)[] drawn =
            [.. curves.Select(curve => (curve, Places(curve, curve.IsDashed ? 0 : floor, smallest, steps, factor * first)))];
        double[] heights = [.. drawn.SelectMany(curve => curve.Places).Select(place => place.Height)];
        double last = drawn.SelectMany(curve => curve.Places).Select(place => place.Step).DefaultIfEmpty(1).Max();
        (double low, double high) = heights.Length == 0 ? (0, 1) : (heights.Min(), heights.Max());
        double margin = Math.Max(0.04 * (high - low), 0.05);
        var y = new Axis(low - margin, high + margin);
        var x = new Axis(0, Math.Max(1, last));
        var drawing = new Drawing(Width, Height, title);
        var frame = new Frame(drawing, x, y, ("step", isAbove ? "loss above the least" : "loss"),
            new FrameLook { YTicks = Ticks(y), LegendLines = Frame.LegendLines(curves.Select(curve => curve.Name), Width) });
        frame.Legend([.. drawn
            .Select((curve, k) => (Name(curve.Curve, isAbove), InkOf(k), curve.Curve.IsDashed || k >= Ink.Curves.Count))]);
        frame.Open();
        for (int k = 0; k < drawn.Length; k++)
        {
            frame.Line(drawn[k].Places, InkOf(k), 2.2, drawn[k].Curve.IsDashed || k >= Ink.Curves.Count);
        }

        frame.Close();
        return drawing;
    }

    /// <summary>The loss of held-out rows may be below the least one of the others, and is drawn as it is.</summary>
    private static string Name(LossCurve curve, bool isAbove) => curve.IsDashed && isAbove ? $"{curve.Name} (the loss itself)" : curve.Name;

    private static Ink InkOf(int k) => Ink.Curves[k % Ink.Curves.Count];

    private static (double Step, double Height)[] Places(LossCurve curve, double floor, double smallest, double steps, double most) =>
        [.. curve.Points.TakeWhile(point => double.IsFinite(point.Loss) && point.Loss < most && point.Step <= steps)
            .TakeWhile(point => point.Loss - floor > smallest).Select(point => ((double)point.Step, Math.Log10(point.Loss - floor)))];

    /// <summary>Powers of ten; within few of them 1, 2 and 5 times.</summary>
    private static Tick[] Ticks(Axis axis)
    {
        int from = (int)Math.Floor(axis.Min), to = (int)Math.Ceiling(axis.Max), every = Math.Max(1, (int)Math.Ceiling((to - from) / 8.0));
        int[] mantissas = axis.Span < 1.2 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : axis.Span < 2.5 ? [1, 2, 5] : [1];
        return [.. Enumerable.Range(0, ((to - from) / every) + 1)
            .SelectMany(k => mantissas.Select(m => (Power: from + (k * every), Mantissa: m)))
            .Select(tick => new Tick(tick.Power + Math.Log10(tick.Mantissa), Label(tick.Mantissa, tick.Power)))
            .Where(tick => tick.Value >= axis.Min && tick.Value <= axis.Max)];
    }

    /// <summary>Powers of ten that would be long are written as such.</summary>
    private static string Label(int mantissa, int power)
    {
        if (Math.Abs(power) < 4)
        {
            return (mantissa * Math.Pow(10, power)).ToString("0.####", CultureInfo.InvariantCulture);
        }

        IEnumerable<char> digits = Math.Abs(power).ToString(CultureInfo.InvariantCulture).Select(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']);
        return $"{(mantissa == 1 ? "" : $"{mantissa}·")}10{(power < 0 ? "⁻" : "")}{string.Concat(digits)}";
    }
}
