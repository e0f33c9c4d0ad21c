using System.Collections.Immutable;
using HpcLinReg.Rows;
using HpcLinReg.Solver;

namespace HpcLinReg.Polynomials;

/// <summary>Fits a polynomial on its terms, in double-double.</summary>
internal static class PolynomialSolver
{
    /// <summary>
    /// Nothing is promised for weights that span more than this: terms in double-double have a relative error of 2⁻¹⁰¹, and the errors of
    /// heavy rows would outweigh light rows. Bounds were seen broken from spans of 1e40 on, and none up to 1e32.
    /// </summary>
    private const double MostWeightSpan = 1e30;

    /// <summary>Solves for the last joint column on the terms of the others.</summary>
    internal static PolynomialFit Solve(MomentsTree tree, PolynomialBasis basis, FitOptions options)
    {
        MomentsNode node = tree.Fold();
        if (node.Count == 0)
        {
            if (tree.NextRow > tree.FirstRow)
            {
                Throw.NoWeights();
            }

            Throw.NoMoments();
        }

        var ladder = new SolverLadder(basis.Columns - 1);
        ladder.Load(node, basis.Labels.Names, [], options with { Rungs = SolverRungs.DoubleDouble });
        RequireSpan(ladder, node);
        NoRows rows = default;
        ladder.Solve(ref rows, basis.Columns - 1, target: 0);
        return Answer(ladder, basis.Variables, options);
    }

    /// <summary>Notes in the equations whether weights span more than the error bounds of terms allow for.</summary>
    internal static void RequireSpan(SolverLadder ladder, MomentsNode node) =>
        ladder.Equations.WeightsHideRows = node.Weight.High > MostWeightSpan * node.LeastWeight;

    /// <summary>Returns the polynomial of equations that were solved.</summary>
    internal static PolynomialFit Answer(SolverLadder ladder, ImmutableArray<PolynomialVariable> variables, FitOptions options)
    {
        DoubleDoubleModel solution = ladder.Answer.ToDoubleDouble();
        Fit fit = ladder.Answer.HandOver();
        CertificateCause cause = fit.Accuracy.Cause == CertificateCause.DoubleDoubleOnly ? CertificateCause.PolynomialPowers
            : fit.Accuracy.Cause;
        return new PolynomialFit(fit.With(fit.Accuracy with { Cause = cause }), solution,
            new PowerConversion(variables, options.Intercept));
    }
}
