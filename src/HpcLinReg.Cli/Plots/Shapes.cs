namespace HpcLinReg.Cli.Plots;

/// <summary>Something in a picture, in pixels from its upper left corner.</summary>
internal abstract record Shape;

/// <summary>A line through places, closed or not; a place that is NaN interrupts it.</summary>
internal sealed record LineShape(IReadOnlyList<(double X, double Y)> Places, Ink Ink, double Width = 1.5, bool IsDashed = false,
    double Opacity = 1) : Shape;

/// <summary>Rectangles, filled alike.</summary>
internal sealed record AreaShape(IReadOnlyList<(double X, double Y, double Width, double Height)> Areas, Ink Ink, double Opacity = 1)
    : Shape;

/// <summary>A point of the data. Its numbers stand in the SVG as they are, for programs and tests.</summary>
internal sealed record DotShape(double X, double Y, double Radius, Ink Ink, double Opacity, double ValueX, double ValueY, long Row) : Shape;

/// <summary>Text; turned text reads upwards.</summary>
internal sealed record TextShape(double X, double Y, string Text, Ink Ink, double Size, TextEnd End = TextEnd.Start, bool IsTurned = false,
    bool IsBold = false) : Shape;

/// <summary>Which part of a text stands at its place.</summary>
internal enum TextEnd
{
    /// <summary>Its beginning.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Middle,

    /// <summary>Its end.</summary>
    End,
}
