using System.Collections.Immutable;

namespace HpcLinReg.Labs.Points;

/// <summary>A set of points with a line to start from.</summary>
/// <param name="Id">Its name in links.</param>
/// <param name="Title">Its name on the page.</param>
/// <param name="Lesson">What to look at, in a sentence.</param>
/// <param name="Slope">The line's w at the start.</param>
/// <param name="Intercept">The line's b at the start.</param>
/// <param name="Points">The points.</param>
public sealed record Preset(string Id, string Title, string Lesson, double Slope, double Intercept, ImmutableArray<DataPoint> Points)
{
    /// <summary>Gets what x is called.</summary>
    public string XName { get; init; } = "x";

    /// <summary>Gets what y is called.</summary>
    public string YName { get; init; } = "y";
}

/// <summary>The points the labs come with.</summary>
public static class Presets
{
    private static readonly double[] AnscombeX = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];

    /// <summary>Gets all of them, in the order of the list on the page.</summary>
    public static ImmutableArray<Preset> All { get; } =
    [
        new("hand", "Hand example", "Three points on y = 2x, and the line y = x: the loss is 14/3, its gradients are −28/3 and −4.", 1, 0, [new(1, 2), new(2, 4), new(3, 6)]),
        new("clean", "Clean line", "Every point lies on y = 0.5x + 1: best fit leaves no residual.", 0, 3, Along(1, 8, x => (0.5 * x) + 1)),
        new("noise", "Noise", "A line of slope 1.5 under noise: no line meets all points, one has the least loss.", 0.5, 6, Noisy(30, 2024)),
        new("outlier", "Outlier", "One wrong y pulls the whole line; drag it back and watch R².", 0, 6, [.. Along(1, 10, x => x + 1), new(6, 16)]),
        new("leverage", "High leverage", "One x far from the others decides the slope nearly alone: its leverage is close to 1.", 0, 3, [new(1, 2.1), new(1.5, 2.9), new(2, 2.2), new(2.5, 3), new(3, 2.4), new(3.5, 2.8), new(14, 9)]),
        new("anscombe1", "Anscombe I", "The first of Anscombe's four (1973): what the summary numbers make you expect.", 0, 7.5, Pairs(AnscombeX, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])),
        new("anscombe2", "Anscombe II", "The same line and R² as I, but a curve: set the degree to 2.", 0, 7.5, Pairs(AnscombeX, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74])),
        new("anscombe3", "Anscombe III", "The same again, made by one outlier.", 0, 7.5, Pairs(AnscombeX, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73])),
        new("anscombe4", "Anscombe IV", "The same again: one point of leverage 1 decides the slope alone.", 0, 7.5,
            Pairs([8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8], [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89])),
        new("curve", "A curve in few points", "Hold out test points and raise the degree: at 2 both errors are small; at 8 that of the fitted points is smaller still, and that of the test points grows. That is overfitting.", 0, 4,
            Pairs([.. Enumerable.Range(0, 16).Select(x => (double)x)],
                [6.5, 3.3, 4.0, 4.0, 1.6, 1.8, 3.3, 1.1, 3.0, 2.4, 3.8, 5.7, 4.2, 7.6, 8.2, 11.0])),
        new("penguins", "Gentoo penguins (real)", "123 penguins measured at Palmer Station, Antarctica: the longer the flipper, the heavier the bird, by some 55 g a millimetre. In the descent, x lies far from 0.", 0, 5000, Penguins.Points) { XName = "flipper length, mm", YName = "body mass, g" },
        new("vertical", "All x equal", "With one x only, every line through the mean does equally well: there is no slope to find.", 0, 2, [new(4, 1), new(4, 2), new(4, 3), new(4, 5)]),
    ];

    /// <summary>Finds a preset by its name in links; null when there is none.</summary>
    public static Preset? Find(string id) => All.FirstOrDefault(preset => preset.Id == id);

    /// <summary>Its points with the preset's name.</summary>
    public static PointSet ToPointSet(this Preset preset) => new(preset.Id, preset.Points, preset.XName, preset.YName);

    private static ImmutableArray<DataPoint> Along(int first, int last, Func<double, double> line) =>
        [.. Enumerable.Range(first, last - first + 1).Select(x => new DataPoint(x, line(x)))];

    private static ImmutableArray<DataPoint> Pairs(double[] x, double[] y) => [.. x.Zip(y, (a, b) => new DataPoint(a, b))];

    /// <summary>
    /// y = 1.5x + 2 plus noise of standard deviation 1.5, to two decimals. Twelve uniform numbers minus six are close to normal, and
    /// this generator's numbers are the same on every platform and version, because they are made here.
    /// </summary>
    private static ImmutableArray<DataPoint> Noisy(int count, uint seed)
    {
        ulong state = seed;
        double Uniform()
        {
            // Knuth's MMIX constants; the high bits of a linear congruential generator are its good ones.
            state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
            return (state >> 11) * (1.0 / (1UL << 53));
        }

        ImmutableArray<DataPoint>.Builder points = ImmutableArray.CreateBuilder<DataPoint>(count);
        for (int i = 0; i < count; i++)
        {
            double noise = -6;
            for (int k = 0; k < 12; k++)
            {
                noise += Uniform();
            }

            double x = Math.Round(10 * Uniform(), 2);
            points.Add(new DataPoint(x, Math.Round((1.5 * x) + 2 + (1.5 * noise), 2)));
        }

        return points.MoveToImmutable();
    }
}
