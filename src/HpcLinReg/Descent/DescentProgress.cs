namespace HpcLinReg;

/// <summary>A progress report of a descent. An immutable value: no allocation.</summary>
public readonly record struct DescentProgress
{
    internal DescentProgress(long step, long steps, double loss)
    {
        Step = step;
        Steps = steps;
        Loss = loss;
    }

    /// <summary>Gets the number of steps made.</summary>
    public long Step { get; }

    /// <summary>Gets the largest number of steps; a descent that converges ends before.</summary>
    public long Steps { get; }

    /// <summary>Gets the loss at that step: of all rows, or the mean of the mini-batches since the last report.</summary>
    public double Loss { get; }
}
