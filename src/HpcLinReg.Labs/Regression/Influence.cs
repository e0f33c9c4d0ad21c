using System.Collections.Immutable;

namespace HpcLinReg.Labs.Regression;

/// <summary>How much each point has to say about a fit.</summary>
/// <param name="Points">The engine's residual, leverage and distance of each point.</param>
public sealed record Influence(ImmutableArray<RowInfluence> Points)
{
    /// <summary>Gets the point of the largest Cook's distance, or −1.</summary>
    public int Worst { get; } = IndexOfLargest(Points, point => point.CookDistance);

    /// <summary>Gets the point of the largest leverage, or −1.</summary>
    public int Strongest { get; } = IndexOfLargest(Points, point => point.Leverage);

    /// <summary>Gets the points without which the fit would have no answer.</summary>
    public ImmutableArray<int> Decisive { get; } = [.. Enumerable.Range(0, Points.Length).Where(i => Points[i].IsDecisive)];

    /// <summary>Computes the influence of points on a model of one variable.</summary>
    /// <param name="model">The model.</param>
    /// <param name="variable">The model's variable for each point.</param>
    /// <param name="y">The target of each point.</param>
    public static Influence Of(RegressionModel model, ReadOnlySpan<double> variable, ReadOnlySpan<double> y)
    {
        ImmutableArray<RowInfluence>.Builder points = ImmutableArray.CreateBuilder<RowInfluence>(y.Length);
        TrainingBasis basis = model.Basis!;
        double[] q = new double[basis.Order];
        for (int i = 0; i < y.Length; i++)
        {
            double residual = y[i] - basis.Predict(variable.Slice(i, 1), q), leverage = 0;
            foreach (double coordinate in q)
            {
                leverage += coordinate * coordinate;
            }

            points.Add(RowInfluence.Of(model, residual, Math.Min(1, leverage)));
        }

        return new Influence(points.MoveToImmutable());
    }

    /// <summary>Returns the influences at the places of their points among others that have none because they are held out.</summary>
    /// <param name="held">Which points are held out.</param>
    public Influence Among(bool[] held)
    {
        int next = 0;
        return new Influence([.. held.Select(isHeld => isHeld ? default : Points[next++])]);
    }

    private static int IndexOfLargest(ImmutableArray<RowInfluence> points, Func<RowInfluence, double> value)
    {
        int largest = -1;
        for (int i = 0; i < points.Length; i++)
        {
            if (!double.IsNaN(value(points[i])) && (largest < 0 || value(points[i]) > value(points[largest])))
            {
                largest = i;
            }
        }

        return largest;
    }
}
