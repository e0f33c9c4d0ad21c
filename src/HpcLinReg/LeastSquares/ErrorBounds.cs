using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// First-order bounds of a fit's errors, coefficient by coefficient (Higham 2002, ch. 7), with columns of unit length: entries of G = XᵀX and
/// Xᵀy wrong by ε cost εΣₖ|G⁻¹|ⱼₖ·(Σ|wₗ| + ‖y‖), or the same in Euclidean norms when errors of different entries have
/// nothing to do with each other, which does not grow with the number of columns: the smaller of the two. Errors of refined
/// solutions are those of their residuals (<see cref="SolverErrors"/>). Added is the rounding of the answer itself.
/// </summary>
/// <param name="Weights">One for each weight; NaN for an aliased column.</param>
/// <param name="Intercept">Of the intercept; 0 without one.</param>
/// <param name="Digits">The digits of the worst coefficient.</param>
internal sealed record ErrorBounds(ImmutableArray<double> Weights, double Intercept, double Digits)
{
    /// <summary>Up to this order the inverse's entries are computed; above, they are bounded by its diagonal.</summary>
    private const int MostExplicitOrder = 300;

    /// <summary>The bounds of a fit, from its factor.</summary>
    internal static ErrorBounds Of(Fit fit)
    {
        if (fit.Accuracy.KnownBounds is { } known)
        {
            return known;
        }

        double[] lengths = Lengths(fit.Factor.AsSpan(), fit.Model.Features);
        return Assemble(fit, OfSolver(fit, lengths), lengths);
    }

    /// <summary>What the solver leaves of each weight, before the answer is rounded; NaN for an aliased column.</summary>
    internal static double[] OfSolver(Fit fit, ReadOnlySpan<double> lengths)
    {
        int d = fit.Model.Features;
        (double[] sums, double[] norms, double[] roots) = InverseRows(fit, lengths);
        ReadOnlySpan<double> w = fit.Model.Weights;
        SolverErrors solver = fit.Accuracy.Errors;
        double targetLength = Math.Sqrt(fit.TotalSumOfSquares);
        double residualLength = Math.Sqrt(fit.ResidualSumOfSquares);
        double sum = targetLength;
        double squares = 0;
        for (int j = 0; j < d; j++)
        {
            double size = lengths[j] * Math.Abs(w[j]);
            sum += size;
            squares += size * size;
        }

        double norm = Math.Sqrt(squares) + targetLength;
        var errors = new double[d];
        for (int j = 0; j < d; j++)
        {
            if (lengths[j] == 0)
            {
                errors[j] = double.NaN;
                continue;
            }

            double error = (solver.Entry * Math.Min(sums[j] * sum, norms[j] * norm))
                + (solver.Residual * roots[j] * sum) + (solver.Product * Math.Min(sums[j], norms[j] * Math.Sqrt(d)) * residualLength)
                + (solver.Leftover * Math.Max(lengths[j] * Math.Abs(w[j]), NormalEquations.SizeFloor * targetLength));
            errors[j] = error / lengths[j];
        }

        return errors;
    }

    /// <summary>Adds rounding, bounds the intercept and counts digits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="errors">What the solver leaves of each weight; NaN for an aliased column.</param>
    /// <param name="lengths">The (centred) columns' lengths.</param>
    /// <param name="interceptError">What the solver leaves of the intercept, when that is known apart from the weights' errors.</param>
    internal static ErrorBounds Assemble(Fit fit, ReadOnlySpan<double> errors, ReadOnlySpan<double> lengths, double? interceptError = null)
    {
        ReadOnlySpan<double> w = fit.Model.Weights;
        double targetLength = Math.Sqrt(fit.TotalSumOfSquares);
        double root = Math.Sqrt(fit.Accuracy.TotalWeight);
        double digits = double.PositiveInfinity;
        double meanTarget = fit.Model.Intercept;
        double size = 0;
        double error = 0;
        double deviations = targetLength / root;
        var bounds = new double[w.Length];
        for (int j = 0; j < bounds.Length; j++)
        {
            bounds[j] = errors[j] + (NormalEquations.Roundoff * Math.Abs(w[j]));
            if (!double.IsNaN(errors[j]))
            {
                digits = Math.Min(digits, OfRatio(bounds[j], Math.Max(Math.Abs(w[j]), NormalEquations.SizeFloor * targetLength / lengths[j])));
            }

            if (fit.HasIntercept)
            {
                double mean = fit.FeatureMeans[j];
                meanTarget += mean * w[j];
                size += Math.Abs(mean * w[j]);
                error += double.IsNaN(errors[j]) ? 0 : Math.Abs(mean) * errors[j];
                deviations += lengths[j] / root * Math.Abs(w[j]);
            }
        }

        double intercept = 0;
        if (fit.HasIntercept)
        {
            // Means in double are wrong by two of their own roundoffs and by those of their columns' deviations; refined ones by nearly nothing.
            size += Math.Abs(meanTarget);
            SolverErrors solver = fit.Accuracy.Errors;
            double share = Math.Max(solver.Entry, solver.Residual + solver.Product);
            double means = (share * deviations) + (Math.Min(share, 2 * NormalEquations.Roundoff) * size);
            intercept = (interceptError ?? (error + means)) + (NormalEquations.Roundoff * Math.Abs(fit.Model.Intercept));
            digits = Math.Min(digits, OfRatio(intercept, Math.Max(Math.Abs(fit.Model.Intercept), NormalEquations.SizeFloor * size)));
        }

        return new ErrorBounds(ImmutableCollectionsMarshal.AsImmutableArray(bounds), intercept, Math.Min(digits, -Math.Log10(NormalEquations.Roundoff)));
    }

    private static double OfRatio(double bound, double scale) =>
        scale == 0 ? double.PositiveInfinity : double.IsNaN(bound) || double.IsNaN(scale) ? double.NegativeInfinity : -Math.Log10(bound / scale);

    /// <summary>‖R·eⱼ‖; 0 for a dropped column.</summary>
    internal static double[] Lengths(ReadOnlySpan<double> factor, int order)
    {
        var lengths = new double[order];
        for (int j = 0; j < order; j++)
        {
            double length = 0;
            for (int i = 0; i <= j; i++)
            {
                length = double.Hypot(length, factor[(i * order) + j]);
            }

            lengths[j] = length;
        }

        return lengths;
    }

    /// <summary>
    /// Of the inverse of the Gram matrix with unit diagonal: for each row the sum of magnitudes and the Euclidean norm, and the root of the
    /// diagonal. Of many columns only the diagonal is computed, and ‖G⁻¹eⱼ‖² ≤ ‖G⁻¹‖·G⁻¹ⱼⱼ.
    /// </summary>
    private static (double[] Sums, double[] Norms, double[] Roots) InverseRows(Fit fit, ReadOnlySpan<double> lengths)
    {
        int order = lengths.Length;
        ReadOnlySpan<double> factor = fit.Factor.AsSpan();
        var sums = new double[order];
        var norms = new double[order];
        var roots = new double[order];
        var v = new double[order];
        for (int j = 0; j < order; j++)
        {
            if (lengths[j] == 0)
            {
                continue;
            }

            Array.Clear(v);
            v[j] = lengths[j];
            Cholesky.SolveTransposed(factor, order, v, j);
            ref double first = ref MemoryMarshal.GetArrayDataReference(v);
            roots[j] = Math.Sqrt(Reduce.Dot(ref first, ref first, order));
            if (order > MostExplicitOrder)
            {
                continue;
            }

            Cholesky.SolveUpper(factor, order, order, v);
            double squares = 0;
            for (int k = 0; k < order; k++)
            {
                double entry = Math.Abs(v[k]) * lengths[k];
                sums[j] += entry;
                squares += entry * entry;
            }

            norms[j] = Math.Sqrt(squares);
        }

        if (order > MostExplicitOrder)
        {
            // ‖G⁻¹‖ = κ²/‖G‖ ≤ κ², which the estimate of 1/κ may miss by a few per cent; and its trace is a bound as well.
            double norm = Math.Min(roots.Sum(root => root * root), 1.25 / (fit.ReciprocalCondition * fit.ReciprocalCondition));
            for (int j = 0; j < order; j++)
            {
                norms[j] = roots[j] * Math.Sqrt(norm);
                sums[j] = double.PositiveInfinity;
            }
        }

        return (sums, norms, roots);
    }
}
