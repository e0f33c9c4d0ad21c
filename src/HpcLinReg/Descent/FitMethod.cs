namespace HpcLinReg;

/// <summary>The method by which a least-squares solution is computed.</summary>
public enum FitMethod
{
    /// <summary>The closed form if its matrix fits the allowed memory, otherwise conjugate gradients.</summary>
    Auto,

    /// <summary>
    /// The normal equations and their Cholesky factor: one pass over the rows, memory of d² numbers, and a full <see cref="HpcLinReg.Fit"/>
    /// with its certificate.
    /// </summary>
    ClosedForm,

    /// <summary>
    /// Conjugate gradients: two passes over the rows a step, memory of d numbers, and a model with its loss but without standard errors or
    /// a certificate.
    /// </summary>
    ConjugateGradient,
}
