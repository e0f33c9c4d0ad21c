namespace HpcLinReg.Labs.Descent;

/// <summary>
/// The coordinates a descent runs in: u = (x − shift) / scale. Standardized, u has mean 0 and mean square 1, and the narrow valley of the
/// loss becomes a round bowl.
/// </summary>
public readonly record struct Coordinates(double Shift, double Scale)
{
    /// <summary>x itself.</summary>
    public static Coordinates Plain { get; } = new(0, 1);

    /// <summary>Of some x: plain or standardized. Without a spread there is nothing to scale by.</summary>
    public static Coordinates Of(double[] x, bool standardize)
    {
        if (!standardize || x.Length == 0)
        {
            return Plain;
        }

        var accumulator = new MomentsAccumulator(1);
        accumulator.Add(new MatrixSpan<double>(x, 1));
        var moments = accumulator.ToMoments();
        double deviation = Math.Sqrt(moments.CrossProducts[0] / x.Length);
        return new Coordinates(moments.Means[0], deviation > 0 ? deviation : 1);
    }

    /// <summary>x in these coordinates.</summary>
    public double[] Of(double[] x)
    {
        (double shift, double scale) = (Shift, Scale);
        return [.. x.Select(value => (value - shift) / scale)];
    }

    /// <summary>The line y = wx + b in these coordinates.</summary>
    public (double Slope, double Intercept) FromLine(double slope, double intercept) => (slope * Scale, intercept + (slope * Shift));

    /// <summary>The line in x that a place in these coordinates is.</summary>
    public (double Slope, double Intercept) ToLine(double slope, double intercept) => (slope / Scale, intercept - (slope / Scale * Shift));
}
