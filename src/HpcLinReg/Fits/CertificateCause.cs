namespace HpcLinReg;

/// <summary>Why a rung of the solver ladder answered: what the rungs below it lacked.</summary>
public enum CertificateCause
{
    /// <summary>Not stated: the model comes from a file that holds the sentence only.</summary>
    NotStated = 0,

    /// <summary>The normal equations had the digits asked for.</summary>
    NormalEquationsSufficed,

    /// <summary>The normal equations promised too few digits of coefficients or standard errors, and refining them was enough.</summary>
    RefinementSufficed,

    /// <summary>The moments were summed in double-double, where refining needs no further pass over the rows.</summary>
    RefinementWithoutRows,

    /// <summary><see cref="FitOptions.Rungs"/> excluded the normal equations without refinement.</summary>
    NormalEquationsNotAllowed,

    /// <summary>Too few digits, but the rows cannot be read again.</summary>
    RowsNotReadable,

    /// <summary>Too few digits, but <see cref="FitOptions.Rungs"/> excluded the rungs that have more.</summary>
    HigherRungsNotAllowed,

    /// <summary>Refining the normal equations promised too few digits.</summary>
    RefinementDidNotSuffice,

    /// <summary>Double precision could not decide whether other columns determine a column.</summary>
    RankUndecidedInDouble,

    /// <summary><see cref="FitOptions.Rungs"/> allowed no other rung than the third.</summary>
    DoubleDoubleOnly,

    /// <summary>
    /// The third rung answered, but its refinement does not converge: the design is nearly rank deficient in double-double.
    /// </summary>
    RefinementDiverged,

    /// <summary>Powers of a polynomial are always computed and fitted in double-double.</summary>
    PolynomialPowers,

    /// <summary>Conjugate gradients converged: they estimate that the digits asked for are there, and promise none.</summary>
    ConjugateGradientsConverged,

    /// <summary>Conjugate gradients ended before they converged.</summary>
    ConjugateGradientsStopped,
}
