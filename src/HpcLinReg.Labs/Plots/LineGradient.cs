namespace HpcLinReg.Labs.Plots;

/// <summary>The gradient of a line's loss as a page shows it.</summary>
public static class LineGradient
{
    /// <summary>
    /// Returns the gradient with 0 in place of what rounding alone can make of it: at the best line residuals cancel, and the sum of their
    /// rounding errors says nothing. The bound of (2/n) Σ (wx + b − y)·x is n·ε times the same sum of sizes.
    /// </summary>
    public static (double Slope, double Intercept) WithoutRounding(double[] x, double[] y, double slope, double intercept,
        double slopeGradient,
        double interceptGradient)
    {
        double ofSlope = 0, ofIntercept = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double size = Math.Abs(slope * x[i]) + Math.Abs(intercept) + Math.Abs(y[i]);
            ofIntercept += 2 * size / x.Length;
            ofSlope += 2 * size * Math.Abs(x[i]) / x.Length;
        }

        return (Numerals.WithoutRounding(slopeGradient, ofSlope, x.Length),
            Numerals.WithoutRounding(interceptGradient, ofIntercept, x.Length));
    }
}
