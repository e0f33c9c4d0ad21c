namespace HpcLinReg;

/// <summary>Why a descent ended.</summary>
public enum StopReason
{
    /// <summary>
    /// Converged: the coefficients are within the tolerance of those at the minimum. <see cref="DescentResult.Distance"/> is an upper bound
    /// of the distance.
    /// </summary>
    Converged,

    /// <summary>The loss was not finite, or above its start by the divergence factor. The model is the best so far.</summary>
    Diverged,

    /// <summary>All steps asked for were made. <see cref="DescentResult.Distance"/> says how far the minimum is.</summary>
    StepLimit,

    /// <summary>The token was cancelled. The model is that of the last complete step.</summary>
    Cancelled,

    /// <summary>
    /// A step no longer changed any coefficient, and the minimum is not certainly within the tolerance: the rate is too small, columns are
    /// collinear or nearly so, or the tolerance is below what double can resolve. <see cref="DescentResult.Distance"/> says how far the
    /// minimum is.
    /// </summary>
    Stalled,
}
