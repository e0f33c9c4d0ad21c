namespace HpcLinReg.Labs.Points;

/// <summary>One observation: where it is, and what was seen there.</summary>
public readonly record struct DataPoint(double X, double Y)
{
    /// <summary>
    /// The largest value a lab takes. Sums of squares of 2,000 such values and their products stay far within the range of double,
    /// so nothing a visitor types can overflow a picture or a fit.
    /// </summary>
    public const double Largest = 1e100;

    /// <summary>Returns whether a value can be drawn and fitted.</summary>
    public static bool IsUsable(double value) => Math.Abs(value) <= Largest;
}
