using System.Globalization;
using HpcLinReg.Benchmarks.Compare;
using ScottPlot;

namespace HpcLinReg.Benchmarks.Report;

/// <summary>Results as pictures.</summary>
internal static class Plots
{
    private static readonly string[] Passes = ["predict", "residuals", "transposeMultiply", "gradient", "gram", "fit"];

    internal static void Write(Results results, string folder)
    {
        Roofline(results.Levels[0].Kernels).SaveSvg(Path.Combine(folder, "roofline.svg"), 900, 480);
        if (results.Contests.Length > 0)
        {
            Peers(results.Contests, out int height).SaveSvg(Path.Combine(folder, "peers.svg"), 900, height);
        }

        if (results.Levels.Count > 1)
        {
            Levels(results.Levels).SaveSvg(Path.Combine(folder, "levels.svg"), 1300, 480);
        }
    }

    /// <summary>Each kernel's share of its limit over the number of columns, on a logarithmic axis.</summary>
    private static Plot Roofline(KernelResult[] kernels)
    {
        var plot = new Plot();
        foreach (string name in Passes)
        {
            KernelResult[] points = [.. kernels.Where(kernel => kernel.Kernel == name && kernel.Type == "double" && kernel.Threads == 1).OrderBy(kernel => kernel.Columns)];
            if (points.Length > 0)
            {
                ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
                    points.Select(point => Math.Log10(point.Columns)).ToArray(), points.Select(point => 100 * (point.Share ?? 0)).ToArray());
                line.LegendText = name;
                line.LineWidth = 2;
                line.MarkerSize = 6;
            }
        }

        int[] columns = [.. kernels.Where(kernel => Passes.Contains(kernel.Kernel)).Select(kernel => kernel.Columns).Distinct().Order()];
        plot.Axes.Bottom.SetTicks([.. columns.Select(d => Math.Log10(d))], [.. Labels(columns)]);
        plot.Axes.SetLimitsY(0, 115);
        plot.Title("Share of the nearer limit, double, one thread");
        plot.XLabel("columns d");
        plot.YLabel("% of read bandwidth or peak multiply-adds");
        plot.ShowLegend(Alignment.LowerRight, Orientation.Horizontal);
        return plot;
    }

    /// <summary>One bar for each task and peer: the median ratio over its shapes, on a logarithmic axis where 1 is as fast.</summary>
    private static Plot Peers(ContestResult[] contests, out int height)
    {
        var plot = new Plot();
        (string Label, double Ratio)[] bars = [.. contests
            .GroupBy(contest => (contest.Task, contest.Peer))
            .Select(group => ($"{group.Key.Task}: {group.Key.Peer}", group.Select(contest => contest.Ratio).Order().ElementAt(group.Count() / 2)))
            .Reverse()];
        for (int i = 0; i < bars.Length; i++)
        {
            ScottPlot.Plottables.BarPlot bar = plot.Add.Bar(i, Math.Log10(bars[i].Ratio));
            bar.Horizontal = true;
            bar.Color = bars[i].Ratio >= 1 ? Colors.SteelBlue : Colors.DarkOrange;
            bar.Bars[0].Label = bars[i].Ratio.ToString("G3", CultureInfo.InvariantCulture);
        }

        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, bars.Length).Select(i => (double)i)], [.. bars.Select(bar => bar.Label)]);
        double[] decades = [-1, 0, 1, 2, 3];
        plot.Axes.Bottom.SetTicks(decades, ["0.1", "1", "10", "100", "1000"]);
        plot.Axes.SetLimitsX(Math.Min(-0.3, bars.Min(bar => Math.Log10(bar.Ratio)) - 0.2), bars.Max(bar => Math.Log10(bar.Ratio)) + 0.4);
        plot.Add.VerticalLine(0, 1, Colors.Black);
        plot.Title("A peer's time over the engine's, median over shapes", 14);
        plot.HideGrid();
        height = 120 + (26 * bars.Length);
        return plot;
    }

    /// <summary>Time at each level of CPU features as a multiple of the time at the first, for the gradient and the Gram matrix.</summary>
    private static Plot Levels(IReadOnlyList<(string Level, KernelResult[] Kernels)> levels)
    {
        var plot = new Plot();
        (string Kernel, int Columns)[] cases = [.. levels[0].Kernels
            .Where(kernel => kernel.Kernel is "gradient" or "gram" && kernel.Type == "double" && kernel.Threads == 1)
            .Select(kernel => (kernel.Kernel, kernel.Columns))
            .OrderBy(pair => pair.Kernel, StringComparer.Ordinal).ThenBy(pair => pair.Columns)];
        double width = 0.8 / levels.Count;
        for (int level = 0; level < levels.Count; level++)
        {
            var bars = new List<Bar>();
            for (int i = 0; i < cases.Length; i++)
            {
                double Time(KernelResult[] kernels)
                {
                    KernelResult? found = Array.Find(kernels, kernel =>
                        kernel.Kernel == cases[i].Kernel && kernel.Columns == cases[i].Columns && kernel.Type == "double" && kernel.Threads == 1);
                    return found is null ? double.NaN : found.Milliseconds / found.Rows;
                }

                bars.Add(new Bar
                {
                    Position = i + (width * (level - ((levels.Count - 1) / 2.0))),
                    Value = Time(levels[level].Kernels) / Time(levels[0].Kernels),
                    Size = width,
                    FillColor = plot.Add.Palette.GetColor(level),
                });
            }

            ScottPlot.Plottables.BarPlot group = plot.Add.Bars(bars);
            group.LegendText = levels[level].Level;
        }

        plot.Axes.Bottom.SetTicks(
            [.. Enumerable.Range(0, cases.Length).Select(i => (double)i)],
            [.. cases.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Kernel}\n{pair.Columns}"))]);
        plot.Axes.SetLimitsY(0, double.NaN);
        plot.Axes.AutoScaleY();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top * 1.15);
        plot.Title("Time at each level of CPU features, relative to the first");
        plot.YLabel("times as long");
        plot.ShowLegend(Alignment.UpperLeft, Orientation.Horizontal);
        return plot;
    }

    /// <summary>The numbers, without those whose neighbour would cover them.</summary>
    private static IEnumerable<string> Labels(int[] columns)
    {
        double last = double.NegativeInfinity;
        foreach (int d in columns)
        {
            bool room = Math.Log10(d) - last > 0.1;
            last = room ? Math.Log10(d) : last;
            yield return room ? d.ToString(CultureInfo.InvariantCulture) : "";
        }
    }
}
