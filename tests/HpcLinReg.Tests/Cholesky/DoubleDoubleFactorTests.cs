using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cholesky;

/// <summary>The factorization in double-double, by reconstruction in exact rationals.</summary>
public class DoubleDoubleFactorTests
{
    [Fact]
    public void The_factor_multiplied_by_itself_is_the_matrix()
    {
        for (int n = 1; n <= 17; n++)
        {
            (double[] matrix, double[] errors) = Positive(n);
            (double[] factor, double[] low) = ([.. matrix], [.. errors]);
            Assert.Equal(n, HpcLinReg.Cholesky.FactorRows(factor, low, n, 0, new double[n]));
            for (int i = 0; i < n; i++)
            {
                for (int j = i; j < n; j++)
                {
                    Rational product = Enumerable.Range(0, i + 1).Aggregate(Rational.Zero, (sum, k) => sum + (At(factor, low, (k * n) + i) * At(factor, low, (k * n) + j)));
                    double size = Enumerable.Range(0, i + 1).Sum(k => Math.Abs(factor[(k * n) + i] * factor[(k * n) + j]));
                    double error = Rational.Abs(product - At(matrix, errors, (i * n) + j)).ToDouble();
                    Assert.True(error <= (n + 1) * Math.ScaleB(size, -102), $"n = {n}, ({i}, {j}): {error:E2}");
                }
            }
        }
    }

    [Fact]
    public void Solves_leave_residuals_of_a_hundred_bits()
    {
        const int n = 13;
        (double[] matrix, double[] errors) = Positive(n);
        (double[] factor, double[] low) = ([.. matrix], [.. errors]);
        HpcLinReg.Cholesky.FactorRows(factor, low, n, 0, new double[n]);
        double[] x = [.. Enumerable.Range(0, n).Select(i => Math.Sin(i))], xLow = new double[n], b = [.. x];
        HpcLinReg.Cholesky.SolveTransposed(factor, low, n, x, xLow);
        HpcLinReg.Cholesky.SolveUpper(factor, low, n, x, xLow);
        for (int i = 0; i < n; i++)
        {
            Rational product = Enumerable.Range(0, n).Aggregate(Rational.Zero, (sum, j) => sum + (At(matrix, errors, (Math.Min(i, j) * n) + Math.Max(i, j)) * At(x, xLow, j)));
            Assert.InRange(Rational.Abs(product - Rational.From(b[i])).ToDouble(), 0, Math.ScaleB(n * n, -100));
        }
    }

    [Fact]
    public void It_stops_at_a_pivot_below_its_floor_and_goes_on_where_it_is_told()
    {
        const int n = 9;
        (double[] matrix, double[] errors) = Positive(n);
        (double[] factor, double[] low) = ([.. matrix], [.. errors]);
        double[] floors = new double[n];
        floors[4] = double.PositiveInfinity;
        Assert.Equal(4, HpcLinReg.Cholesky.FactorRows(factor, low, n, 0, floors));
        floors[4] = 0;
        Assert.Equal(n, HpcLinReg.Cholesky.FactorRows(factor, low, n, 4, floors, reduced: 4));
        (double[] whole, double[] wholeLow) = ([.. matrix], [.. errors]);
        HpcLinReg.Cholesky.FactorRows(whole, wholeLow, n, 0, new double[n]);
        Assert.Equal(whole, factor);
        Assert.Equal(wholeLow, low);
    }

    private static (double[] High, double[] Low) Positive(int n)
    {
        var random = new Random(n);
        double[] high = new double[n * n], low = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                DoubleDouble value = DoubleDouble.Sum(i == j ? n : random.NextDouble() - 0.5, Math.ScaleB(random.NextDouble() - 0.5, -55));
                (high[(i * n) + j], low[(i * n) + j]) = value;
                (high[(j * n) + i], low[(j * n) + i]) = value;
            }
        }

        return (high, low);
    }

    private static Rational At(double[] high, double[] low, int cell) => Rational.From(high[cell]) + Rational.From(low[cell]);
}
