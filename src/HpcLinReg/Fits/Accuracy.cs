using System.Collections.Immutable;

namespace HpcLinReg.Fits;

/// <summary>How a fit was answered, and what its error bounds are computed from when somebody asks.</summary>
internal sealed record Accuracy
{
    /// <summary>Gets the rung that answered.</summary>
    internal required SolverRung Rung { get; init; }

    /// <summary>Gets why it was that one.</summary>
    internal required CertificateCause Cause { get; init; }

    /// <summary>Gets what else a reader should know, each note as "; …".</summary>
    internal required string Notes { get; init; }

    /// <summary>Gets whether every verdict on rank came from the stored cells.</summary>
    internal required bool IsRankCertain { get; init; }

    /// <summary>Gets the digits of standard errors; NaN where none are given.</summary>
    internal required double StandardErrorDigits { get; init; }

    /// <summary>Gets whether standard errors are given, and why not.</summary>
    internal required StandardErrorState StandardErrors { get; init; }

    /// <summary>Gets the steps of refinement.</summary>
    internal required int RefinementSteps { get; init; }

    /// <summary>Gets what the solver's own errors amount to.</summary>
    internal required SolverErrors Errors { get; init; }

    /// <summary>Gets whether the residual sum of squares is more than its own error, or known to be nothing.</summary>
    internal required bool ResidualsAreKnown { get; init; }

    /// <summary>Gets Σw, which is n without weights.</summary>
    internal required double TotalWeight { get; init; }

    /// <summary>Gets the low parts of the factor; empty when it is in double.</summary>
    internal required ImmutableArray<double> FactorErrors { get; init; }

    /// <summary>Gets the low parts of the features' means.</summary>
    internal required ImmutableArray<double> FeatureMeanErrors { get; init; }

    /// <summary>
    /// Gets the error of entries of the Gram matrix that was factored, in lengths of the columns. Combinations of aliased columns come from the
    /// factor, and no refinement of the weights refines them.
    /// </summary>
    internal required double EntryError { get; init; }

    /// <summary>Gets XᵀX of a fit with ridge, which its factor has lost where the penalty is much larger; none without.</summary>
    internal GramMatrix? Gram { get; init; }

    /// <summary>Gets the rows' squared weights where rows have faded; none for other fits.</summary>
    internal FadedRows? Faded { get; init; }

    /// <summary>Gets bounds that were computed on another basis; none when they follow from the factor.</summary>
    internal ErrorBounds? KnownBounds { get; init; }

    /// <summary>Gets whether aliased columns share the weights (<see cref="MinimumNorm"/>) instead of being dropped.</summary>
    internal bool IsMinimumNorm { get; init; }
}

/// <summary>
/// How far the computed solution is from that of the stored design, as far as it is not the rounding of the answer, with G⁻¹ of columns
/// of unit length.
/// </summary>
internal readonly record struct SolverErrors
{
    /// <summary>Gets the error of the equations' entries, in lengths of the columns: it costs |G⁻¹|·(Σ|wⱼ| + ‖y‖).</summary>
    internal double Entry { get; init; }

    /// <summary>Gets the error of residuals, in units of Σ|wⱼ| + ‖y‖: as a change of the target it costs only √(G⁻¹ⱼⱼ), like κ and not κ².</summary>
    internal double Residual { get; init; }

    /// <summary>Gets the error of the products Xᵀr, in lengths of the columns and of r: it costs |G⁻¹|·‖r‖.</summary>
    internal double Product { get; init; }

    /// <summary>Gets the error of the columns' means, in their standard deviations.</summary>
    internal double Mean { get; init; }

    /// <summary>Gets what the last step of refinement left, relative to a coefficient or to the floor of its size.</summary>
    internal double Leftover { get; init; }

    /// <summary>
    /// Gets 1/(1 − ε‖G⁻¹‖), which bounds of first order are multiplied by for the terms of higher order; infinite where ε‖G⁻¹‖ ≥ 1 and the factor says nothing.
    /// </summary>
    internal double HigherOrder { get; init; }
}
