namespace HpcLinReg;

/// <summary>Receives the state of a descent after a step.</summary>
/// <param name="step">The state.</param>
public delegate void DescentCallback(in DescentStep step);

/// <summary>The state of a descent after a step. Its weights are a view that is valid only during the callback.</summary>
public readonly ref struct DescentStep
{
    internal DescentStep(LossPoint point, ReadOnlySpan<double> weights, double intercept)
    {
        Point = point;
        Weights = weights;
        Intercept = intercept;
    }

    /// <summary>
    /// Gets the number of steps made, the loss, the gradient's norm and the rate. Within an epoch of mini-batches the loss is that of the
    /// mini-batch which the next step uses.
    /// </summary>
    public LossPoint Point { get; }

    /// <summary>Gets w after that many steps, in the caller's units.</summary>
    public ReadOnlySpan<double> Weights { get; }

    /// <summary>Gets b after that many steps, in the caller's units.</summary>
    public double Intercept { get; }
}

/// <summary>A progress report of a descent.</summary>
/// <param name="Step">The number of steps made.</param>
/// <param name="Steps">The largest number of steps.</param>
/// <param name="Loss">The loss there: of all rows, or the mean of the mini-batches since the last report.</param>
public readonly record struct DescentProgress(long Step, long Steps, double Loss);
