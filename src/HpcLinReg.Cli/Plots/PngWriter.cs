using SkiaSharp;

namespace HpcLinReg.Cli.Plots;

/// <summary>
/// Writes a drawing as PNG, in light colours and at twice its size in pixels, with a font of the tool's own: no machine lacks it.
/// </summary>
internal static class PngWriter
{
    private const int Scale = 2;

    private static readonly Lazy<SKTypeface> Font = new(() =>
        SKTypeface.FromStream(typeof(PngWriter).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!));

    internal static byte[] Write(Drawing drawing)
    {
        using var surface = SKSurface.Create(new SKImageInfo((int)(Scale * drawing.Width), (int)(Scale * drawing.Height)));
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(SKColor.Parse(Ink.Ground.Light));
        canvas.Scale(Scale);
        foreach ((Shape shape, Drawing.Clip? clip) in drawing.Shapes)
        {
            canvas.Save();
            if (clip is not null)
            {
                canvas.ClipRect(SKRect.Create((float)clip.X, (float)clip.Y, (float)clip.Width, (float)clip.Height));
            }

            Draw(canvas, shape);
            canvas.Restore();
        }

        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void Draw(SKCanvas canvas, Shape shape)
    {
        switch (shape)
        {
            case LineShape line:
                Draw(canvas, line);
                break;
            case AreaShape area:
                using (SKPaint paint = Paint(area.Ink, area.Opacity))
                {
                    paint.IsAntialias = false;
                    foreach ((double x, double y, double width, double height) in area.Areas)
                    {
                        canvas.DrawRect((float)x, (float)y, (float)width, (float)height, paint);
                    }
                }

                break;
            case DotShape dot:
                using (SKPaint paint = Paint(dot.Ink, dot.Opacity))
                {
                    canvas.DrawCircle((float)dot.X, (float)dot.Y, (float)dot.Radius, paint);
                }

                break;
            case TextShape text:
                Draw(canvas, text);
                break;
        }
    }

    private static void Draw(SKCanvas canvas, LineShape line)
    {
        using SKPaint paint = Paint(line.Ink, line.Opacity);
        (paint.Style, paint.StrokeWidth, paint.StrokeJoin) = (SKPaintStyle.Stroke, (float)line.Width, SKStrokeJoin.Round);
        using SKPathEffect? dashes = line.IsDashed ? SKPathEffect.CreateDash([6, 4], 0) : null;
        paint.PathEffect = dashes;
        using var path = new SKPath();
        bool isOpen = false;
        foreach ((double x, double y) in line.Places)
        {
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                isOpen = false;
            }
            else if (isOpen)
            {
                path.LineTo(Pixel(x), Pixel(y));
            }
            else
            {
                path.MoveTo(Pixel(x), Pixel(y));
                isOpen = true;
            }
        }

        canvas.DrawPath(path, paint);
    }

    private static void Draw(SKCanvas canvas, TextShape text)
    {
        using var font = new SKFont(Font.Value, (float)text.Size) { Embolden = text.IsBold };
        using SKPaint paint = Paint(text.Ink, 1);
        canvas.Translate((float)text.X, (float)text.Y);
        if (text.IsTurned)
        {
            canvas.RotateDegrees(-90);
        }

        SKTextAlign align =
            text.End switch { TextEnd.Middle => SKTextAlign.Center, TextEnd.End => SKTextAlign.Right, _ => SKTextAlign.Left };
        canvas.DrawText(text.Text, 0, 0, align, font, paint);
    }

    private static float Pixel(double value) => (float)Math.Clamp(value, -20000, 20000);

    private static SKPaint Paint(Ink ink, double opacity) =>
        new() { Color = SKColor.Parse(ink.Light).WithAlpha((byte)Math.Round(255 * opacity)), IsAntialias = true };
}
