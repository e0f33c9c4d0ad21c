using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Labs.Regression;

/// <summary>Counts of values in bars of one width, from one round number to another.</summary>
/// <param name="Start">The left end of the first bar.</param>
/// <param name="Width">The width of a bar.</param>
/// <param name="Counts">How many values each bar has.</param>
public sealed record Histogram(double Start, double Width, int[] Counts)
{
    private const int MostBars = 40;

    /// <summary>Counts values in about √n bars, at least 5, around 0.</summary>
    /// <param name="values">The values.</param>
    /// <param name="least">The least width of the range, for values that are all alike.</param>
    public static Histogram Of(IReadOnlyCollection<double> values, double least)
    {
        double largest = Math.Max(least, values.Select(Math.Abs).DefaultIfEmpty(0).Max());
        double width = Axis.Step(2 * largest / Math.Clamp(Math.Sqrt(values.Count), 5, MostBars / 2.0));
        int half = (int)Math.Floor(largest / width) + 1;
        int[] counts = new int[2 * half];
        foreach (double value in values)
        {
            counts[Math.Clamp((int)Math.Floor(value / width) + half, 0, counts.Length - 1)]++;
        }

        return new Histogram(-half * width, width, counts);
    }
}
