using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// A covariance of coefficients that does not take rows for equally noisy or independent: B of the sandwich A⁻¹BA⁻¹, in the coordinates of
/// <see cref="TrainingBasis"/>.
/// </summary>
/// <remarks>
/// With the coordinates g of a coefficient or q of a row, its variance is gᵀMg. Immutable and thread-safe. Source: White 1980; MacKinnon
/// and White 1985; Newey and West 1987; Liang and Zeger 1986.
/// </remarks>
public sealed class RobustCovariance
{
    /// <summary>Gets the formula by which M was computed.</summary>
    public required RobustKind Kind { get; init; }

    /// <summary>Gets the number of lags of <see cref="RobustKind.Hac"/>; 0 for others.</summary>
    public int Lag { get; init; }

    /// <summary>Gets the name of the column whose values are the groups of <see cref="RobustKind.Cluster"/>; empty for others.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Gets the number of groups of <see cref="RobustKind.Cluster"/>; 0 for others.</summary>
    public int Clusters { get; init; }

    /// <summary>Gets the degrees of freedom of t: the residual ones, or the number of groups less 1.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>
    /// Gets M, row-major and symmetric, of the order of <see cref="TrainingBasis.Order"/>, in the target's units squared.
    /// </summary>
    public required ImmutableArray<double> Middle { get; init; }
}

/// <summary>How a robust covariance weighs the residuals e of rows with the leverages h.</summary>
public enum RobustKind
{
    /// <summary>Σ e²qqᵀ (White).</summary>
    HC0,

    /// <summary>HC0 times n/(n − k).</summary>
    HC1,

    /// <summary>Σ e²/(1 − h)·qqᵀ.</summary>
    HC2,

    /// <summary>Σ e²/(1 − h)²·qqᵀ.</summary>
    HC3,

    /// <summary>
    /// Products of rows up to L apart as well, with weights 1 − l/(L + 1) (Bartlett; Newey and West), not prewhitened, times n/(n − k).
    /// </summary>
    Hac,

    /// <summary>Products of all rows of a group, times G/(G − 1)·(n − 1)/(n − k) (CR1).</summary>
    Cluster,
}
