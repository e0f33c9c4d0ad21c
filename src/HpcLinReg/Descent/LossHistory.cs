using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// The losses of a descent in the order of steps, thinned evenly when there were more than the options keep: then every second, every
/// fourth and so on is kept, and always the first, the last and the best. Immutable and thread-safe.
/// </summary>
public sealed class LossHistory
{
    internal LossHistory(ImmutableArray<LossPoint> points, LossPoint best, ImmutableArray<LossPoint> miniBatches)
    {
        Points = points;
        Best = best;
        MiniBatches = miniBatches;
    }

    /// <summary>
    /// Gets the losses of all rows that were kept, in the order of steps: after each step, or for mini-batches at the start and after each
    /// epoch. None when the descent was cancelled before its first loss.
    /// </summary>
    public ImmutableArray<LossPoint> Points { get; }

    /// <summary>
    /// Gets the losses of single mini-batches that were kept, each at the step before which it was computed; empty for other methods. They
    /// are noisy, and none of them is <see cref="Best"/>.
    /// </summary>
    public ImmutableArray<LossPoint> MiniBatches { get; }

    /// <summary>Gets the start; zeros when there is no point.</summary>
    public LossPoint First => Points.IsEmpty ? default : Points[0];

    /// <summary>Gets the last loss of all rows; zeros when there is no point.</summary>
    public LossPoint Last => Points.IsEmpty ? default : Points[^1];

    /// <summary>Gets the point of the lowest loss of all rows, the earliest of equals; zeros when there is no point.</summary>
    public LossPoint Best { get; }
}
