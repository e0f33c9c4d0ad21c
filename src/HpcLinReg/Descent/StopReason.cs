namespace HpcLinReg;

/// <summary>Why a descent ended.</summary>
public enum StopReason
{
    /// <summary>
    /// The gradient's norm fell to the tolerance times its norm at the start, or the optimum is as near as the arithmetic can tell: the loss
    /// fell to the squared tolerance times its start (the loss bounds the gap to the optimum, because no loss is negative), the gradient
    /// is no larger than rounding of the residuals makes it, or a step changed no parameter any more.
    /// </summary>
    Converged,

    /// <summary>The loss was not finite, or above its start by the divergence factor. The model is the best so far.</summary>
    Diverged,

    /// <summary>All steps asked for were made.</summary>
    StepLimit,

    /// <summary>The token was cancelled. The model is that of the last complete step.</summary>
    Cancelled,
}
