using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Fits;

/// <summary>
/// First-order bounds of a fit's errors, coefficient by coefficient (Higham 2002, ch. 7), with columns of unit length: entries of G = XᵀX
/// and Xᵀy wrong by ε change weight j by up to εΣₖ|G⁻¹|ⱼₖ·(Σ|wₗ| + ‖y‖), or by the same in Euclidean norms when errors of different entries
/// are independent, which does not grow with the number of columns; the smaller of the two counts. Refined solutions have the errors of
/// their residuals (<see cref="SolverErrors"/>). The rounding of the answer itself is added.
/// </summary>
/// <param name="Weights">One for each weight; NaN for an aliased column.</param>
/// <param name="Intercept">Of the intercept; 0 without one.</param>
/// <param name="Digits">The digits of the worst coefficient.</param>
internal sealed record ErrorBounds(ImmutableArray<double> Weights, double Intercept, double Digits)
{
    /// <summary>
    /// Coefficients smaller than this share of ‖y‖/‖xⱼ‖ count as that large when digits are counted: smaller ones contribute almost nothing
    /// to predictions (docs/numerics.md).
    /// </summary>
    internal const double SizeFloor = 1e-3;

    /// <summary>Up to this order the inverse's entries are computed; above, they are bounded by its diagonal.</summary>
    private const int MostExplicitOrder = 300;

    /// <summary>Computes the bounds of a fit from its factor.</summary>
    internal static ErrorBounds Of(Fit fit)
    {
        if (fit.Accuracy.KnownBounds is { } known)
        {
            return known;
        }

        double[] lengths = Lengths(fit.Factor.AsSpan(), fit.Model.Features);
        (double[] errors, double interceptError) = OfSolver(fit, lengths);
        return Assemble(fit, errors, interceptError, lengths);
    }

    /// <summary>
    /// Computes the solver's error of each weight (NaN for an aliased column) and of the intercept, before the answer is rounded. The
    /// intercept ȳ − x̄ᵀw errs by x̄ᵀG⁻¹ times the equations' errors, so G⁻¹x̄ takes the place of a row of the inverse, and by the errors
    /// of the means.
    /// </summary>
    internal static (double[] Weights, double Intercept) OfSolver(Fit fit, double[] lengths)
    {
        (double[] errors, double interceptError) = OfFirstOrder(fit, lengths);
        double growth = fit.Accuracy.Errors.HigherOrder;
        if (double.IsInfinity(growth))
        {
            return ([.. errors.Select(error => double.IsNaN(error) ? error : double.PositiveInfinity)],
                fit.HasIntercept ? double.PositiveInfinity : 0);
        }

        TensorPrimitives.Multiply(errors, growth, errors);
        return (errors, interceptError * growth);
    }

    private static (double[] Weights, double Intercept) OfFirstOrder(Fit fit, double[] lengths)
    {
        int d = lengths.Length;
        InverseRow[] rows = InverseRows(fit, lengths);
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

        // Parts of the inverse may be infinite; an error of 0 stays 0 even then.
        double OfEquations(InverseRow row) => norm == 0 ? 0
            : Share(solver.Entry, Math.Min(row.Sum * sum, row.Norm * norm)) + Share(solver.Residual, row.Root * sum)
                + Share(solver.Product * residualLength, Math.Min(row.Sum, row.Norm * Math.Sqrt(d)));

        double meanLeftover = 0;
        double[] errors = new double[d];
        for (int j = 0; j < d; j++)
        {
            if (lengths[j] == 0)
            {
                errors[j] = double.NaN;
                continue;
            }

            double leftover = solver.Leftover * Math.Max(lengths[j] * Math.Abs(w[j]), SizeFloor * targetLength) / lengths[j];
            errors[j] = Known((OfEquations(rows[j]) / lengths[j]) + leftover);
            meanLeftover += fit.HasIntercept ? Math.Abs(fit.FeatureMeans[j]) * leftover : 0;
        }

        if (!fit.HasIntercept)
        {
            return (errors, 0);
        }

        double root = Math.Sqrt(fit.Accuracy.TotalWeight);
        double[] v = [.. fit.FeatureMeans];
        var ofMeans = InverseRow.Of(fit, lengths, v, 0);
        double means = (solver.Residual * sum / root) + (solver.Mean * Math.Sqrt(squares + fit.TotalSumOfSquares) / root)
            + (Math.Min(solver.Mean, 2 * RoundingModel.Roundoff) * InterceptSize(fit));
        return (errors, Known(OfEquations(ofMeans) + meanLeftover + means));
    }

    /// <summary>Adds rounding and counts digits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="errors">The solver's error of each weight; NaN for an aliased column.</param>
    /// <param name="interceptError">Its error of the intercept.</param>
    /// <param name="lengths">The (centred) columns' lengths.</param>
    internal static ErrorBounds Assemble(Fit fit, ReadOnlySpan<double> errors, double interceptError, ReadOnlySpan<double> lengths)
    {
        ReadOnlySpan<double> w = fit.Model.Weights;
        double targetLength = Math.Sqrt(fit.TotalSumOfSquares);
        double digits = -Math.Log10(RoundingModel.Roundoff);
        double[] bounds = new double[w.Length];
        for (int j = 0; j < bounds.Length; j++)
        {
            bounds[j] = errors[j] + (RoundingModel.Roundoff * Math.Abs(w[j]));
            if (!double.IsNaN(errors[j]))
            {
                digits = Math.Min(digits, OfRatio(bounds[j], Math.Max(Math.Abs(w[j]), SizeFloor * targetLength / lengths[j])));
            }
        }

        double intercept = 0;
        if (fit.HasIntercept)
        {
            intercept = interceptError + (RoundingModel.Roundoff * Math.Abs(fit.Model.Intercept));
            digits = Math.Min(digits, OfRatio(intercept, Math.Max(Math.Abs(fit.Model.Intercept), SizeFloor * InterceptSize(fit))));
        }

        if (!(digits > 0))
        {
            // Bounds of first order that leave no digit promise nothing.
            bounds = [.. bounds.Select(bound => double.IsNaN(bound) ? bound : double.PositiveInfinity)];
            return new ErrorBounds(ImmutableCollectionsMarshal.AsImmutableArray(bounds), fit.HasIntercept ? double.PositiveInfinity : 0,
                double.NegativeInfinity);
        }

        return new ErrorBounds(ImmutableCollectionsMarshal.AsImmutableArray(bounds), intercept, digits);
    }

    /// <summary>Computes |ȳ| + Σ|x̄ⱼwⱼ|: the size of the numbers that the intercept is a difference of.</summary>
    private static double InterceptSize(Fit fit)
    {
        double meanTarget = fit.Model.Intercept;
        double size = 0;
        for (int j = 0; j < fit.Model.Features; j++)
        {
            double part = fit.FeatureMeans[j] * fit.Model.Weights[j];
            meanTarget += part;
            size += Math.Abs(part);
        }

        return Math.Abs(meanTarget) + size;
    }

    /// <summary>Returns infinity for NaN: nothing is promised where parts of the inverse exceed the range of double.</summary>
    private static double Known(double error) => double.IsNaN(error) ? double.PositiveInfinity : error;

    private static double Share(double error, double size) => error == 0 ? 0 : error * size;

    private static double OfRatio(double bound, double scale) =>
        double.IsInfinity(bound) ? double.NegativeInfinity : scale == 0 ? double.PositiveInfinity
            : double.IsNaN(bound) || double.IsNaN(scale) ? double.NegativeInfinity : -Math.Log10(bound / scale);

    /// <summary>Computes ‖R·eⱼ‖ of each column; 0 for a dropped one.</summary>
    internal static double[] Lengths(ReadOnlySpan<double> factor, int order)
    {
        double[] lengths = new double[order];
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
    /// Computes the rows of the inverse of the Gram matrix with unit diagonal. For many columns only the diagonal is computed, and ‖G⁻¹eⱼ‖²
    /// ≤ ‖G⁻¹‖·G⁻¹ⱼⱼ.
    /// </summary>
    private static InverseRow[] InverseRows(Fit fit, double[] lengths)
    {
        int order = lengths.Length;
        var rows = new InverseRow[order];
        double[] v = new double[order];
        for (int j = 0; j < order; j++)
        {
            if (lengths[j] > 0)
            {
                Array.Clear(v);
                v[j] = lengths[j];
                rows[j] = order <= MostExplicitOrder ? InverseRow.Of(fit, lengths, v, j)
                    : new InverseRow(0, 0, InverseRow.RootOf(fit, v, j, out _));
            }
        }

        if (order > MostExplicitOrder)
        {
            // ‖G⁻¹‖ = κ²/‖G‖ ≤ κ², which the estimate of 1/κ may miss by a few per cent; and its trace is a bound as well.
            double norm = Math.Min(rows.Sum(row => row.Root * row.Root), 1.25 / (fit.ReciprocalCondition * fit.ReciprocalCondition));
            for (int j = 0; j < order; j++)
            {
                rows[j] = rows[j] with { Sum = double.PositiveInfinity, Norm = rows[j].Root * Math.Sqrt(norm) };
            }
        }

        return rows;
    }

    /// <summary>
    /// Norms for a vector v: the sum of magnitudes and the Euclidean norm of D(RᵀR)⁻¹v, D the columns' lengths, and ‖R⁻ᵀv‖.
    /// </summary>
    private readonly record struct InverseRow(double Sum, double Norm, double Root)
    {
        /// <summary>Computes ‖R⁻ᵀv‖ and overwrites v, which is zero before the start, with R⁻ᵀv over a power of two.</summary>
        internal static double RootOf(Fit fit, double[] v, int start, out double unit)
        {
            int order = v.Length;

            // Squares of v itself, of means of 1e200 say, may leave the range of double.
            double largest = order == 0 ? 0 : TensorPrimitives.MaxMagnitude<double>(v);
            unit = largest == 0 ? 1 : Math.ScaleB(1, Math.ILogB(largest));
            TensorPrimitives.Divide(v, unit, v);
            TriangularSystem.SolveTransposed(fit.Factor.AsSpan(), order, v, start);
            ref double first = ref MemoryMarshal.GetArrayDataReference(v);
            return unit * Math.Sqrt(Reduce.Dot(ref first, ref first, order));
        }

        /// <summary>Computes the norms and overwrites v, which is zero before the start.</summary>
        internal static InverseRow Of(Fit fit, double[] lengths, double[] v, int start)
        {
            int order = v.Length;
            double root = RootOf(fit, v, start, out double unit);
            TriangularSystem.SolveUpper(fit.Factor.AsSpan(), order, order, v);
            double sum = 0;
            double squares = 0;
            for (int k = 0; k < order; k++)
            {
                double entry = Math.Abs(v[k]) * lengths[k];
                sum += entry;
                squares += entry * entry;
            }

            return new InverseRow(unit * sum, unit * Math.Sqrt(squares), root);
        }
    }
}
