namespace HpcLinReg;

/// <summary>How an <see cref="OnlineRegression"/> is posed. Immutable and thread-safe.</summary>
public sealed record OnlineOptions
{
    /// <summary>Gets whether an intercept is fitted; the default is true.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0 as in fits; it is there before the first row, and <see cref="OnlineRegression.Decay"/> fades it too.</summary>
    public double Ridge { get; init; }

    /// <summary>Gets the digits of predictions below which a rebuild is called for; the default is 8.</summary>
    public double LeastDigits { get; init; } = 8;
}
