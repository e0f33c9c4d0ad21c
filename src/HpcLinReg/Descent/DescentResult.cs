using HpcLinReg.Descent;

namespace HpcLinReg;

/// <summary>The result of a descent: the model, why the descent stopped, and how far the minimum is. Immutable and thread-safe.</summary>
public sealed class DescentResult
{
    internal DescentResult()
    {
    }

    /// <summary>Gets the model after the last step, in the caller's units; if the descent diverged, the best model instead.</summary>
    public LinearModel Model { get; internal init; } = null!;

    /// <summary>Gets why the descent ended.</summary>
    public StopReason Stop { get; internal init; }

    /// <summary>Gets the number of steps.</summary>
    public long Steps { get; internal init; }

    /// <summary>Gets the loss by step.</summary>
    public LossHistory History { get; internal init; } = null!;

    /// <summary>Gets η₀, as given or taken from the data; NaN for conjugate gradients, which find a rate for each step.</summary>
    public double Rate { get; internal init; }

    /// <summary>
    /// Gets the rate below which the descent is stable: 2/λmax without momentum. NaN for conjugate gradients, and when the descent was
    /// cancelled before it was known.
    /// </summary>
    /// <remarks>
    /// With momentum μ: 2(1 + μ)/λmax, or with Nesterov's 2(1 + μ)/((1 + 2μ)λmax). For mini-batches of B rows: the above for a λmax of
    /// (β + (B − 1)λmax)/B, estimated from a sample of rows, with β the curvature along single rows
    /// (Ma, Bassily, Belkin 2018, <i>The power of interpolation</i>), and 1 − μ in place of 1 + μ.
    /// </remarks>
    public double LargestStableRate { get; internal init; }

    /// <summary>
    /// Gets how far the coefficients are from those of the minimum: max over j of |wⱼ − w*ⱼ| / max(|w*ⱼ|, 10⁻³·‖y‖/‖xⱼ‖), and of the
    /// intercept |b − b*| / max(|b*|, 10⁻³·(|ȳ| + Σ|w*ⱼx̄ⱼ|)); lengths are centred with an intercept, and weighted. The sizes are those of
    /// <see cref="Certificate.Digits"/>.
    /// </summary>
    /// <remarks>
    /// When converged, an upper bound that is within <see cref="DescentOptions.Tolerance"/>. Otherwise an estimate, within a factor of 10
    /// for columns whose standardized design has a condition number up to about a million. Infinity where columns are collinear to the
    /// precision of double, so that the coefficients are not unique. NaN when the descent diverged or was cancelled, and for mini-batches
    /// that have not converged.
    /// </remarks>
    public double Distance { get; internal init; }

    /// <summary>Gets the number of rows with a positive weight; 0 when the descent was cancelled before the rows were counted.</summary>
    public long RowCount { get; internal init; }

    /// <summary>Gets or sets the sums that a <see cref="Fit"/> needs; null but for conjugate gradients that ended at a point.</summary>
    internal SolutionSums? Sums { get; set; }

    /// <summary>Returns why the descent ended, after how many steps, and the last loss.</summary>
    public override string ToString() => FormattableString.Invariant($"{Stop} after {Steps} steps, loss {History.Last.Loss:G6}");
}
