namespace HpcLinReg;

/// <summary>Receives the state of a descent after a step.</summary>
/// <param name="step">The state.</param>
public delegate void DescentCallback(in DescentStep step);

/// <summary>The state of a descent after a step: a view that is valid only during the callback, on the thread of the descent.</summary>
public readonly ref struct DescentStep
{
    internal DescentStep(LossPoint point, bool isOfAllRows, ReadOnlySpan<double> weights, double intercept)
    {
        Point = point;
        IsOfAllRows = isOfAllRows;
        Weights = weights;
        Intercept = intercept;
    }

    /// <summary>
    /// Gets the number of steps made, the loss, the gradient's norm and the rate. Within an epoch of mini-batches the loss is that of the
    /// mini-batch which the next step uses.
    /// </summary>
    public LossPoint Point { get; }

    /// <summary>Gets whether the loss is that of all rows; false within an epoch of mini-batches.</summary>
    public bool IsOfAllRows { get; }

    /// <summary>Gets w after that many steps, in the caller's units.</summary>
    public ReadOnlySpan<double> Weights { get; }

    /// <summary>Gets b after that many steps, in the caller's units.</summary>
    public double Intercept { get; }
}
