using System.Collections.Immutable;
using HpcLinReg.LeastSquares;

namespace HpcLinReg;

/// <summary>What is promised of a fit's accuracy: the exact least-squares solution of the stored design lies within these bounds.</summary>
/// <remarks>
/// The bounds are of first order (Higham 2002, ch. 7 and 20), with constants measured against exact rational solutions (docs/numerics.md).
/// They speak of the numbers as stored; how far those are from what was meant, no solver can know. Immutable and thread-safe.
/// </remarks>
public sealed record Certificate
{
    /// <summary>Gets the rung of the solver ladder that answered: 1 normal equations, 2 refined, 3 double-double, 4 rank deficient.</summary>
    public required int Rung { get; init; }

    /// <summary>Gets why it was that rung, as the end of a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    public required int Rank { get; init; }

    /// <summary>Gets <see cref="Fit.ReciprocalCondition"/>.</summary>
    public required double ReciprocalCondition { get; init; }

    /// <summary>
    /// Gets how many decimal digits the worst coefficient has at least: −log₁₀ of its error bound relative to its size or, if it is smaller,
    /// to a thousandth of what the target's size suggests (‖y‖/‖xⱼ‖, centred; |ȳ| + Σ|wⱼx̄ⱼ| for the intercept). At most 15.95; 0 and less say that not even the size is known.
    /// </summary>
    public required double Digits { get; init; }

    /// <summary>Gets how many steps of refinement were made.</summary>
    public required int RefinementSteps { get; init; }

    /// <summary>Gets an absolute error bound for each weight, in its units; NaN for an aliased one.</summary>
    public required ImmutableArray<double> WeightErrorBounds { get; init; }

    /// <summary>Gets an absolute error bound for the intercept; 0 without one.</summary>
    public required double InterceptErrorBound { get; init; }

    /// <summary>The end of the reason where a standard error under a penalty is not known.</summary>
    private static string PenaltyNote(Fit fit) =>
        fit.Ridge > 0 && !double.IsNaN(fit.ResidualStandardError) && fit.StandardErrors.Any(double.IsNaN)
            ? "; some standard errors are not given: beside the penalty the columns have too few digits of their own" : "";

    internal static Certificate Of(Fit fit)
    {
        ErrorBounds bounds = ErrorBounds.Of(fit);
        return new Certificate
        {
            Rung = fit.Accuracy.Rung,
            Reason = fit.Accuracy.Reason + PenaltyNote(fit),
            Rank = fit.Rank,
            ReciprocalCondition = fit.ReciprocalCondition,
            Digits = bounds.Digits,
            RefinementSteps = fit.Accuracy.RefinementSteps,
            WeightErrorBounds = bounds.Weights,
            InterceptErrorBound = bounds.Intercept,
        };
    }
}
