using System.Collections.Immutable;

namespace HpcLinReg.Labs.Points;

/// <summary>The points a lab works on, with what their columns are called and the preset they came from.</summary>
/// <param name="Preset">The preset's name in links; empty for a visitor's own points.</param>
/// <param name="Points">At most <see cref="MostPoints"/>.</param>
/// <param name="XName">What x is called; shown, never interpreted.</param>
/// <param name="YName">What y is called.</param>
public sealed record PointSet(string Preset, ImmutableArray<DataPoint> Points, string XName = "x", string YName = "y")
{
    /// <summary>The largest number of points in a lab, so that the memory a visitor takes is bounded.</summary>
    public const int MostPoints = 2000;

    /// <summary>The longest name of a column, in characters; longer ones are cut.</summary>
    public const int LongestName = 40;

    /// <summary>Gets how many points there are.</summary>
    public int Count => Points.Length;

    /// <summary>The x of every point, in order.</summary>
    public double[] Xs() => [.. Points.Select(point => point.X)];

    /// <summary>The y of every point, in order.</summary>
    public double[] Ys() => [.. Points.Select(point => point.Y)];

    /// <summary>The points changed by a visitor: the columns keep their names, the preset does not.</summary>
    public PointSet With(ImmutableArray<DataPoint> points) => this with { Preset = "", Points = points };

    /// <summary>Cuts a column's name and leaves out what cannot be seen.</summary>
    public static string Name(string name, string otherwise)
    {
        string visible = new([.. name.Trim().Where(letter => !char.IsControl(letter)).Take(LongestName)]);
        return visible.Length == 0 ? otherwise : visible;
    }
}
