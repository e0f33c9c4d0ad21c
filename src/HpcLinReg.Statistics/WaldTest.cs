namespace HpcLinReg.Statistics;

/// <summary>
/// The F statistic of the hypothesis that k combinations of coefficients are 0: cᵀ(covariance of c)⁻¹c/k. For a linear model with equally
/// noisy rows that is exactly the F of the fit without them, so no second fit is needed (Seber and Lee 2003, theorem 4.1).
/// </summary>
internal static class WaldTest
{
    /// <summary>Computes F; NaN where the covariance of the combinations is singular or not known.</summary>
    /// <param name="model">The model; it has a basis.</param>
    /// <param name="combinations">The combinations in the coordinates of the basis; overwritten.</param>
    /// <param name="values">Their values c; overwritten.</param>
    internal static double F(RegressionModel model, double[][] combinations, double[] values)
    {
        int k = values.Length;
        var basis = OrthogonalBasis.Of(combinations);
        basis.SolveTransposed(values);
        if (model.Robust is not { } robust)
        {
            double s = model.ResidualStandardError;
            return OrthogonalBasis.Dot(values, values) / k / s / s;
        }

        // The covariance of T⁻ᵀc is QᵀMQ.
        double[] middle = [.. robust.Middle];
        int order = model.Basis!.Order;
        double[][] products = [.. basis.Vectors
            .Select(q => Enumerable.Range(0, order).Select(i => OrthogonalBasis.Dot(middle.AsSpan(i * order, order), q)).ToArray())];
        double[] covariance = new double[k * k];
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < k; j++)
            {
                covariance[(i * k) + j] = OrthogonalBasis.Dot(basis.Vectors[i], products[j]);
            }
        }

        return Quadratic(covariance, values) / k;
    }

    /// <summary>
    /// Computes cᵀC⁻¹c by the factor of Cholesky of C with its diagonal scaled to 1; NaN where C is singular to rounding.
    /// </summary>
    private static double Quadratic(double[] matrix, double[] c)
    {
        const double LeastPivot = 1e-12;
        int k = c.Length;
        double[] scale = [.. Enumerable.Range(0, k).Select(i => 1 / Math.Sqrt(matrix[(i * k) + i]))];
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < k; j++)
            {
                matrix[(i * k) + j] *= scale[i] * scale[j];
            }

            c[i] *= scale[i];
        }

        double sum = 0;
        for (int j = 0; j < k; j++)
        {
            double pivot = matrix[(j * k) + j];
            if (!(pivot > LeastPivot))
            {
                return double.NaN;
            }

            double value = c[j] / Math.Sqrt(pivot);
            sum += value * value;
            for (int i = j + 1; i < k; i++)
            {
                double factor = matrix[(i * k) + j] / pivot;
                c[i] -= factor * c[j];
                for (int l = j + 1; l < k; l++)
                {
                    matrix[(i * k) + l] -= factor * matrix[(j * k) + l];
                }
            }
        }

        return sum;
    }
}
