using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Cli.Plots;

/// <summary>The axes of a picture: they turn values into places, and draw ticks, names and the title so that none overlaps.</summary>
internal sealed class Frame
{
    private const double TitleSize = 15;
    private const double NameSize = 13;
    private const double LabelSize = 12;
    private const double Edge = 18;
    private const double LineHeight = 18;

    private readonly Drawing _drawing;
    private readonly List<(double Left, double Top, double Right, double Bottom)> _labels = [];

    /// <summary>Draws axes that fill a drawing.</summary>
    /// <param name="drawing">What to draw on.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="names">The names of the axes.</param>
    /// <param name="look">Further choices.</param>
    internal Frame(Drawing drawing, Axis x, Axis y, (string X, string Y) names, FrameLook? look = null)
    {
        look ??= new FrameLook();
        (_drawing, X, Y) = (drawing, x, y);
        Top = 34 + (look.LegendLines * LineHeight);
        Base = drawing.Height - 50;
        Right = drawing.Width - Edge - look.RightRoom;
        Tick[] up = look.YTicks ?? Fitting(y, Base - Top, (_, step) => 2 * LabelSize / step);
        Left = 46 + (look.NamesOfRows ?? up.Select(tick => tick.Label))
            .Select(label => Drawing.WidthOf(label, LabelSize)).DefaultIfEmpty(0).Max();
        Left = Math.Min(Left, 0.45 * drawing.Width);
        Tick[] across = look.XTicks
            ?? Fitting(x, Right - Left, (longest, step) => (Drawing.WidthOf(new string('0', longest), LabelSize) + 14) / step);
        Draw(up, across, names, drawing.Title);
    }

    internal Axis X { get; }

    internal Axis Y { get; }

    internal double Left { get; }

    internal double Top { get; }

    internal double Right { get; }

    internal double Base { get; }

    /// <summary>Shapes that follow are cut off at the axes until <see cref="Close"/>.</summary>
    internal void Open() => _drawing.Within(new Drawing.Clip(Left, Top, Right - Left, Base - Top));

    internal void Close() => _drawing.Within(null);

    internal (double X, double Y) Place(double x, double y) => (PixelX(x), PixelY(y));

    internal double PixelX(double x) => Left + ((x - X.Min) / X.Span * (Right - Left));

    internal double PixelY(double y) => Base - ((y - Y.Min) / Y.Span * (Base - Top));

    /// <summary>Draws a line through values.</summary>
    internal void Line(IEnumerable<(double X, double Y)> values, Ink ink, double width = 1.5, bool isDashed = false, double opacity = 1) =>
        _drawing.Add(new LineShape([.. values.Select(value => Place(value.X, value.Y))], ink, width, isDashed, opacity));

    /// <summary>Draws a straight line y = slope·x + intercept across the picture.</summary>
    internal void Straight(double slope, double intercept, Ink ink, bool isDashed = false, double width = 1.5) =>
        Line([(X.Min, (slope * X.Min) + intercept), (X.Max, (slope * X.Max) + intercept)], ink, width, isDashed);

    /// <summary>Draws a point of the data.</summary>
    internal void Dot(double x, double y, long row, Ink ink, double radius = 3, double opacity = 0.75) =>
        _drawing.Add(new DotShape(PixelX(x), PixelY(y), radius, ink, opacity, x, y, row));

    /// <summary>Writes beside a place within the axes; nothing where other such words stand already.</summary>
    internal void Label(double x, double y, string text, Ink ink)
    {
        (double px, double py) = Place(x, y);
        double width = Drawing.WidthOf(text, LabelSize);
        bool isLeft = px + 8 + width > Right;
        double left = isLeft ? px - 8 - width : px + 8, middle = Math.Clamp(py, Top + LabelSize, Base - LabelSize);
        (double Left, double Top, double Right, double Bottom) box = (left, middle - LabelSize, left + width, middle + (LabelSize / 2));
        if (!(px >= Left && px <= Right && py >= Top && py <= Base)
            || _labels.Any(other => other.Left < box.Right && left < other.Right && other.Top < box.Bottom && box.Top < other.Bottom))
        {
            return;
        }

        _labels.Add(box);
        _drawing.Add(new TextShape(left, middle + 4, text, ink, LabelSize));
    }

    /// <summary>Draws the legend above the axes, line by line; an entry without ink is a note.</summary>
    internal void Legend(IReadOnlyList<(string Text, Ink? Ink, bool IsDashed)> entries)
    {
        double left = Left, top = 34 + 6;
        foreach ((string text, Ink? ink, bool isDashed) in entries)
        {
            double width = 34 + Drawing.WidthOf(text, LabelSize) + 16;
            if (left + width > Right + 16 && left > Left)
            {
                (left, top) = (Left, top + LineHeight);
            }

            if (ink is not null)
            {
                _drawing.Add(new LineShape([(left, top), (left + 26, top)], ink, 2.5, isDashed));
            }

            _drawing.Add(new TextShape(ink is null ? left : left + 32, top + 4, text, Ink.Text, LabelSize));
            left += width;
        }
    }

    /// <summary>Returns how many lines a legend of these texts takes in a picture of some width.</summary>
    internal static int LegendLines(IEnumerable<string> texts, double width)
    {
        double room = width - 120, left = 0;
        int lines = 1;
        foreach (string text in texts)
        {
            double entry = 50 + Drawing.WidthOf(text, LabelSize);
            if (left > 0 && left + entry > room)
            {
                (left, lines) = (0, lines + 1);
            }

            left += entry;
        }

        return lines;
    }

    /// <summary>As many ticks as labels have room beside each other.</summary>
    private static Tick[] Fitting(Axis axis, double length, Func<int, double, double> share)
    {
        for (int about = 9; about > 2; about--)
        {
            Tick[] ticks = axis.Ticks(about);
            int longest = ticks.Select(tick => tick.Label.Length).DefaultIfEmpty(1).Max();
            if (ticks.Length < 2 || share(longest, length / ticks.Length) <= 1)
            {
                return ticks;
            }
        }

        return axis.Ticks(2);
    }

    private void Draw(Tick[] up, Tick[] across, (string X, string Y) names, string title)
    {
        foreach (Tick tick in across)
        {
            _drawing.Add(new LineShape([(PixelX(tick.Value), Top), (PixelX(tick.Value), Base)], Ink.Grid, 1));
            double half = Drawing.WidthOf(tick.Label, LabelSize) / 2, place = Math.Clamp(PixelX(tick.Value), half, _drawing.Width - half);
            _drawing.Add(new TextShape(place, Base + 17, tick.Label, Ink.Quiet, LabelSize, TextEnd.Middle));
        }

        foreach (Tick tick in up)
        {
            _drawing.Add(new LineShape([(Left, PixelY(tick.Value)), (Right, PixelY(tick.Value))], Ink.Grid, 1));
            _drawing.Add(new TextShape(Left - 7, PixelY(tick.Value) + 4, tick.Label, Ink.Quiet, LabelSize, TextEnd.End));
        }

        _drawing.Add(new LineShape([(Left, Top), (Left, Base), (Right, Base)], Ink.Quiet, 1));
        _drawing.Add(new TextShape(Left, 22, Cut(title, Right - Left, TitleSize), Ink.Text, TitleSize, IsBold: true));
        _drawing.Add(new TextShape((Left + Right) / 2, Base + 38, Cut(names.X, Right - Left, NameSize), Ink.Text, NameSize,
            TextEnd.Middle));
        _drawing.Add(new TextShape(18, (Top + Base) / 2, Cut(names.Y, Base - Top, NameSize), Ink.Text, NameSize, TextEnd.Middle,
            IsTurned: true));
    }

    private static string Cut(string text, double room, double size)
    {
        int most = Math.Max(4, (int)(room / Drawing.WidthOf("0", size)));
        return text.Length <= most ? text : $"{text[..(most - 1)]}…";
    }
}
