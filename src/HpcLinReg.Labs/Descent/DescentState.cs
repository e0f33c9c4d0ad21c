using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Descent;

/// <summary>Everything the descent visualizer shows follows from this, to the last bit; it is what a link carries.</summary>
/// <param name="Data">The points.</param>
/// <param name="StartSlope">w at the start, for x as it is.</param>
/// <param name="StartIntercept">b at the start, for x as it is.</param>
/// <param name="Rate">The learning rate η.</param>
/// <param name="W">What the axis of w shows, in the coordinates of the descent.</param>
/// <param name="B">What the axis of b shows, in the coordinates of the descent.</param>
public sealed record DescentState(PointSet Data, double StartSlope, double StartIntercept, double Rate, Axis W, Axis B)
{
    /// <summary>The largest number of steps of a descent.</summary>
    public const int MostSteps = 5000;

    /// <summary>The largest momentum the slider gives.</summary>
    public const double LargestMomentum = 0.99;

    /// <summary>The smallest and largest learning rates there are.</summary>
    public const double SmallestRate = 1e-210, LargestRate = 1e210;

    /// <summary>Gets μ: the share of the last step that the next one keeps.</summary>
    public double Momentum { get; init; }

    /// <summary>Gets the rows of a mini-batch; 0 for all rows.</summary>
    public int Batch { get; init; }

    /// <summary>Gets the seed of the mini-batches' shuffling.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gets whether x is standardized.</summary>
    public bool Standardize { get; init; }

    /// <summary>Gets whether the loss curve has a logarithmic axis.</summary>
    public bool LogLoss { get; init; }

    /// <summary>Gets the learning rate of a second descent beside the first; 0 for none.</summary>
    public double SecondRate { get; init; }

    /// <summary>Gets whether the surface is shown in three dimensions, too.</summary>
    public bool Deep { get; init; }

    /// <summary>Gets how many steps are shown.</summary>
    public int Step { get; init; }
}
