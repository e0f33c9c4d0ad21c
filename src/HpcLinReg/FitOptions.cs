namespace HpcLinReg;

/// <summary>How a least-squares problem is posed: minimize ‖y − Xw − b‖² + λ‖w‖².</summary>
public sealed record FitOptions
{
    /// <summary>Gets whether an intercept b is fitted; the default is true. Without one, b = 0.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0, in the units of the squared columns; the intercept is not penalized. The default is 0.</summary>
    public double Ridge { get; init; }

    /// <summary>
    /// Gets how many threads a fit of rows in memory may use; the default is 1, so that a service has no threads it did not ask for.
    /// </summary>
    /// <remarks>
    /// At most: a fit uses another thread only for another tenth of a millisecond of work or so (docs/architecture.md has the figures).
    /// The bits are the same for any number.
    /// </remarks>
    public int Threads { get; init; } = 1;

    /// <summary>The defaults, shared: options are immutable.</summary>
    internal static FitOptions Default { get; } = new();

    /// <summary>Refuses what cannot be posed.</summary>
    internal void Require()
    {
        if (!double.IsFinite(Ridge) || Ridge < 0)
        {
            Throw.RidgeNotUsable(Ridge);
        }

        if (Threads < 1)
        {
            Throw.ThreadsNotUsable(Threads);
        }
    }
}
