namespace HpcLinReg;

/// <summary>The loss of a descent at one step. An immutable value: no allocation.</summary>
public readonly record struct LossPoint
{
    internal LossPoint(long step, double loss, double gradientNorm, double rate)
    {
        Step = step;
        Loss = loss;
        GradientNorm = gradientNorm;
        Rate = rate;
    }

    /// <summary>Gets the number of steps made before; 0 is the start.</summary>
    public long Step { get; }

    /// <summary>
    /// Gets the loss there, ridge included: (Σv(ŷ − y)² + λ‖w‖²)/Σv of all rows, or of the mini-batch that the next step uses
    /// (<see cref="LossHistory.MiniBatches"/>).
    /// </summary>
    public double Loss { get; }

    /// <summary>Gets the Euclidean norm of the loss's gradient on the descent's scale, of the same rows.</summary>
    public double GradientNorm { get; }

    /// <summary>Gets the learning rate of the step that led there; 0 at the start.</summary>
    public double Rate { get; }
}
