namespace HpcLinReg.Labs.Plots;

/// <summary>The mapping of values to a picture: its size in CSS pixels, the room around the axes, and the stretches they show.</summary>
/// <param name="Width">The picture's width.</param>
/// <param name="Height">The picture's height.</param>
/// <param name="Left">Room for the labels of y.</param>
/// <param name="Bottom">Room for the labels of x.</param>
/// <param name="X">What the horizontal axis shows.</param>
/// <param name="Y">What the vertical axis shows.</param>
public sealed record PlotArea(double Width, double Height, double Left, double Bottom, Axis X, Axis Y)
{
    private const double Edge = 14;

    /// <summary>Gets the right end of the plot.</summary>
    public double Right => Width - Edge;

    /// <summary>Gets the upper end of the plot.</summary>
    public double Top => Edge;

    /// <summary>Gets the lower end of the plot.</summary>
    public double Base => Height - Bottom;

    /// <summary>Gets the length of the horizontal axis.</summary>
    public double InnerWidth => Right - Left;

    /// <summary>Gets the length of the vertical axis.</summary>
    public double InnerHeight => Base - Top;

    /// <summary>The horizontal place of a value, kept within what a browser draws without harm.</summary>
    public double PixelX(double x) => Within(Left + ((x - X.Min) / X.Span * InnerWidth));

    /// <summary>The vertical place of a value.</summary>
    public double PixelY(double y) => Within(Base - ((y - Y.Min) / Y.Span * InnerHeight));

    /// <summary>The value at a horizontal place, within the axis, rounded to what a pixel can tell.</summary>
    public double ValueX(double pixel) =>
        Rounded(Math.Clamp(X.Min + ((pixel - Left) / InnerWidth * X.Span), X.Min, X.Max), X.Span / InnerWidth);

    /// <summary>The value at a vertical place.</summary>
    public double ValueY(double pixel) =>
        Rounded(Math.Clamp(Y.Min + ((Base - pixel) / InnerHeight * Y.Span), Y.Min, Y.Max), Y.Span / InnerHeight);

    /// <summary>A horizontal place, moved into the plot where it lies outside of it or nearer than some room to its ends.</summary>
    public double WithinX(double pixel, double room) => Math.Clamp(pixel, Left + room, Math.Max(Left + room, Right - room));

    /// <summary>A vertical place, moved into the plot where it lies outside of it or nearer than some room to its ends.</summary>
    public double WithinY(double pixel, double room) => Math.Clamp(pixel, Top + room, Math.Max(Top + room, Base - room));

    /// <summary>The value a number of pixels right of (above) another one: a step of the keyboard, which the axis does not end.</summary>
    public double MovedX(double x, double pixels) => Rounded(x + (pixels * X.Span / InnerWidth), X.Span / InnerWidth);

    /// <summary>The value a number of pixels above another one.</summary>
    public double MovedY(double y, double pixels) => Rounded(y + (pixels * Y.Span / InnerHeight), Y.Span / InnerHeight);

    /// <summary>
    /// A straight line across the plot as a path, cut where it leaves the neighbourhood of what is shown; empty when it never comes near.
    /// </summary>
    /// <param name="slope">Its slope.</param>
    /// <param name="intercept">Its intercept.</param>
    /// <param name="part">The part of the horizontal axis it is drawn over; all of it by default.</param>
    public string Line(double slope, double intercept, Axis? part = null)
    {
        (double from, double to) = part is { } stretch ? (stretch.Min, stretch.Max) : (X.Min, X.Max);
        if (slope != 0)
        {
            double low = (Y.Min - Y.Span - intercept) / slope, high = (Y.Max + Y.Span - intercept) / slope;
            from = Math.Max(from, Math.Min(low, high));
            to = Math.Min(to, Math.Max(low, high));
        }

        return from > to ? ""
            : SvgText.Path([(PixelX(from), PixelY((slope * from) + intercept)), (PixelX(to), PixelY((slope * to) + intercept))]);
    }

    /// <summary>
    /// The value of fewest digits that a pixel cannot tell from the given one: a dragged point gets 2.35, not 2.3499999046, so that
    /// tables and links stay short.
    /// </summary>
    internal static double Rounded(double value, double pixel)
    {
        int decimals = -(int)Math.Floor(Math.Log10(pixel));
        if (decimals is >= 0 and <= 15)
        {
            return Math.Round(value, decimals) + 0.0;
        }

        double unit = Math.Pow(10, -decimals);
        double rounded = Math.Round(value / unit) * unit;
        return double.IsFinite(rounded) ? rounded : value;
    }

    private static double Within(double pixel) => double.IsNaN(pixel) ? 0 : Math.Clamp(pixel, -20000, 20000);
}
