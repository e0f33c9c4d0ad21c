using HpcLinReg.Fits;

namespace HpcLinReg.Solver;

/// <summary>The ladder's results besides the solution itself: which rung answered and why, and how accurate the solution is.</summary>
internal sealed class Findings
{
    /// <summary>Gets or sets the rung that answered.</summary>
    internal SolverRung Rung { get; set; }

    /// <summary>Gets or sets why it was that one.</summary>
    internal CertificateCause Cause { get; set; }

    /// <summary>Gets or sets the steps of refinement.</summary>
    internal int RefinementSteps { get; set; }

    /// <summary>Gets or sets an upper estimate of ‖G⁻¹‖₂, G the Gram matrix with unit diagonal.</summary>
    internal double InverseNorm { get; set; }

    /// <summary>Gets or sets the errors of a refined solution.</summary>
    internal SolverErrors RefinedErrors { get; set; }

    /// <summary>Gets or sets whether standard errors are given, and why not.</summary>
    internal StandardErrorState StandardErrors { get; set; }

    /// <summary>Gets or sets the digits of standard errors; NaN where none are given.</summary>
    internal double StandardErrorDigits { get; set; }

    /// <summary>Gets or sets notes for the reader of the certificate, each as "; …".</summary>
    internal string Notes { get; set; } = "";
}
