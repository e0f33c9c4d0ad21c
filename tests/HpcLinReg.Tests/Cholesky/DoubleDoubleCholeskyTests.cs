using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cholesky;

/// <summary>The factorization in double-double, by reconstruction in exact rationals.</summary>
public class DoubleDoubleCholeskyTests
{
    [Fact]
    public void The_factor_multiplied_by_itself_is_the_matrix()
    {
        for (int n = 1; n <= 24; n++)
        {
            (double[] matrix, double[] errors) = Positive(n);
            (double[] factor, double[] low) = ([.. matrix], [.. errors]);
            Assert.Equal(n, DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(factor, low), n, 0, new double[n]));
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
        DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(factor, low), n, 0, new double[n]);
        double[] x = [.. Enumerable.Range(0, n).Select(i => Math.Sin(i))], xLow = new double[n], b = [.. x];
        DoubleDoubleCholesky.SolveTransposed(new DoubleDoubleSpan(factor, low), n, new DoubleDoubleSpan(x, xLow));
        DoubleDoubleCholesky.SolveUpper(new DoubleDoubleSpan(factor, low), n, new DoubleDoubleSpan(x, xLow));
        for (int i = 0; i < n; i++)
        {
            Rational product = Enumerable.Range(0, n).Aggregate(Rational.Zero, (sum, j) => sum + (At(matrix, errors, (Math.Min(i, j) * n) + Math.Max(i, j)) * At(x, xLow, j)));
            Assert.InRange(Rational.Abs(product - Rational.From(b[i])).ToDouble(), 0, Math.ScaleB(n * n, -100));
        }
    }

    [Fact]
    public void It_stops_at_every_pivot_below_its_floor_and_goes_on_with_the_bits_of_one_run()
    {
        for (int n = 1; n <= 12; n++)
        {
            (double[] matrix, double[] errors) = Positive(n);
            (double[] whole, double[] wholeLow) = ([.. matrix], [.. errors]);
            DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(whole, wholeLow), n, 0, new double[n]);
            for (int stop = 0; stop < n; stop++)
            {
                (double[] factor, double[] low) = ([.. matrix], [.. errors]);
                double[] floors = new double[n];
                floors[stop] = double.PositiveInfinity;
                Assert.Equal(stop, DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(factor, low), n, 0, floors));
                Assert.Equal(n, DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(factor, low), n, stop, new double[n], reduced: stop));
                Assert.Equal(whole, factor);
                Assert.Equal(wholeLow, low);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_pivot_that_is_not_positive_is_where_it_stops(double pivot)
    {
        for (int bad = 0; bad < 10; bad++)
        {
            (double[] matrix, double[] errors) = Positive(10);
            matrix[(bad * 10) + bad] = pivot;
            Assert.Equal(bad, DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(matrix, errors), 10, 0, new double[10]));
        }
    }

    [Fact]
    public void Rows_without_a_pivot_are_left_out_of_the_system()
    {
        // Row 3 is stopped at, and emptied as a dependent column's is: the rest must be the system of the other columns, bit by bit.
        const int n = 8, gone = 3;
        (double[] matrix, double[] errors) = Positive(n);
        int[] kept = [.. Enumerable.Range(0, n).Where(i => i != gone)];
        double[] small = [.. kept.SelectMany(i => kept.Select(j => matrix[(i * n) + j]))], smallLow = [.. kept.SelectMany(i => kept.Select(j => errors[(i * n) + j]))];
        double[] floors = new double[n], b = [.. Enumerable.Range(1, n).Select(i => 1.0 / i)], low = new double[n];
        floors[gone] = double.PositiveInfinity;
        Assert.Equal(gone, DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(matrix, errors), n, 0, floors));
        matrix.AsSpan((gone * n) + gone, n - gone).Clear();
        errors.AsSpan((gone * n) + gone, n - gone).Clear();
        Assert.Equal(n, DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(matrix, errors), n, gone + 1, floors));
        DoubleDoubleCholesky.FactorRows(new DoubleDoubleSpan(small, smallLow), n - 1, 0, new double[n - 1]);
        double[] x = [.. kept.Select(i => b[i])], xLow = new double[n - 1];
        DoubleDoubleCholesky.SolveTransposed(new DoubleDoubleSpan(matrix, errors), n, new DoubleDoubleSpan(b, low));
        DoubleDoubleCholesky.SolveTransposed(new DoubleDoubleSpan(small, smallLow), n - 1, new DoubleDoubleSpan(x, xLow));
        Assert.Equal((0, 0), (b[gone], low[gone]));
        Assert.Equal(x, kept.Select(i => b[i]));
        DoubleDoubleCholesky.SolveUpper(new DoubleDoubleSpan(matrix, errors), n, new DoubleDoubleSpan(b, low));
        DoubleDoubleCholesky.SolveUpper(new DoubleDoubleSpan(small, smallLow), n - 1, new DoubleDoubleSpan(x, xLow));
        Assert.Equal((0, 0), (b[gone], low[gone]));
        Assert.Equal(x, kept.Select(i => b[i]));
        Assert.Equal(xLow, kept.Select(i => low[i]));
    }

    private static (double[] High, double[] Low) Positive(int n)
    {
        var random = new Random(n);
        double[] high = new double[n * n], low = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                var value = DoubleDouble.Sum(i == j ? n : random.NextDouble() - 0.5, Math.ScaleB(random.NextDouble() - 0.5, -55));
                (high[(i * n) + j], low[(i * n) + j]) = value;
                (high[(j * n) + i], low[(j * n) + i]) = value;
            }
        }

        return (high, low);
    }

    private static Rational At(double[] high, double[] low, int cell) => Rational.From(high[cell]) + Rational.From(low[cell]);
}
