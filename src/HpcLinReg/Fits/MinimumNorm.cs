using System.Collections.Immutable;

namespace HpcLinReg.Fits;

/// <summary>
/// Computes, among all weights that fit equally well, those of the smallest ‖w‖. With the aliased columns X_A = X_B·C (and constants) and u
/// the weights without them, w_B = u − Ca fits alike for any weights a of the aliased columns. ‖u − Ca‖² + ‖a‖² is least for (I + CᵀC)a =
/// Cᵀu, a system whose condition number is that of the combinations, not of the design.
/// </summary>
internal static class MinimumNorm
{
    /// <summary>Returns the fit with minimal weights, from one that has dropped the aliased columns.</summary>
    internal static Fit Of(Fit fit)
    {
        double[] lengths = ErrorBounds.Lengths(fit.Factor.AsSpan(), fit.Model.Features);
        (double[] errors, double interceptError) = ErrorBounds.OfSolver(fit, lengths);
        return Of(fit, errors, interceptError, lengths, CombinationError(fit));
    }

    /// <summary>Returns the same fit from errors that are known.</summary>
    /// <param name="fit">One that has dropped the aliased columns.</param>
    /// <param name="errors">The solver's error of each weight; NaN for an aliased column.</param>
    /// <param name="interceptError">Its error of the intercept.</param>
    /// <param name="lengths">The (centred) columns' lengths; overwritten where columns are aliased.</param>
    /// <param name="share">The error of a part cᵢ‖xᵢ‖ of a combination, relative to Σ|cᵢ|‖xᵢ‖.</param>
    internal static Fit Of(Fit fit, double[] errors, double interceptError, double[] lengths, double share)
    {
        ImmutableArray<AliasedColumn> aliased = fit.Aliased;
        int count = aliased.Length;
        double[] weights = fit.Model.Weights.ToArray();
        errors = [.. errors.Select(error => double.IsNaN(error) ? 0 : error)];
        (double[] factor, double[] solution) = Solve(aliased, fit.Model.Weights);
        for (int k = 0; k < count; k++)
        {
            for (int i = 0; i < aliased[k].Coefficients.Length; i++)
            {
                weights[i] -= aliased[k].Coefficients[i] * solution[k];
            }

            weights[aliased[k].Column] = solution[k];
        }

        double[][] coefficientErrors = [.. aliased.Select(column => CoefficientErrors(column, lengths, share))];
        double[] changes = RightHandErrors(aliased, fit.Model.Weights, weights, solution, errors, coefficientErrors, share);
        double[] solutionErrors = Amplified(factor, changes);
        for (int k = 0; k < count; k++)
        {
            for (int i = 0; i < aliased[k].Coefficients.Length; i++)
            {
                errors[i] += (Math.Abs(aliased[k].Coefficients[i]) * solutionErrors[k]) + (coefficientErrors[k][i] * Math.Abs(solution[k]));
            }

            errors[aliased[k].Column] = solutionErrors[k];
            lengths[aliased[k].Column] = LengthOf(aliased[k], lengths);
        }

        // Summed in double, so every term is rounded; errors of the weights enter multiplied by the means.
        double intercept = fit.Model.Intercept;
        double size = Math.Abs(intercept);
        interceptError += RoundingModel.Roundoff * size;
        for (int j = 0; j < weights.Length && fit.HasIntercept; j++)
        {
            double change = (weights[j] - fit.Model.Weights[j]) * fit.FeatureMeans[j];
            intercept -= change;
            size += Math.Abs(change) + Math.Abs(weights[j] * fit.FeatureMeans[j]);
            interceptError += Math.Abs(fit.FeatureMeans[j]) * errors[j];
        }

        interceptError += (weights.Length + 4) * RoundingModel.Roundoff * size;
        Fit minimal = fit.With(new LinearModel(weights, intercept), null);
        return fit.With(minimal.Model, ErrorBounds.Assemble(minimal, errors, interceptError, lengths), isMinimumNorm: true);
    }

    /// <summary>
    /// Overwrites v with z so that Σ vⱼwⱼ = Σ zⱼuⱼ, u being the weights without the aliased columns: z = v − C(I + CᵀC)⁻¹(Cᵀv − v_A), and 0
    /// for aliased columns.
    /// </summary>
    /// <param name="factor">R with RᵀR = I + CᵀC.</param>
    /// <param name="aliased">The combinations C.</param>
    /// <param name="v">v.</param>
    internal static void ToCombinationOfKept(double[] factor, ImmutableArray<AliasedColumn> aliased, Span<double> v)
    {
        int count = aliased.Length;
        double[] change = new double[count];
        for (int k = 0; k < count; k++)
        {
            change[k] = Dot(aliased[k].Coefficients, v) - v[aliased[k].Column];
        }

        SolveBoth(factor, change);
        for (int k = 0; k < count; k++)
        {
            for (int i = 0; i < aliased[k].Coefficients.Length; i++)
            {
                v[i] -= aliased[k].Coefficients[i] * change[k];
            }
        }

        foreach (AliasedColumn column in aliased)
        {
            v[column.Column] = 0;
        }
    }

    /// <summary>
    /// Computes the relative error of combinations: κu from the triangular solves, and κ²ε from the errors of the factored entries.
    /// </summary>
    internal static double CombinationError(Fit fit)
    {
        double reciprocal = fit.ReciprocalCondition;
        return (RoundingModel.Roundoff * (fit.Model.Features + 4) / reciprocal) + (fit.Accuracy.EntryError / reciprocal / reciprocal);
    }

    /// <summary>
    /// Computes the error of each coefficient of a combination. All parts cᵢ‖xᵢ‖ have the same error, so a small coefficient of a short
    /// column may have no digit.
    /// </summary>
    private static double[] CoefficientErrors(AliasedColumn column, double[] lengths, double share)
    {
        double length = LengthOf(column, lengths);
        return [.. column.Coefficients.Select((c, i) => lengths[i] > 0 ? share * Math.Max(Math.Abs(c), length / lengths[i]) : 0)];
    }

    /// <summary>
    /// Computes |C|ᵀ·errors of u + Eᵀ(|u − Ca| + |C||a|), E the errors of C: the change of the right-hand side that stands for all
    /// first-order changes of a.
    /// </summary>
    private static double[] RightHandErrors(
        ImmutableArray<AliasedColumn> aliased,
        ReadOnlySpan<double> before,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> solution,
        ReadOnlySpan<double> errors,
        double[][] coefficientErrors,
        double share)
    {
        int count = aliased.Length;
        double[] changes = new double[count];
        for (int k = 0; k < count; k++)
        {
            ImmutableArray<double> coefficients = aliased[k].Coefficients;
            for (int i = 0; i < coefficients.Length; i++)
            {
                double size = Math.Abs(weights[i]) + Math.Abs(before[i]) + Math.Abs(before[i] - weights[i]);
                changes[k] += (Math.Abs(coefficients[i]) * errors[i]) + (coefficientErrors[k][i] * size);
            }

            changes[k] += share * Math.Abs(solution[k]);
        }

        return changes;
    }

    /// <summary>Computes |(I + CᵀC)⁻¹|·changes.</summary>
    private static double[] Amplified(double[] factor, double[] changes)
    {
        int count = changes.Length;
        double[] bounds = new double[count];
        double[] row = new double[count];
        for (int k = 0; k < count; k++)
        {
            Array.Clear(row);
            row[k] = 1;
            SolveBoth(factor, row);
            for (int l = 0; l < count; l++)
            {
                bounds[k] += Math.Abs(row[l]) * changes[l];
            }
        }

        return bounds;
    }

    /// <summary>Computes Σ|cᵢ|‖xᵢ‖, a bound of the column's length; 1 for a constant column, whose weight is 0 in any case.</summary>
    private static double LengthOf(AliasedColumn column, ReadOnlySpan<double> lengths)
    {
        double length = 0;
        for (int i = 0; i < column.Coefficients.Length; i++)
        {
            length += Math.Abs(column.Coefficients[i]) * lengths[i];
        }

        return length > 0 ? length : 1;
    }

    /// <summary>Computes R with RᵀR = I + CᵀC.</summary>
    internal static double[] FactorOf(ImmutableArray<AliasedColumn> aliased) => Rotated(aliased, [], aliased.Length);

    /// <summary>Computes R and the solution a of (I + CᵀC)a = Cᵀu; the rotations turn u into Ra.</summary>
    private static (double[] Factor, double[] Solution) Solve(ImmutableArray<AliasedColumn> aliased, ReadOnlySpan<double> u)
    {
        int count = aliased.Length;
        double[] wide = Rotated(aliased, u, count + 1);
        double[] factor = new double[count * count];
        double[] solution = new double[count];
        for (int i = 0; i < count; i++)
        {
            wide.AsSpan(i * (count + 1), count).CopyTo(factor.AsSpan(i * count));
            solution[i] = wide[(i * (count + 1)) + count];
        }

        TriangularSystem.SolveUpper(factor, count, count, solution);
        return (factor, solution);
    }

    /// <summary>
    /// Rotates the rows of C, with a right-hand side behind them if there is room for it, into a unit matrix. The product CᵀC would square
    /// their condition number, and from entries of 1e8 on rounding would lose I.
    /// </summary>
    private static double[] Rotated(ImmutableArray<AliasedColumn> aliased, ReadOnlySpan<double> right, int stride)
    {
        int count = aliased.Length;
        double[] factor = new double[count * stride];
        for (int k = 0; k < count; k++)
        {
            factor[(k * stride) + k] = 1;
        }

        double[] row = new double[stride];
        for (int i = 0; i < aliased[^1].Coefficients.Length; i++)
        {
            for (int k = 0; k < count; k++)
            {
                row[k] = i < aliased[k].Coefficients.Length ? aliased[k].Coefficients[i] : 0;
            }

            if (stride > count)
            {
                row[count] = right[i];
            }

            CholeskyUpdate.RotateIn(factor, count, stride, row);
        }

        return factor;
    }

    /// <summary>Computes v ← (RᵀR)⁻¹v.</summary>
    private static void SolveBoth(double[] factor, Span<double> v)
    {
        TriangularSystem.SolveTransposed(factor, v.Length, v);
        TriangularSystem.SolveUpper(factor, v.Length, v.Length, v);
    }

    private static double Dot(ImmutableArray<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
