using HpcLinReg.Cli.Chapter;
using ScottPlot;
using SkiaSharp;

namespace HpcLinReg.Cli.Plots;

/// <summary>The chapter's picture: losses of four rates, and beside them the way from side to side down the valley.</summary>
internal static class ChapterPicture
{
    private const int Height = 480;
    private const int LossWidth = 680;
    private const int Width = 1200;

    /// <summary>The number of steps shown: the first ones, in which the loss falls.</summary>
    private const long Steps = 50;
    private const double Factor = 30;

    /// <summary>Returns the picture as SVG in UTF-8.</summary>
    internal static byte[] Svg(ChapterRun run)
    {
        (string Name, DescentResult Descent)[] descents = [("slow", run.Slow), ("1/λmax", run.Descent), ("swinging", run.Swinging), ("diverging", run.Diverging)];
        Plot loss = LossPlot.Draw([.. descents.Select(curve => LossCurve.Of($"{curve.Name}: rate {LossPlot.Rounded(curve.Descent.Rate)}", curve.Descent.History))], Steps, Factor);
        loss.Title("The loss by step, for four rates");
        Plot way = PathPlot.Draw(run.Closed, run.SwingingWay, "weight w", "intercept b");
        way.Title("The way down: swinging across the valley");
        // Not straight into a file: the drawing library ends the process when a write fails.
        using MemoryStream svg = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), svg))
        {
            Render(loss, canvas, 0, LossWidth);
            Render(way, canvas, LossWidth, Width);
        }

        return svg.ToArray();
    }

    /// <summary>A plot clears all of the canvas that it can reach.</summary>
    private static void Render(Plot plot, SKCanvas canvas, int left, int right)
    {
        canvas.Save();
        canvas.ClipRect(new SKRect(left, 0, right, Height));
        plot.Render(canvas, new PixelRect(left, right, Height, 0));
        canvas.Restore();
    }
}
