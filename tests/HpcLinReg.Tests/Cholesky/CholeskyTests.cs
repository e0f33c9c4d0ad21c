using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cholesky;

public class CholeskyTests
{
    public static TheoryData<int> Orders => [.. Enumerable.Range(0, 65), 77, 100, 129, 199];

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_factor_reproduces_the_matrix_and_solves_it(int order)
    {
        var random = new Random(order);
        double[] a = PositiveDefinite(order, random);
        double[] expected = [.. Enumerable.Range(0, order).Select(_ => random.NextDouble() - 0.5)];
        double[] b = [.. Enumerable.Range(0, order).Select(i => Enumerable.Range(0, order).Sum(j => a[(i * order) + j] * expected[j]))];
        using var buffer = new GuardedBuffer<double>(order * order);
        a.CopyTo(buffer.Span);
        var factor = HpcLinReg.Cholesky.Factor(buffer.Span, order);
        Assert.True(factor.IsPositiveDefinite);
        double logDeterminant = 0;
        for (int i = 0; i < order; i++)
        {
            logDeterminant += 2 * Math.Log(buffer.Span[(i * order) + i]);
            for (int j = i; j < order; j++)
            {
                double product = 0;
                double scale = 0;
                for (int k = 0; k <= i; k++)
                {
                    double term = buffer.Span[(k * order) + i] * buffer.Span[(k * order) + j];
                    product += term;
                    scale += Math.Abs(term);
                }

                // Theorem 10.3 of Higham 2002, and as much again for the reference's own sum.
                Assert.InRange(Math.Abs(product - a[(i * order) + j]), 0, 2 * Naive.Gamma(order + 1) * scale);
            }
        }

        Assert.Equal(logDeterminant, factor.LogDeterminant(), 1e-9);
        factor.Solve(b);
        for (int i = 0; i < order; i++)
        {
            // Diagonally dominant with a margin: the condition number is below 4.
            Assert.Equal(expected[i], b[i], Naive.Gamma(20.0 * (order + 1)));
        }
    }

    [Fact]
    public void What_lies_below_the_diagonal_is_neither_read_nor_written()
    {
        double[] a = PositiveDefinite(9, new Random(1));
        double[] upper = [.. a.Select((value, k) => k / 9 > k % 9 ? double.NaN : value)];
        HpcLinReg.Cholesky.Factor(a, 9);
        Assert.True(HpcLinReg.Cholesky.Factor(upper, 9).IsPositiveDefinite);
        for (int k = 0; k < 81; k++)
        {
            Assert.Equal(k / 9 > k % 9 ? double.NaN : a[k], upper[k]);
        }
    }

    [Fact]
    public void A_pivot_that_is_not_positive_is_named()
    {
        for (int bad = 0; bad < 20; bad++)
        {
            double[] a = PositiveDefinite(20, new Random(bad));
            a[(bad * 20) + bad] = bad % 3 == 0 ? double.NaN : -1;
            var factor = HpcLinReg.Cholesky.Factor(a, 20);
            Assert.False(factor.IsPositiveDefinite);
            Assert.Equal(bad, factor.NonPositivePivot);
        }
    }

    [Fact]
    public void A_stored_factor_becomes_an_instance_again()
    {
        double[] a = PositiveDefinite(11, new Random(4)), factor = (double[])a.Clone(), stored = (double[])a.Clone();
        var first = HpcLinReg.Cholesky.Factor(factor, 11);
        double[] b = [.. Enumerable.Range(0, 11).Select(i => (double)i)], again = (double[])b.Clone();
        first.Solve(b);

        // Elements below the diagonal are not read.
        stored = [.. factor.Select((value, k) => k / 11 > k % 11 ? double.NaN : value)];
        var second = HpcLinReg.Cholesky.FromFactor(stored, 11);
        second.Solve(again);
        Assert.Equal((11, -1, true, first.LogDeterminant()), (second.Order, second.NonPositivePivot, second.IsPositiveDefinite, second.LogDeterminant()));
        Assert.Equal(b, again);
        Assert.True(HpcLinReg.Cholesky.FromFactor([], 0).IsPositiveDefinite);
    }

    [Fact]
    public void An_updated_factor_solves_the_updated_system()
    {
        double[] a = PositiveDefinite(7, new Random(5)), factor = (double[])a.Clone(), v = [1, -2, 3, -4, 5, -6, 7], x = new double[7];
        HpcLinReg.Cholesky.Factor(factor, 7);
        HpcLinReg.Cholesky.Update(factor, 7, (double[])v.Clone());
        for (int i = 0; i < 7; i++)
        {
            // (A + vvᵀ) times ones.
            x[i] = Enumerable.Range(0, 7).Sum(j => (i <= j ? a[(i * 7) + j] : a[(j * 7) + i]) + (v[i] * v[j]));
        }

        HpcLinReg.Cholesky.FromFactor(factor, 7).Solve(x);

        // vvᵀ raises the condition number to some hundreds.
        Assert.All(x, value => Assert.Equal(1, value, 1e-11));
    }

    [Theory]
    [InlineData(0, -1.0)]
    [InlineData(3, 0.0)]
    [InlineData(4, double.NaN)]
    public void A_factor_that_stopped_keeps_its_pivot_when_it_is_stored(int bad, double pivot)
    {
        double[] a = PositiveDefinite(5, new Random(6));
        a[(bad * 5) + bad] = pivot == 0 ? 0 : pivot;
        var first = HpcLinReg.Cholesky.Factor(a, 5);
        Assert.Equal((bad, bad), (first.NonPositivePivot, HpcLinReg.Cholesky.FromFactor(a, 5).NonPositivePivot));
        Assert.Contains($"pivot {bad}", Assert.Throws<InvalidOperationException>(() => HpcLinReg.Cholesky.FromFactor(a, 5).Solve(new double[5])).Message);
    }

    [Fact]
    public void Scaling_by_powers_of_four_scales_the_factor_exactly()
    {
        double[] a = PositiveDefinite(13, new Random(2));
        double[] scaled = [.. a.Select(value => Math.ScaleB(value, 40))];
        HpcLinReg.Cholesky.Factor(a, 13);
        HpcLinReg.Cholesky.Factor(scaled, 13);
        for (int i = 0; i < 13; i++)
        {
            for (int j = i; j < 13; j++)
            {
                Assert.Equal(Math.ScaleB(a[(i * 13) + j], 20), scaled[(i * 13) + j]);
            }
        }
    }

    [Fact]
    public void It_stops_at_every_pivot_below_its_floor_and_goes_on_with_the_bits_of_one_run()
    {
        foreach (int order in (int[])[1, 7, 8, 9, 20, 75])
        {
            double[] matrix = PositiveDefinite(order, new Random(order)), whole = [.. matrix];
            CholeskyFactor.FactorRows(whole, order, 0, new double[order]);
            for (int stop = 0; stop < order; stop++)
            {
                double[] factor = [.. matrix], floors = new double[order];
                floors[stop] = double.PositiveInfinity;
                Assert.Equal(stop, CholeskyFactor.FactorRows(factor, order, 0, floors));
                Assert.Equal(order, CholeskyFactor.FactorRows(factor, order, stop, new double[order], reduced: stop));
                Assert.Equal(whole, factor);
            }
        }
    }

    [Fact]
    public void A_column_that_is_stopped_at_and_emptied_leaves_the_factor_of_the_others()
    {
        foreach (int order in (int[])[2, 8, 9, 20, 75])
        {
            for (int gone = 0; gone < order; gone++)
            {
                double[] factor = PositiveDefinite(order, new Random(gone)), floors = new double[order];
                int[] kept = [.. Enumerable.Range(0, order).Where(i => i != gone)];
                double[] small = [.. kept.SelectMany(i => kept.Select(j => factor[(i * order) + j]))];
                floors[gone] = double.PositiveInfinity;
                Assert.Equal(gone, CholeskyFactor.FactorRows(factor, order, 0, floors));
                factor.AsSpan((gone * order) + gone, order - gone).Clear();
                Assert.Equal(order, CholeskyFactor.FactorRows(factor, order, gone + 1, floors));
                CholeskyFactor.FactorRows(small, order - 1, 0, default);
                for (int i = 0; i < order - 1; i++)
                {
                    for (int j = i; j < order - 1; j++)
                    {
                        Assert.Equal(small[(i * (order - 1)) + j], factor[(kept[i] * order) + kept[j]], Naive.Gamma(20.0 * order) * Math.Sqrt(order));
                    }
                }
            }
        }
    }

    [Fact]
    public void Wrong_shapes_and_failed_factors_are_refused()
    {
        // The square of a negative order is a length.
        Assert.Throws<ArgumentOutOfRangeException>(() => HpcLinReg.Cholesky.Factor(new double[4], -2).Order);
        Assert.Throws<ArgumentOutOfRangeException>(() => HpcLinReg.Cholesky.FromFactor(new double[4], -2).Order);
        Assert.Contains("needs 9 elements", Assert.Throws<ArgumentException>(() => HpcLinReg.Cholesky.FromFactor(new double[8], 3).Order).Message);
        Assert.Contains("needs 9 elements", Assert.Throws<ArgumentException>(() => HpcLinReg.Cholesky.Factor(new double[8], 3).Order).Message, StringComparison.Ordinal);
        Assert.Contains("2 values", Assert.Throws<ArgumentException>(() => HpcLinReg.Cholesky.Factor([1], 1).Solve(new double[2])).Message, StringComparison.Ordinal);
        Assert.Contains("pivot 1", Assert.Throws<InvalidOperationException>(() => HpcLinReg.Cholesky.Factor([1, 1, 1, 1], 2).Solve(new double[2])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => HpcLinReg.Cholesky.Factor([-1], 1).LogDeterminant());
    }

    private static double[] PositiveDefinite(int order, Random random)
    {
        double[] a = new double[order * order];
        for (int i = 0; i < order; i++)
        {
            for (int j = i; j < order; j++)
            {
                double value = i == j ? order + 1 : random.NextDouble() - 0.5;
                a[(i * order) + j] = a[(j * order) + i] = value;
            }
        }

        return a;
    }
}
