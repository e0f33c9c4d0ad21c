namespace HpcLinReg;

/// <summary>Where a descent stands after some steps.</summary>
/// <param name="step">Where it stands.</param>
public delegate void DescentCallback(in DescentStep step);

/// <summary>A point of a descent; its weights are a view that is valid during the callback only.</summary>
public readonly ref struct DescentStep
{
    internal DescentStep(LossPoint point, ReadOnlySpan<double> weights, double intercept)
    {
        Point = point;
        Weights = weights;
        Intercept = intercept;
    }

    /// <summary>Gets the number of steps made, the loss, the gradient's norm and the rate.</summary>
    public LossPoint Point { get; }

    /// <summary>Gets w after that many steps, in the caller's units.</summary>
    public ReadOnlySpan<double> Weights { get; }

    /// <summary>Gets b after that many steps, in the caller's units.</summary>
    public double Intercept { get; }
}

/// <summary>How far a descent has come.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps at most.</param>
/// <param name="Loss">The loss there: of all rows, or of the last mini-batch.</param>
public readonly record struct DescentProgress(long Step, long Steps, double Loss);
