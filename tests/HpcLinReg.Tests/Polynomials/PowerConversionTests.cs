using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Polynomials;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Polynomials;

/// <summary>Between terms and powers, against the binomial theorem in exact numbers.</summary>
public class PowerConversionTests
{
    private const double SquaredRoundoff = Naive.Roundoff * Naive.Roundoff;

    [Law(MaxTest = 60)]
    public void The_way_to_powers_of_x_is_the_binomial_theorem_and_the_way_back_its_inverse(bool intercept, Seed seed)
    {
        var random = new Random(seed);
        int degree = random.Next(2, 13);
        double middle = Math.ScaleB(random.NextDouble() - 0.5, random.Next(-8, 30)), reach = Math.ScaleB(random.NextDouble() + 0.1, random.Next(-8, 20));
        var variable = PolynomialVariable.Of(degree, middle - reach, middle + reach, intercept);
        var conversion = new PowerConversion([variable], intercept);
        BinaryFraction shift = variable.Shift, scale = variable.Scale, origin = variable.OriginScale;
        int least = intercept ? 0 : 1;
        for (int i = 0; i <= degree; i++)
        {
            for (int k = 0; k <= degree; k++)
            {
                if (i < least || k < Math.Max(i, 1))
                {
                    continue;
                }

                // Without an intercept everything is x times what it would be one degree lower.
                (int low, int high) = (i - least, k - least);
                BinaryFraction binomial = Choose(high, low) * Power(shift, high - low), factor = intercept ? 1.0 : origin;
                AssertNear((Power(scale, high) * factor * binomial).ToRational() * ((high - low) % 2 == 0 ? 1 : -1), conversion.ToPower(0, i, k), k, $"ToPower {i}, {k}, seed {seed}");
                AssertNear(binomial.ToRational() / (Power(scale, low) * factor).ToRational(), conversion.FromPower(0, i, k), k, $"FromPower {i}, {k}, seed {seed}");
                if (i == 0)
                {
                    continue;
                }

                Rational sum = Rational.Zero;
                double size = 0;
                for (int m = i; m <= k; m++)
                {
                    var term = ((BinaryFraction)conversion.ToPower(0, i, m) * conversion.FromPower(0, m, k)).ToRational();
                    sum += term;
                    size += Math.Abs(term.ToDouble());
                }

                double error = Rational.Abs(sum - (i == k ? 1 : 0)).ToDouble();
                Assert.True(error <= 2 * Operations(k) * size, $"({i}, {k}) of the product is wrong by {error:E2}, seed {seed}");
            }
        }
    }

    [Fact]
    public void Without_an_intercept_no_term_has_a_constant()
    {
        var conversion = new PowerConversion([PolynomialVariable.Of(3, 1900, 2020, hasIntercept: false)], hasIntercept: false);
        Assert.All([1, 2, 3], m => Assert.Equal((0, 0), (conversion.ToPower(0, 0, m).Value, conversion.FromPower(0, 0, m).Value)));
    }

    [Fact]
    public void Terms_know_their_variables()
    {
        var conversion = new PowerConversion([new(3, 0.5, 2), new(1, 12, 1)], hasIntercept: true);
        Assert.Equal([(0, 0, 3), (0, 0, 3), (0, 0, 3), (1, 3, 1)], Enumerable.Range(0, 4).Select(conversion.Group));
    }

    private static void AssertNear(Rational exact, DoubleDouble actual, int k, string what)
    {
        double error = Rational.Abs(exact - ((BinaryFraction)actual).ToRational()).ToDouble();
        Assert.True(error <= Operations(k) * Math.Abs(exact.ToDouble()), $"{what}: {actual} is wrong by {error:E2}");
    }

    /// <summary>
    /// Roundings on the way to a coefficient: an inverse of 15u² that a power counts k times, two powers of k products, three more products or quotients, and k
    /// steps of the binomial, a product and a quotient each.
    /// </summary>
    private static double Operations(int k) => ((15 * k) + (2 * k * 7) + (3 * 15) + (k * 22)) * SquaredRoundoff;

    private static BinaryFraction Power(BinaryFraction value, int exponent) => Enumerable.Repeat(value, exponent).Aggregate((BinaryFraction)1.0, (power, factor) => power * factor);

    private static BinaryFraction Choose(int n, int k) => new(Enumerable.Range(1, k).Aggregate(BigInteger.One, (value, i) => value * (n - k + i) / i), 0);
}
