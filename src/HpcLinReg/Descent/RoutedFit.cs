namespace HpcLinReg;

/// <summary>A least-squares solution, the method that computed it, and why that method was chosen. Immutable and thread-safe.</summary>
public sealed class RoutedFit
{
    internal RoutedFit(Fit fit, string reason)
    {
        (Model, Method, Reason, ClosedForm) = (fit.Model, FitMethod.ClosedForm, reason, fit);
    }

    internal RoutedFit(DescentResult descent, string reason)
    {
        (Model, Method, Reason, Descent) = (descent.Model, FitMethod.ConjugateGradient, reason, descent);
    }

    /// <summary>Gets the model.</summary>
    public LinearModel Model { get; }

    /// <summary>Gets the method used; never <see cref="FitMethod.Auto"/>.</summary>
    public FitMethod Method { get; }

    /// <summary>Gets why this method was used, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>Gets the fit of the closed form; null after conjugate gradients.</summary>
    public Fit? ClosedForm { get; }

    /// <summary>Gets the result of conjugate gradients; null after a closed form.</summary>
    public DescentResult? Descent { get; }

    /// <summary>Returns the method and the reason.</summary>
    public override string ToString() => $"{Method}: {Reason}";
}
