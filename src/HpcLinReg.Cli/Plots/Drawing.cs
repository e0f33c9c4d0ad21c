namespace HpcLinReg.Cli.Plots;

/// <summary>A picture as its shapes, from the first drawn to the last, which is written as SVG or as PNG.</summary>
/// <param name="width">The width in pixels.</param>
/// <param name="height">The height in pixels.</param>
/// <param name="title">What the picture shows, for those who do not see it.</param>
internal sealed class Drawing(double width, double height, string title)
{
    /// <summary>
    /// A letter of the fonts that browsers choose is about this share of its size wide, digits of the widest fonts included.
    /// </summary>
    private const double LetterWidth = 0.62;

    private readonly List<(Shape Shape, Clip? Clip)> _shapes = [];
    private Clip? _clip;

    internal double Width { get; } = width;

    internal double Height { get; } = height;

    internal string Title { get; } = title;

    internal IReadOnlyList<(Shape Shape, Clip? Clip)> Shapes => _shapes;

    /// <summary>Estimates the width of a text, for room and against overlaps.</summary>
    internal static double WidthOf(string text, double size) => LetterWidth * size * text.Length;

    internal void Add(Shape shape) => _shapes.Add((shape, _clip));

    /// <summary>Draws what follows within a rectangle only; null ends it.</summary>
    internal void Within(Clip? clip) => _clip = clip;

    /// <summary>Puts another drawing into this one.</summary>
    internal void Add(Drawing other, double left, double top)
    {
        foreach ((Shape shape, Clip? clip) in other._shapes)
        {
            _shapes.Add((Moved(shape, left, top), clip is null ? null : new Clip(clip.X + left, clip.Y + top, clip.Width, clip.Height)));
        }
    }

    private static Shape Moved(Shape shape, double left, double top) => shape switch
    {
        LineShape line => line with { Places = [.. line.Places.Select(place => (place.X + left, place.Y + top))] },
        AreaShape area => area with { Areas = [.. area.Areas.Select(part => (part.X + left, part.Y + top, part.Width, part.Height))] },
        DotShape dot => dot with { X = dot.X + left, Y = dot.Y + top },
        TextShape text => text with { X = text.X + left, Y = text.Y + top },
        _ => shape,
    };

    /// <summary>The rectangle that shapes are drawn within.</summary>
    internal sealed record Clip(double X, double Y, double Width, double Height);
}
