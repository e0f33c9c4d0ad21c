using System.Globalization;
using HpcLinReg.Cli.Plots;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cli.Plots;

/// <summary>What pictures of many rows are made of, and the colours they are made with.</summary>
public class CloudTests
{
    /// <summary>However values grow and shift, every point is counted once and memory stays.</summary>
    [Law(MaxTest = 30)]
    public void Every_point_is_counted(Seed seed)
    {
        var random = new Random(seed);
        var cloud = new Cloud();
        int points = random.Next(Cloud.MostPoints + 1, 20000);
        double growth = Math.Pow(10, random.NextDouble() * 0.004);
        double scale = 1;
        for (int i = 0; i < points; i++, scale *= growth)
        {
            cloud.Add((random.NextDouble() - 0.3) * scale, random.NextDouble() - scale, i, 1);
        }

        Assert.True(cloud.IsDensity);
        Assert.Empty(cloud.Points);
        Assert.Equal(points, cloud.Counted);
    }

    /// <summary>The ranks of a histogram's cells are those of the values, to half a cell.</summary>
    [Law(MaxTest = 20)]
    public void Ranks_are_those_of_the_values(Seed seed)
    {
        var random = new Random(seed);
        var histogram = new GrowingHistogram();
        double[] values = [.. Enumerable.Range(0, 5000).Select(i => (random.NextDouble() - 0.5) * (i % 10 == 0 ? 100 : 1))];
        foreach (double value in values)
        {
            histogram.Add(value, 1);
        }

        Array.Sort(values);

        // A cell is at most twice the range over half of the cells.
        double cell = 2 * (values[^1] - values[0]) / 4096;
        Assert.Equal(values.Length, histogram.Count);
        Assert.All(histogram.Ranks(), rank => Assert.InRange(values[(int)Math.Min(rank.Below, values.Length - 1)], rank.Value - cell, rank.Value + cell));
    }

    /// <summary>Strong colours have the contrast that graphics need in both themes (WCAG 1.4.11), letters that of text.</summary>
    [Fact]
    public void Inks_are_seen_on_their_ground()
    {
        foreach (Ink ink in Ink.Curves)
        {
            Assert.InRange(Contrast(ink.Light, Ink.Ground.Light), 3, 21);
            Assert.InRange(Contrast(ink.Dark, Ink.Ground.Dark), 3, 21);
        }

        foreach (Ink ink in (Ink[])[Ink.Text, Ink.Quiet])
        {
            Assert.InRange(Contrast(ink.Light, Ink.Ground.Light), 4.5, 21);
            Assert.InRange(Contrast(ink.Dark, Ink.Ground.Dark), 4.5, 21);
        }
    }

    /// <summary>Labels of both axes stand apart, and within the picture, for numbers of any size.</summary>
    [Law(MaxTest = 100)]
    public void Labels_do_not_touch(Seed seed)
    {
        var random = new Random(seed);
        double Any() => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 12));
        double x = Any(), y = Any();
        var drawing = new Drawing(680, 460, "A picture");
        _ = new Frame(drawing, Labs.Plots.Axis.Around([x, x + Any()]), Labs.Plots.Axis.Around([y, y + Any()]), ("a", "b"));
        TextShape[] labels = [.. drawing.Shapes.Select(shape => shape.Shape).OfType<TextShape>().Where(text => text.Size == 12)];
        TextShape[] across = [.. labels.Where(text => text.End == TextEnd.Middle).OrderBy(text => text.X)], up = [.. labels.Where(text => text.End == TextEnd.End).OrderBy(text => text.Y)];
        Assert.All(across.Zip(across.Skip(1)), pair => Assert.True(pair.First.X + (Width(pair.First) / 2) < pair.Second.X - (Width(pair.Second) / 2), $"{pair.First.Text} touches {pair.Second.Text}."));
        Assert.All(up.Zip(up.Skip(1)), pair => Assert.True(pair.Second.Y - pair.First.Y >= 12));
        Assert.All(up, text => Assert.True(text.X - Width(text) >= 0));
    }

    private static double Width(TextShape text) => Drawing.WidthOf(text.Text, text.Size);

    private static double Contrast(string one, string other)
    {
        double[] both = [.. new[] { Luminance(one), Luminance(other) }.Order()];
        return (both[1] + 0.05) / (both[0] + 0.05);
    }

    /// <summary>The relative luminance of WCAG 2.</summary>
    private static double Luminance(string colour)
    {
        double Part(int at)
        {
            double value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
    }
}
