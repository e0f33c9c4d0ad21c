namespace HpcLinReg;

/// <summary>The method by which a least-squares solution is computed.</summary>
public enum FitMethod
{
    /// <summary>
    /// The normal equations and their Cholesky factor: one pass over the rows, memory of about 20d² bytes for d features, and a
    /// <see cref="Fit"/> with standard errors and error bounds.
    /// </summary>
    ClosedForm,

    /// <summary>
    /// Conjugate gradients: two passes over the rows a step, memory of d numbers, and a <see cref="Fit"/> without factor, standard errors
    /// or error bounds, whose rank is not decided. For rows and a source of rows; other entry points refuse it.
    /// </summary>
    ConjugateGradient,

    /// <summary>
    /// The closed form if its memory is within <see cref="FitOptions.ClosedFormMemory"/>, otherwise conjugate gradients. Entry points that
    /// have the closed form only use that.
    /// </summary>
    Auto,
}
