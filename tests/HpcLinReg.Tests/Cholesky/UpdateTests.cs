using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cholesky;

/// <summary>Rank-one changes by reconstruction: RᵀR is what it should be, for every order.</summary>
public class UpdateTests
{
    [Fact]
    public void An_update_adds_and_a_downdate_takes_away_for_every_order()
    {
        for (int n = 0; n <= 40; n++)
        {
            double[,] matrix = Definite(n, seed: n);
            double[] vector = Vector(n, seed: n + 100);
            double[] factor = Factor(matrix, n);
            HpcLinReg.Cholesky.Update(factor, n, (double[])vector.Clone());
            AssertProduct(n, (i, j) => matrix[i, j] + (vector[i] * vector[j]), factor);
            Assert.True(HpcLinReg.Cholesky.Downdate(factor, n, (double[])vector.Clone(), new double[n]));
            AssertProduct(n, (i, j) => matrix[i, j], factor);
        }
    }

    [Law(MaxTest = 100)]
    public void A_downdate_that_leaves_nothing_positive_is_refused_and_changes_nothing(byte order, Seed seed)
    {
        int n = 1 + (order % 20);
        double[] factor = Factor(Definite(n, seed), n);
        double[] before = (double[])factor.Clone();

        // v = 1.01·Rᵀe has vᵀ(RᵀR)⁻¹v = 1.02 for a unit vector e.
        double[] vector = [.. Enumerable.Range(0, n).Select(j => 1.01 * factor[j])];
        Assert.False(HpcLinReg.Cholesky.Downdate(factor, n, vector, new double[n]));
        Assert.Equal(before, factor);
    }

    [Fact]
    public void Wrong_lengths_are_named()
    {
        Assert.Contains("order 2", Assert.Throws<ArgumentException>(() => HpcLinReg.Cholesky.Update(new double[3], 2, new double[2])).Message, StringComparison.Ordinal);
        Assert.Contains("order 2", Assert.Throws<ArgumentException>(() => HpcLinReg.Cholesky.Update(new double[4], 2, new double[3])).Message, StringComparison.Ordinal);
        Assert.Contains("order 2", Assert.Throws<ArgumentException>(() => HpcLinReg.Cholesky.Downdate(new double[4], 2, new double[2], new double[1])).Message, StringComparison.Ordinal);
    }

    private static double[] Vector(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    /// <summary>n + the outer product of a random matrix with itself: its condition is a small number.</summary>
    private static double[,] Definite(int n, int seed)
    {
        var random = new Random(seed);
        double[,] root = new double[n, n];
        for (int k = 0; k < n * n; k++)
        {
            root[k / n, k % n] = random.NextDouble();
        }

        double[,] matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                matrix[i, j] = Enumerable.Range(0, n).Sum(k => root[k, i] * root[k, j]) + (i == j ? n : 0);
            }
        }

        return matrix;
    }

    private static double[] Factor(double[,] matrix, int n)
    {
        double[] factor = [.. matrix.Cast<double>()];
        Assert.True(HpcLinReg.Cholesky.Factor(factor, n).IsPositiveDefinite);
        return factor;
    }

    private static void AssertProduct(int n, Func<int, int, double> expected, double[] factor)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                // A rotation errs by a few roundings of the two columns' lengths, and n of them pass over an entry.
                double product = Enumerable.Range(0, i + 1).Sum(k => factor[(k * n) + i] * factor[(k * n) + j]);
                double size = Math.Sqrt(Enumerable.Range(0, i + 1).Sum(k => Math.Pow(factor[(k * n) + i], 2)) * Enumerable.Range(0, j + 1).Sum(k => Math.Pow(factor[(k * n) + j], 2)));
                Assert.InRange(Math.Abs(product - expected(i, j)), 0, Naive.Gamma(20 * (n + 2)) * (size + 1));
            }
        }
    }
}
