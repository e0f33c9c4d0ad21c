namespace HpcLinReg;

/// <summary>The state of a fit's standard errors: given, or the reason why not.</summary>
public enum StandardErrorState
{
    /// <summary>Not stated: the model comes from a file that holds the sentence only.</summary>
    NotStated = 0,

    /// <summary>All are given.</summary>
    Given,

    /// <summary>Some are NaN: beside the ridge penalty their columns have too few digits of their own.</summary>
    SomeHiddenByPenalty,

    /// <summary>There are no residual degrees of freedom.</summary>
    NoDegreesOfFreedom,

    /// <summary>Residuals are smaller than the rounding of their own computation, so their sum of squares is not known.</summary>
    ResidualsBelowRounding,

    /// <summary>Rows of far larger weights hide what the others say.</summary>
    HeavyRowsHideOthers,

    /// <summary>Rounding of the equations leaves them no digit.</summary>
    NoDigits,

    /// <summary>
    /// The rows have faded (<see cref="Moments.Decay"/>) to too few effective rows, or to too few digits, to speak of noise.
    /// </summary>
    RowsFaded,

    /// <summary>Conjugate gradients compute no factor, from which standard errors would follow.</summary>
    NoFactor,
}
