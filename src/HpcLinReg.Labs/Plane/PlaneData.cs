using System.Collections.Immutable;

namespace HpcLinReg.Labs.Plane;

/// <summary>Rows of two features and a target.</summary>
/// <param name="Id">The name in links.</param>
/// <param name="Title">The name on the page.</param>
/// <param name="Lesson">What to look at, in a sentence.</param>
/// <param name="Rows">The rows: first feature, second feature, target.</param>
public sealed record PlaneData(string Id, string Title, string Lesson, ImmutableArray<(double First, double Second, double Target)> Rows)
{
    /// <summary>Gets the data the page comes with.</summary>
    public static ImmutableArray<PlaneData> All { get; } =
    [
        new("apart", "Two features that vary apart", "Each weight is what y changes by when its feature grows by 1 and the other stays. Bring both sliders to the best plane.", Made(i => i % 6, i => i / 6 * 1.5)),
        new("together", "Two features that go together", "x₂ nearly follows x₁: a ridge of points carries the plane, and it tilts about it freely. Look at the standard errors.", Made(i => i / 5.0, i => (i / 5.0) + (0.3 * (((i * 7) % 5) - 2) / 2))),
    ];

    /// <summary>Finds data by the name in links; the first where there is none of it.</summary>
    public static PlaneData Find(string id) => All.FirstOrDefault(data => data.Id == id) ?? All[0];

    /// <summary>y = 2 + 1.5x₁ − x₂ and a noise of tenths that repeats after 11 rows.</summary>
    private static ImmutableArray<(double First, double Second, double Target)> Made(Func<int, double> first, Func<int, double> second) =>
        [.. Enumerable.Range(0, 30)
            .Select(i => (first(i), second(i), Math.Round(2 + (1.5 * first(i)) - second(i) + ((((i * 17) % 11) - 5) * 0.2), 2)))];
}
