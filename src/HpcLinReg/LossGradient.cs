namespace HpcLinReg;

/// <summary>
/// The loss and its derivative by the intercept, which <see cref="LinearRegression.Gradient"/> returns beside the gradient of the weights.
/// An immutable value: no allocation.
/// </summary>
public readonly record struct LossGradient
{
    internal LossGradient(double loss, double interceptGradient)
    {
        (Loss, InterceptGradient) = (loss, interceptGradient);
    }

    /// <summary>Gets (1/n)·Σr², in the target's units squared.</summary>
    public double Loss { get; }

    /// <summary>Gets (2/n)·Σr, the derivative of the loss by b.</summary>
    public double InterceptGradient { get; }
}
