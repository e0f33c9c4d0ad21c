using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Labs.Descent;

/// <summary>
/// The mean squared error of a line over all (w, b), from the engine's moments of [u | y]: with ū, ȳ the means,
/// L(w, b) = (b + wū − ȳ)² + V(y) − 2wC(u, y) + w²V(u). Its level lines are ellipses.
/// </summary>
public sealed class LossSurface
{
    private readonly double _meanX, _meanY, _varianceX, _varianceY, _covariance;

    /// <summary>Of points in the coordinates the descent runs in.</summary>
    public LossSurface(double[] x, double[] y)
    {
        var accumulator = new MomentsAccumulator(2);
        accumulator.Add(new MatrixSpan<double>(x, 1), y);
        var moments = accumulator.ToMoments();
        double n = moments.Count;
        (_meanX, _meanY) = (moments.Means[0], moments.Means[1]);
        (_varianceX, _covariance, _varianceY) = (moments.CrossProducts[0] / n, moments.CrossProducts[1] / n, moments.CrossProducts[3] / n);
        HasOneMinimum = _varianceX > 0;
        BestSlope = HasOneMinimum ? _covariance / _varianceX : 0;
        BestIntercept = _meanY - (BestSlope * _meanX);
        Least = Math.Max(0, _varianceY - (BestSlope * _covariance));
    }

    /// <summary>Gets whether the bowl has a lowest point; a valley without one has no κ either.</summary>
    public bool HasOneMinimum { get; }

    /// <summary>Gets w of the minimum.</summary>
    public double BestSlope { get; }

    /// <summary>Gets b of the minimum.</summary>
    public double BestIntercept { get; }

    /// <summary>Gets the loss of the minimum.</summary>
    public double Least { get; }

    /// <summary>Gets the larger eigenvalue of the Hessian 2·[[mean u², ū], [ū, 1]].</summary>
    public double LargestCurvature
    {
        get
        {
            double half = ((MeanSquare + 1) / 2) - 1;
            return 2 * (half + 1 + Math.Sqrt((half * half) + (_meanX * _meanX)));
        }
    }

    /// <summary>Gets λmax/λmin of the Hessian; infinite for a valley without a lowest point. λmaxλmin = 4V(u).</summary>
    public double Condition => LargestCurvature * LargestCurvature / (4 * _varianceX);

    /// <summary>Gets the mean of u; along the floor of the valley b falls by it when w rises by 1.</summary>
    public double MeanX => _meanX;

    private double MeanSquare => _varianceX + (_meanX * _meanX);

    /// <summary>The loss at (w, b).</summary>
    public double At(double slope, double intercept) => Least + Excess(slope, intercept);

    /// <summary>The loss at (w, b) above the least.</summary>
    public double Excess(double slope, double intercept)
    {
        double across = slope - BestSlope, along = intercept + (slope * _meanX) - _meanY;
        return (along * along) + (HasOneMinimum ? across * across * _varianceX : 0);
    }

    /// <summary>Axes that hold the level line through (w, b), and with it every descent that only goes down.</summary>
    public (Axis Slope, Axis Intercept) Around(double slope, double intercept)
    {
        double excess = Math.Max(Excess(slope, intercept), 0.05 * _varianceY);
        double size = excess > 0 ? Math.Sqrt(excess) : 1;
        if (!HasOneMinimum)
        {
            return (Axis.Around([slope - 2, slope + 2]),
                Axis.Around([_meanY - (slope * _meanX) - (1.5 * size), _meanY - (slope * _meanX) + (1.5 * size)]));
        }

        double across = size / Math.Sqrt(_varianceX), up = size * Math.Sqrt(((_meanX * _meanX) / _varianceX) + 1);
        return (Axis.Around([BestSlope - across, BestSlope + across]), Axis.Around([BestIntercept - up, BestIntercept + up]));
    }

    /// <summary>The line on which the loss is some amount above the least: u = w* + √(e/V)·cos t, b = ȳ − wū + √e·sin t.</summary>
    public IEnumerable<(double Slope, double Intercept)> Level(double excess, Axis slopes, int places)
    {
        double size = Math.Sqrt(excess);
        if (!HasOneMinimum)
        {
            // Two straight lines along the valley; NaN lifts the pen between them.
            return
            [
                (slopes.Min, _meanY - (slopes.Min * _meanX) + size), (slopes.Max, _meanY - (slopes.Max * _meanX) + size),
                (double.NaN, double.NaN),
                (slopes.Min, _meanY - (slopes.Min * _meanX) - size), (slopes.Max, _meanY - (slopes.Max * _meanX) - size),
            ];
        }

        double across = size / Math.Sqrt(_varianceX);
        return Enumerable.Range(0, places + 1).Select(k =>
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * k / places);
            double slope = BestSlope + (across * cosine);
            return (slope, _meanY - (slope * _meanX) + (size * sine));
        });
    }
}
