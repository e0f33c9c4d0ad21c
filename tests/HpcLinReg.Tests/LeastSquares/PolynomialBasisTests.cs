using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.LeastSquares;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.LeastSquares;

/// <summary>Powers of shifted and scaled columns, and the way back, against exact numbers.</summary>
public class PolynomialBasisTests
{
    private const double SquaredRoundoff = Naive.Roundoff * Naive.Roundoff;

    [Law(MaxTest = 100)]
    public void Powers_have_a_hundred_bits(Seed seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 20);
        using var problem = new Problem(rows, 3, seed, extraStride: random.Next(3));
        int[] degrees = [random.Next(1, 10), 1, random.Next(2, 10), 1];
        bool intercept = random.Next(2) == 0;
        var ranges = new (double Least, double Most)[4];
        for (int j = 0; j < 3; j++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(i => problem.X[i, j])];

            // A middle of 53 bits, so that t has low parts.
            ranges[j] = (column.Min() - 0.1, column.Max());
        }

        var basis = new PolynomialBasis(["a", "b", "c", "y"], degrees, ranges, intercept);
        Check(basis, problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), problem, degrees, ranges, intercept);
        Check(basis, problem.FloatDesign, new MatrixSpan<float>(problem.FloatY, rows, 1, 1), problem, degrees, ranges, intercept);
    }

    [Theory]
    [InlineData(1.7e308, 2)]
    [InlineData(1e200, 2)]
    [InlineData(1e110, 3)]
    public void Powers_beyond_the_range_of_double_are_refused(double size, int degree)
    {
        double[] x = [-size, -0.7 * size, -0.1 * size, 0.2 * size, 0.6 * size, 0.9 * size], y = [1, 2, 4, 3, 1, 0];
        Assert.Contains("lower degree", Assert.Throws<OverflowException>(() => LinearRegression.FitPolynomial<double>(x, y, degree)).Message, StringComparison.Ordinal);
    }

    [Law(MaxTest = 60)]
    public void The_way_to_powers_of_x_is_the_binomial_theorem_and_the_way_back_its_inverse(Seed seed)
    {
        var random = new Random(seed);
        int degree = random.Next(2, 13);
        double middle = Math.ScaleB(random.NextDouble() - 0.5, random.Next(-8, 30)), reach = Math.ScaleB(random.NextDouble() + 0.1, random.Next(-8, 20));
        PolynomialBasis basis = OneColumn(degree, middle - reach, middle + reach);
        double sigma = basis.ToRaw(0, 1, 1).Value;
        BinaryFraction center = (0.5 * (middle - reach)) + (0.5 * (middle + reach));
        for (int i = 0; i <= degree; i++)
        {
            for (int k = 0; k <= degree; k++)
            {
                if (k >= i)
                {
                    Rational shift = (Choose(k, i) * Power(center, k - i)).ToRational();
                    Rational scale = Power(sigma, k).ToRational(), back = Power(sigma, i).ToRational();
                    AssertNear(scale * shift * ((k - i) % 2 == 0 ? 1 : -1), basis.ToRaw(0, i, k), Operations(k), $"ToRaw {i}, {k}, seed {seed}");
                    AssertNear(shift / back, basis.FromRaw(0, i, k), Operations(k), $"FromRaw {i}, {k}, seed {seed}");
                }

                Rational sum = Rational.Zero;
                double size = 0;
                for (int m = i; m <= k; m++)
                {
                    Rational term = ((BinaryFraction)basis.ToRaw(0, i, m) * basis.FromRaw(0, m, k)).ToRational();
                    sum += term;
                    size += Math.Abs(term.ToDouble());
                }

                double error = Rational.Abs(sum - (i == k ? 1 : 0)).ToDouble();
                Assert.True(error <= 2 * Operations(k) * size, $"({i}, {k}) of the product is wrong by {error:E2}, seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1.5e-300)]
    [InlineData(-8e307, 8e307)]
    [InlineData(0, 5e-324)]
    public void Ranges_without_reach_or_at_the_ends_of_double_give_finite_powers(double least, double most)
    {
        PolynomialBasis basis = OneColumn(4, least, most);
        (double[] high, double[] low) = basis.Expand(new MatrixSpan<double>([least, most], 1), default);
        Assert.All(high.Take(8), power => Assert.InRange(power, -1, 1));
        Assert.All(low.Take(8), power => Assert.InRange(power, -Naive.Roundoff, Naive.Roundoff));
        Assert.True(double.IsFinite(1 / basis.ToRaw(0, 1, 1).High));
    }

    [Fact]
    public void Expanded_columns_are_named_and_know_where_they_come_from()
    {
        var basis = new PolynomialBasis(["a", "b", "y"], [3, 1, 1], [(0, 1), default, default], intercept: true);
        Assert.Equal(5, basis.Columns);
        Assert.Equal(["a", "a^2", "a^3", "b", "y"], basis.Labels.Names);
        Assert.Equal([(0, 0, 3), (0, 0, 3), (0, 0, 3), (1, 3, 1), (2, 4, 1)], Enumerable.Range(0, 5).Select(basis.Group));
    }

    private static PolynomialBasis OneColumn(int degree, double least, double most) => new(["x"], [degree], [(least, most)], intercept: true);

    private static void Check<T>(
        PolynomialBasis basis, MatrixSpan<T> x, MatrixSpan<T> y, Problem problem, int[] degrees, (double Least, double Most)[] ranges, bool intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double[] high, double[] low) = basis.Expand(x, y);
        Assert.Equal(degrees.Sum(), basis.Columns);
        int place = 0;
        for (int i = 0; i < problem.Rows; i++)
        {
            for (int j = 0; j < degrees.Length; j++)
            {
                double center = degrees[j] > 1 && intercept ? (0.5 * ranges[j].Least) + (0.5 * ranges[j].Most) : 0;
                double sigma = basis.ToRaw(j, 1, 1).Value;
                Assert.Equal(1, Math.ScaleB(sigma, -Math.ILogB(sigma)));
                BinaryFraction t = ((BinaryFraction)(j < 3 ? problem.X[i, j] : problem.Targets[i]) - center) * sigma, power = 1.0;
                for (int k = 1; k <= degrees[j]; k++, place++)
                {
                    // One product of 7u² for each power but the first, which is exact.
                    power *= t;
                    power.RequireNear(new DoubleDouble(high[place], low[place]), (k - 1) * 7.001 * SquaredRoundoff * Math.Abs(power.ToDouble()), $"power {k} of column {j}, row {i}");
                    Assert.True(degrees[j] == 1 || Math.Abs(high[place]) <= 1, $"power {k} of column {j}: {high[place]}");
                }
            }
        }

        Assert.Equal(problem.Rows * basis.Columns, place);
    }

    /// <summary>Roundings on the way to a coefficient: two powers of k products, their product, and k steps of the binomial, a product and a quotient each.</summary>
    private static double Operations(int k) => ((2 * k * 7) + 7 + (k * 22)) * SquaredRoundoff;

    private static BinaryFraction Power(BinaryFraction value, int exponent) => Enumerable.Repeat(value, exponent).Aggregate((BinaryFraction)1.0, (power, factor) => power * factor);

    private static BinaryFraction Choose(int n, int k) => new(Enumerable.Range(1, k).Aggregate(BigInteger.One, (value, i) => value * (n - k + i) / i), 0);

    private static void AssertNear(Rational exact, DoubleDouble actual, double relative, string what)
    {
        double error = Rational.Abs(exact - ((BinaryFraction)actual).ToRational()).ToDouble();
        Assert.True(error <= relative * Math.Abs(exact.ToDouble()), $"{what}: {actual} is wrong by {error:E2}");
    }
}
