using HpcLinReg.Rows;
using HpcLinReg.Solver;

namespace HpcLinReg.Polynomials;

/// <summary>Fits a polynomial on its terms, in double-double.</summary>
internal static class PolynomialSolver
{
    /// <summary>
    /// Terms in double-double are wrong by 2⁻¹⁰¹ of themselves. Beside weights that span more than this the errors of heavy rows outweigh light rows: bounds
    /// were seen broken from spans of 1e40 on, and none up to 1e32.
    /// </summary>
    private const double MostWeightSpan = 1e30;

    /// <summary>Solves for the last joint column on the terms of the others.</summary>
    internal static PolynomialFit Solve(MomentsAccumulator accumulator, PolynomialBasis basis, FitOptions options)
    {
        var node = new MomentsNode(basis.Columns, isDoubleDouble: true);
        accumulator.FoldInto(node);
        if (node.Count == 0)
        {
            if (accumulator.NextRow > accumulator.FirstRow)
            {
                Throw.NoWeights();
            }

            Throw.NoMoments();
        }

        var equations = new NormalEquations(basis.Columns - 1);
        equations.Load(node, basis.Labels.Names, [], options with { Rungs = SolverRungs.DoubleDouble });
        equations.WeightsHideRows = node.Weight.High > MostWeightSpan * node.LeastWeight;
        NoRows rows = default;
        equations.Solve(ref rows, [], basis.Columns - 1, target: 0);
        DoubleDoubleModel solution = equations.ToDoubleDouble();
        Fit fit = equations.ToFit(last: true);
        CertificateCause cause = fit.Accuracy.Cause == CertificateCause.DoubleDoubleOnly ? CertificateCause.PolynomialPowers : fit.Accuracy.Cause;
        return new PolynomialFit(fit.With(fit.Accuracy with { Cause = cause }), solution, new PowerConversion(basis.Variables, options.Intercept));
    }
}
