using System.Collections.Immutable;

namespace HpcLinReg.Fits;

/// <summary>How a fit was computed, and the numbers that its error bounds are computed from on demand.</summary>
internal sealed record Accuracy
{
    /// <summary>Gets the rung that answered.</summary>
    internal required SolverRung Rung { get; init; }

    /// <summary>Gets why that rung answered.</summary>
    internal required CertificateCause Cause { get; init; }

    /// <summary>Gets further notes for the reader of the certificate, each as "; …".</summary>
    internal required string Notes { get; init; }

    /// <summary>Gets whether every decision on rank follows from the stored cells.</summary>
    internal required bool IsRankCertain { get; init; }

    /// <summary>Gets the digits of standard errors; NaN where none are given.</summary>
    internal required double StandardErrorDigits { get; init; }

    /// <summary>Gets whether standard errors are given, and why not.</summary>
    internal required StandardErrorState StandardErrors { get; init; }

    /// <summary>Gets the steps of refinement.</summary>
    internal required int RefinementSteps { get; init; }

    /// <summary>Gets the sizes of the solver's errors.</summary>
    internal required SolverErrors Errors { get; init; }

    /// <summary>Gets whether the residual sum of squares exceeds its own error, or is known to be zero.</summary>
    internal required bool ResidualsAreKnown { get; init; }

    /// <summary>Gets Σw, which is n without weights.</summary>
    internal required double TotalWeight { get; init; }

    /// <summary>Gets the low parts of the factor; empty when it is in double.</summary>
    internal required ImmutableArray<double> FactorLow { get; init; }

    /// <summary>Gets the low parts of the features' means.</summary>
    internal required ImmutableArray<double> FeatureMeansLow { get; init; }

    /// <summary>
    /// Gets the error of entries of the Gram matrix that was factored, in lengths of the columns. Combinations of aliased columns have it
    /// even in a refined fit, because they come from the factor.
    /// </summary>
    internal required double EntryError { get; init; }

    /// <summary>
    /// Gets XᵀX of a fit with ridge, because the factor of XᵀX + Λ loses its digits where the penalty is much larger; null without a ridge.
    /// </summary>
    internal GramMatrix? Gram { get; init; }

    /// <summary>
    /// Gets the penalty of each squared weight where the ridge is on standardized columns; empty where it is the same for all.
    /// </summary>
    internal ImmutableArray<double> Penalties { get; init; } = [];

    /// <summary>Gets the rows' squared weights where rows have faded; none for other fits.</summary>
    internal FadedRows? Faded { get; init; }

    /// <summary>Gets bounds that were computed on another basis; none when they follow from the factor.</summary>
    internal ErrorBounds? KnownBounds { get; init; }

    /// <summary>Gets whether aliased columns share the weights (<see cref="MinimumNorm"/>) instead of being dropped.</summary>
    internal bool IsMinimumNorm { get; init; }
}

/// <summary>
/// The errors of a computed solution before it is rounded to double, compared with the exact solution of the stored design. G is the Gram
/// matrix of columns of unit length.
/// </summary>
internal readonly record struct SolverErrors
{
    /// <summary>Gets the error of the equations' entries, in lengths of the columns: it costs |G⁻¹|·(Σ|wⱼ| + ‖y‖).</summary>
    internal double Entry { get; init; }

    /// <summary>
    /// Gets the error of residuals, in units of Σ|wⱼ| + ‖y‖: as a change of the target it costs only √(G⁻¹ⱼⱼ), like κ not κ².
    /// </summary>
    internal double Residual { get; init; }

    /// <summary>Gets the error of the products Xᵀr, in lengths of the columns and of r: it costs |G⁻¹|·‖r‖.</summary>
    internal double Product { get; init; }

    /// <summary>Gets the error of the columns' means, in their standard deviations.</summary>
    internal double Mean { get; init; }

    /// <summary>Gets the error after the last step of refinement, relative to a coefficient or to the floor of its size.</summary>
    internal double Leftover { get; init; }

    /// <summary>
    /// Gets 1/(1 − ε‖G⁻¹‖), by which bounds of first order are multiplied for the terms of higher order; infinite where ε‖G⁻¹‖ ≥ 1, so that
    /// nothing can be promised.
    /// </summary>
    internal double HigherOrder { get; init; }
}
