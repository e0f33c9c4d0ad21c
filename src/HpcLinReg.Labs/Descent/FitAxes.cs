using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Descent;

/// <summary>The axes of the picture of data and line.</summary>
public static class FitAxes
{
    /// <summary>Lines of a descent that diverges are within the picture up to this many times the first loss.</summary>
    private const double FarthestLoss = 30;

    /// <summary>
    /// The points, the best line, the start and every line of a descent that ends; of one that diverges, the lines near the start.
    /// </summary>
    /// <param name="lab">The lab.</param>
    public static (Axis X, Axis Y) Of(DescentLab lab)
    {
        PointSet data = lab.State.Data;
        var x = Axis.Around(data.Points.Select(point => point.X));
        List<double> heights = [.. data.Points.Select(point => point.Y)];
        void Add(double slope, double intercept)
        {
            foreach (double height in (double[])[(slope * x.Min) + intercept, (slope * x.Max) + intercept])
            {
                if (DataPoint.IsUsable(height))
                {
                    heights.Add(height);
                }
            }
        }

        if (lab.Surface is { } surface)
        {
            (double slope, double intercept) = lab.Coordinates.ToLine(surface.BestSlope, surface.BestIntercept);
            Add(slope, intercept);
        }

        Add(lab.State.StartSlope, lab.State.StartIntercept);
        if (lab.Trace is { } trace)
        {
            double first = trace.Points[0].Loss;
            foreach ((_, TracePoint point) in trace.WayTo(trace.Last).TakeWhile(at => at.Point.Loss <= FarthestLoss * first))
            {
                Add(point.Slope, point.Intercept);
            }
        }

        return (x, Axis.Around(heights));
    }
}
