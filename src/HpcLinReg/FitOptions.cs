namespace HpcLinReg;

/// <summary>How a least-squares problem is posed: minimize ‖y − Xw − b‖² + λ‖w‖².</summary>
public sealed record FitOptions
{
    /// <summary>Gets whether an intercept b is fitted; the default is true. Without one, b = 0.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0, in the units of the squared columns; the intercept is not penalized. The default is 0.</summary>
    public double Ridge { get; init; }
}
