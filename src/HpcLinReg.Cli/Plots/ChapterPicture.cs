using HpcLinReg.Cli.Chapter;

namespace HpcLinReg.Cli.Plots;

/// <summary>The chapter's picture: losses of four rates, and beside them the way from side to side down the valley.</summary>
internal static class ChapterPicture
{
    /// <summary>The number of steps shown: the first ones, in which the loss falls.</summary>
    private const long Steps = 50;
    private const double Factor = 30;

    /// <summary>Draws the picture.</summary>
    internal static Drawing Draw(ChapterRun run)
    {
        (string Name, DescentResult Descent)[] descents = [("slow", run.Slow), ("1/λmax", run.Descent), ("swinging", run.Swinging), ("diverging", run.Diverging)];
        LossCurve[] curves = [.. descents.Select(curve => LossCurve.Of($"{curve.Name}: rate {LossPlot.Rounded(curve.Descent.Rate)}", curve.Descent.History))];
        Drawing loss = LossPlot.Draw(curves, run.Closed.ResidualSumOfSquares / run.Closed.RowCount, "The loss by step, for four rates", Steps, Factor);
        Drawing way = PathPlot.Draw(run.Closed, run.SwingingWay, "weight w", "intercept b", "The way down: swinging across the valley");
        var both = new Drawing(loss.Width + way.Width, Math.Max(loss.Height, way.Height), "The loss by step for four rates, and the way down");
        both.Add(loss, 0, 0);
        both.Add(way, loss.Width, 0);
        return both;
    }
}
