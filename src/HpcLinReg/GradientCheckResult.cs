namespace HpcLinReg;

/// <summary>
/// The result of a gradient check: the parameter at which gradient and central differences disagree most, and by how much. Immutable and
/// thread-safe.
/// </summary>
public sealed class GradientCheckResult
{
    internal GradientCheckResult()
    {
    }

    /// <summary>
    /// Gets the largest of |analytic − difference| / max(|analytic|, |difference|) over the parameters; 0 for an unresolved one whose
    /// disagreement is no larger than <see cref="Resolution"/>, and infinity where either derivative is not finite.
    /// </summary>
    public double WorstRelativeError { get; internal init; }

    /// <summary>Gets the index, from 0, of the parameter with the largest relative error; for a linear model d is the intercept.</summary>
    public int Parameter { get; internal init; }

    /// <summary>Gets the derivative by that parameter that the gradient gave.</summary>
    public double Analytic { get; internal init; }

    /// <summary>
    /// Gets the derivative by that parameter from central differences; NaN when the loss was finite for no two steps in a row.
    /// </summary>
    public double Difference { get; internal init; }

    /// <summary>Gets the estimated error of <see cref="Difference"/>, truncation and rounding together.</summary>
    public double Resolution { get; internal init; }

    /// <summary>
    /// Gets the number of parameters for which the check is inconclusive, because the resolution there exceeds 1e-5 of the derivative. A
    /// derivative of zero, as at the optimum, is always among them.
    /// </summary>
    public int Unresolved { get; internal init; }

    /// <summary>Returns the worst relative error and its parameter.</summary>
    public override string ToString() => FormattableString.Invariant($"relative error {WorstRelativeError:G3} at parameter {Parameter}");
}
