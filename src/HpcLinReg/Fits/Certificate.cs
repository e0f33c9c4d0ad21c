using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Fits;

namespace HpcLinReg;

/// <summary>
/// The accuracy of a fit's arithmetic: the exact least-squares solution of the stored numbers lies within these bounds. It does not measure
/// statistical uncertainty, which standard errors do.
/// </summary>
/// <remarks>
/// The bounds are of first order (Higham 2002, ch. 7 and 20), with constants measured against exact rational solutions (docs/numerics.md).
/// They hold for the numbers as stored; how far those are from what was meant, no solver can know. Immutable and thread-safe.
/// </remarks>
public sealed class Certificate
{
    internal Certificate()
    {
    }

    /// <summary>Gets the rung of the solver ladder that answered.</summary>
    public SolverRung Rung { get; internal init; }

    /// <summary>Gets why <see cref="Rung"/> answered and not one below it.</summary>
    public CertificateCause Cause { get; internal init; }

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    public int Rank { get; internal init; }

    /// <summary>
    /// Gets whether it is certain which columns others determine; false where a column was dropped that would have been kept in higher
    /// precision, perhaps.
    /// </summary>
    public bool IsRankCertain { get; internal init; }

    /// <summary>Gets <see cref="Fit.ReciprocalCondition"/>.</summary>
    public double ReciprocalCondition { get; internal init; }

    /// <summary>
    /// Gets how many decimal digits the worst coefficient has at least: −log₁₀ of its error bound relative to its size or, if it is
    /// smaller, to a thousandth of what the target's size suggests (‖y‖/‖xⱼ‖, centred; |ȳ| + Σ|wⱼx̄ⱼ| for the intercept). At most 15.95; 0
    /// and less say that not even the size is known.
    /// </summary>
    public double Digits { get; internal init; }

    /// <summary>
    /// Gets how many decimal digits standard errors have: those asked for (<see cref="FitOptions.Digits"/>, at most 12), or about how many
    /// where they have fewer; NaN where none are given.
    /// </summary>
    public double StandardErrorDigits { get; internal init; }

    /// <summary>Gets whether standard errors are given, and why not.</summary>
    public StandardErrorState StandardErrors { get; internal init; }

    /// <summary>Gets the number of refinement steps.</summary>
    public int RefinementSteps { get; internal init; }

    /// <summary>Gets a bound of the absolute error of each weight, in the weight's units; NaN for an aliased one.</summary>
    public ImmutableArray<double> WeightErrorBounds { get; internal init; }

    /// <summary>Gets a bound of the absolute error of the intercept, in the target's units; 0 without an intercept.</summary>
    public double InterceptErrorBound { get; internal init; }

    /// <summary>Gets the sentence of <see cref="Describe"/>.</summary>
    internal string Description { get; init; } = "";

    /// <summary>
    /// Returns a sentence for a person to read: why <see cref="Rung"/> answered, and what is not certain. Programs use the properties,
    /// which have all of it.
    /// </summary>
    /// <returns>The end of a sentence, such as "the normal equations have the digits asked for".</returns>
    public string Describe() => Description;

    /// <summary>Returns the digits of the worst coefficient and <see cref="Describe"/>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Digits:F1} digits of arithmetic; {Describe()}");

    internal static Certificate Of(Fit fit)
    {
        var bounds = ErrorBounds.Of(fit);
        Accuracy accuracy = fit.Accuracy;
        bool penaltyHides = fit.Ridge > 0 && !double.IsNaN(fit.ResidualStandardError) && fit.StandardErrors.Any(double.IsNaN);
        return new Certificate
        {
            Rung = accuracy.Rung,
            Cause = accuracy.Cause,
            Rank = fit.Rank,
            IsRankCertain = accuracy.IsRankCertain,
            ReciprocalCondition = fit.ReciprocalCondition,
            Digits = bounds.Digits,
            StandardErrorDigits = accuracy.StandardErrorDigits,
            StandardErrors = penaltyHides ? StandardErrorState.SomeHiddenByPenalty : accuracy.StandardErrors,
            RefinementSteps = accuracy.RefinementSteps,
            WeightErrorBounds = bounds.Weights,
            InterceptErrorBound = bounds.Intercept,
            Description = Sentence(accuracy.Cause) + accuracy.Notes
                + (penaltyHides ? "; some standard errors are not given: beside the penalty the columns have too few digits of their own" : ""),
        };
    }

    private static string Sentence(CertificateCause cause) => cause switch
    {
        CertificateCause.NormalEquationsSufficed => "the normal equations have the digits asked for",
        CertificateCause.RefinementSufficed => "the normal equations promised too few digits of coefficients or standard errors, and were refined by residuals in double-double",
        CertificateCause.RefinementWithoutRows => "the moments were summed in double-double, so refining costs nothing",
        CertificateCause.NormalEquationsNotAllowed => "the normal equations were not allowed without refining",
        CertificateCause.RowsNotReadable => "the rows cannot be read again; moments summed in double-double would promise more digits",
        CertificateCause.HigherRungsNotAllowed => "the rungs that promise more digits were not allowed",
        CertificateCause.RefinementDidNotSuffice => "refining the normal equations promised too few digits of coefficients or standard errors",
        CertificateCause.RankUndecidedInDouble => "double precision could not decide whether others determine a column, so it was decided in double-double",
        CertificateCause.DoubleDoubleOnly => "no other rung was allowed",
        CertificateCause.RefinementDiverged => "Gram matrix and factor in double-double, but their refinement does not converge",
        CertificateCause.ConjugateGradientsConverged => "conjugate gradients converged; they estimate the digits asked for, but promise none",
        CertificateCause.ConjugateGradientsStopped => "conjugate gradients ended before they converged, so nothing is promised",
        CertificateCause.PolynomialPowers => "powers are computed and fitted in double-double",
        _ => "",
    };
}
