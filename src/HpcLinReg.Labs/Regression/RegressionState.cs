using System.Collections.Immutable;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Regression;

/// <summary>Everything the regression laboratory shows follows from this; it is what a link carries and what undo brings back.</summary>
/// <param name="Data">The points.</param>
/// <param name="Slope">w of the visitor's line.</param>
/// <param name="Intercept">b of the visitor's line.</param>
/// <param name="X">What the horizontal axis shows.</param>
/// <param name="Y">What the vertical axis shows.</param>
public sealed record RegressionState(PointSet Data, double Slope, double Intercept, Axis X, Axis Y)
{
    /// <summary>The highest degree of a polynomial.</summary>
    public const int HighestDegree = 8;

    /// <summary>The exponents of ten between which the ridge penalty is set; below the lowest there is none.</summary>
    public const int LowestRidgeExponent = -6, HighestRidgeExponent = 4;

    /// <summary>Gets the degree of the fitted polynomial, 1 to 8.</summary>
    public int Degree { get; init; } = 1;

    /// <summary>Gets λ, the weight of the squared coefficients.</summary>
    public double Ridge { get; init; }

    /// <summary>Gets whether residuals are drawn as squares.</summary>
    public bool Squares { get; init; }

    /// <summary>Gets whether the best fit is drawn faintly beside the visitor's line.</summary>
    public bool BestFit { get; init; } = true;

    /// <summary>Gets whether points are as large as their leverage.</summary>
    public bool Leverage { get; init; } = true;

    /// <summary>Gets whether the best fit has its confidence and prediction bands.</summary>
    public bool Bands { get; init; }

    /// <summary>Gets whether some points are held out of the fit to test it.</summary>
    public bool Test { get; init; }

    /// <summary>A start from points and a line, with axes around the points, and around the residuals of a preset's line.</summary>
    public static RegressionState Start(PointSet data, double slope, double intercept)
    {
        IEnumerable<double> up = data.Points.Select(point => point.Y);
        if (Presets.Find(data.Preset) is { } preset)
        {
            up = up.Concat(data.Points.Select(point => (preset.Slope * point.X) + preset.Intercept));
        }

        return new(data, slope, intercept, Axis.Around(data.Points.Select(point => point.X)), Axis.Around(up));
    }

    /// <summary>A start from a preset.</summary>
    public static RegressionState Start(Preset preset) => Start(preset.ToPointSet(), preset.Slope, preset.Intercept);

    /// <summary>The visitor's line at x.</summary>
    public double LineAt(double x) => (Slope * x) + Intercept;

    /// <summary>Returns the state with other points, and axes wide enough for them.</summary>
    public RegressionState WithPoints(ImmutableArray<DataPoint> points) => this with { Data = Data.With(points) };

    /// <summary>Returns the state with axes that show every point.</summary>
    public RegressionState WithRoom()
    {
        (Axis x, Axis y) = (X, Y);
        foreach (DataPoint point in Data.Points)
        {
            (x, y) = (x.Including(point.X), y.Including(point.Y));
        }

        return this with { X = x, Y = y };
    }

    /// <summary>Returns the state with another line; null when its numbers are too large to draw.</summary>
    public RegressionState? WithLine(double slope, double intercept) =>
        DataPoint.IsUsable(slope) && DataPoint.IsUsable(intercept) ? this with { Slope = slope, Intercept = intercept } : null;
}
