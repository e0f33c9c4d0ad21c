namespace HpcLinReg;

/// <summary>The rung of the solver ladder that answered, from the fastest method to the most accurate (docs/numerics.md).</summary>
public enum SolverRung
{
    /// <summary>None: conjugate gradients answered (<see cref="FitMethod.ConjugateGradient"/>).</summary>
    None = 0,

    /// <summary>The centred, scaled normal equations and their Cholesky factor, in double.</summary>
    NormalEquations = 1,

    /// <summary>The normal equations, refined by residuals in double-double.</summary>
    Refinement = 2,

    /// <summary>Gram matrix and Cholesky factor in double-double, refined.</summary>
    DoubleDouble = 3,

    /// <summary>Any of the three, after columns that others determine were dropped or made to share their weights.</summary>
    RankDeficient = 4,
}
