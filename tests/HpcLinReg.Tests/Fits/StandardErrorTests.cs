using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Fits;

public class StandardErrorTests
{
    [Law(MaxTest = 100)]
    public void Standard_errors_agree_with_the_covariance_written_out(byte rows, byte columns, bool intercept, bool ridge, Seed seed)
    {
        int d = 1 + (columns % 7);
        int n = d + 3 + (rows % 50);
        double lambda = ridge ? 0.75 : 0;
        using var problem = new Problem(n, d, seed);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Intercept = intercept, Ridge = lambda });
        double[] means = [.. Enumerable.Range(0, d).Select(j => intercept ? Enumerable.Range(0, n).Average(i => problem.X[i, j]) : 0)];
        double[,] gram = new double[d, d];
        for (int a = 0; a < d; a++)
        {
            for (int b = 0; b < d; b++)
            {
                gram[a, b] = Enumerable.Range(0, n).Sum(i => (problem.X[i, a] - means[a]) * (problem.X[i, b] - means[b]));
            }
        }

        double[,] inverse = Inverse(gram, lambda);
        double[,] covariance = Multiply(Multiply(inverse, gram), inverse);
        double tolerance = 1e-9 / fit.ReciprocalCondition / fit.ReciprocalCondition;
        for (int j = 0; j < d; j++)
        {
            AssertClose(fit.ResidualStandardError * Math.Sqrt(covariance[j, j]), fit.StandardErrors[j], tolerance);
        }

        if (intercept)
        {
            double variance = 1.0 / n;
            for (int a = 0; a < d; a++)
            {
                for (int b = 0; b < d; b++)
                {
                    variance += means[a] * covariance[a, b] * means[b];
                }
            }

            AssertClose(fit.ResidualStandardError * Math.Sqrt(variance), fit.InterceptStandardError, tolerance);
        }
        else
        {
            Assert.Equal(double.NaN, fit.InterceptStandardError);
        }
    }

    [Fact]
    public void Aliased_columns_and_fits_without_degrees_of_freedom_have_none()
    {
        Fit aliased = LinearRegression.Fit<double>(new MatrixSpan<double>([1, 2, 2, 4, 3, 6, 4, 8, 5, 10], 2), [1, 3, 2, 5, 4]);
        Assert.True(aliased.StandardErrors[0] > 0);
        Assert.Equal(double.NaN, aliased.StandardErrors[1]);
        Fit exact = LinearRegression.Fit<double>(new MatrixSpan<double>([1, 2], 1), [1, 3]);
        Assert.Equal((double.NaN, double.NaN), (exact.StandardErrors[0], exact.InterceptStandardError));
        Fit mean = LinearRegression.Fit<double>(new MatrixSpan<double>([], 3, 0, 0), [1, 2, 6]);
        Assert.Empty(mean.StandardErrors);
        Assert.Equal(Math.Sqrt(7.0 / 3), mean.InterceptStandardError, 12);
    }

    private static void AssertClose(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{actual:R} instead of {expected:R}");

    /// <summary>(a + λI)⁻¹ by Gauss and Jordan with pivots on the diagonal, which a positive definite matrix allows.</summary>
    private static double[,] Inverse(double[,] a, double lambda)
    {
        int d = a.GetLength(0);
        double[,] left = new double[d, 2 * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                left[i, j] = a[i, j] + (i == j ? lambda : 0);
            }

            left[i, d + i] = 1;
        }

        for (int k = 0; k < d; k++)
        {
            double pivot = left[k, k];
            for (int j = 0; j < 2 * d; j++)
            {
                left[k, j] /= pivot;
            }

            for (int i = 0; i < d; i++)
            {
                double factor = left[i, k];
                for (int j = 0; i != k && j < 2 * d; j++)
                {
                    left[i, j] -= factor * left[k, j];
                }
            }
        }

        double[,] inverse = new double[d, d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                inverse[i, j] = left[i, d + j];
            }
        }

        return inverse;
    }

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        int d = a.GetLength(0);
        double[,] product = new double[d, d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                for (int k = 0; k < d; k++)
                {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return product;
    }
}
