using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>The loss of a descent at one step.</summary>
/// <param name="Step">The number of steps made before; 0 is the start.</param>
/// <param name="Loss">
/// The loss there, ridge included: (Σv(ŷ − y)² + λ‖w‖²)/Σv of all rows, or of the mini-batch that the next step uses.
/// </param>
/// <param name="GradientNorm">The Euclidean norm of the loss's gradient on the descent's scale, of the same rows.</param>
/// <param name="Rate">The learning rate of the step that led there; 0 at the start.</param>
public readonly record struct LossPoint(long Step, double Loss, double GradientNorm, double Rate);

/// <summary>
/// The losses of a descent in the order of steps, thinned evenly when there were more than the options keep: then every second, every
/// fourth and so on is kept, and always the first, the last and the best.
/// </summary>
public sealed class LossHistory
{
    internal LossHistory(ImmutableArray<LossPoint> points, LossPoint best)
    {
        Points = points;
        Best = best;
    }

    /// <summary>Gets the points kept, in the order of steps; none when the descent was cancelled before its first loss.</summary>
    public ImmutableArray<LossPoint> Points { get; }

    /// <summary>Gets the start; zeros when there is no point.</summary>
    public LossPoint First => Points.IsEmpty ? default : Points[0];

    /// <summary>Gets the end; zeros when there is no point.</summary>
    public LossPoint Last => Points.IsEmpty ? default : Points[^1];

    /// <summary>Gets the point of the lowest loss, the earliest of equals; zeros when there is no point.</summary>
    public LossPoint Best { get; }
}
