namespace HpcLinReg;

/// <summary>Where a gradient and the central differences of its loss disagree most.</summary>
/// <param name="WorstRelativeError">
/// The largest of |analytic − difference| / max(|analytic|, |difference|) over the parameters; 0 for an unresolved one whose disagreement
/// is no larger than <paramref name="Resolution"/>, and infinity where either derivative is not finite.
/// </param>
/// <param name="Parameter">The index of the parameter where that is, from 0; for a linear model d is the intercept.</param>
/// <param name="Analytic">The derivative the gradient gave there.</param>
/// <param name="Difference">The derivative by central differences there; NaN when the loss was finite for no two steps in a row.</param>
/// <param name="Resolution">The estimated error of <paramref name="Difference"/>, truncation and rounding together.</param>
/// <param name="Unresolved">
/// The number of parameters for which the check is inconclusive, because the resolution there exceeds 1e-5 of the derivative. A derivative
/// of zero, as at the optimum, is always among them.
/// </param>
public sealed record GradientCheckResult(
    double WorstRelativeError,
    int Parameter,
    double Analytic,
    double Difference,
    double Resolution,
    int Unresolved);
