using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Polynomials;

/// <summary>Powers beside columns that determine them: what is said of an aliased power is true of the powers of the columns, not of the terms fitted.</summary>
public class RawPowersTests
{
    private static readonly double[] Ages = [.. Enumerable.Range(0, 30).Select(i => 20.25 + (i * 7 % 30) + (i * i % 5 / 8.0))];

    private static readonly double[] Prices = [.. Ages.Select((age, i) => 400 - (3 * age) + (0.05 * age * age) + (i % 4))];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-2, 7)]
    public void A_column_determined_by_a_lower_power_is_a_combination_of_the_powers_as_they_are(double factor, double constant)
    {
        PolynomialFit fit = FitOf([2, 1], age => [age, constant + (factor * age)]);
        AliasedColumn alias = Assert.Single(fit.ToPowers().Aliased);
        Assert.Equal((2, constant), (alias.Column, Math.Round(alias.Intercept, 9)));
        Assert.Equal([factor, 0], alias.Coefficients.Select(c => Math.Round(c, 12)));
        Assert.Equal("powers are computed and fitted in double-double", fit.BasisFit.Certificate.Describe());
    }

    [Fact]
    public void A_power_determined_by_a_column_before_it_has_no_weight_and_the_rest_has_it()
    {
        PowerCoefficients expected = FitOf([2], age => [age]).ToPowers();
        PowerCoefficients fit = FitOf([1, 2], age => [3 - (2 * age), age]).ToPowers();
        AliasedColumn alias = Assert.Single(fit.Aliased);
        Assert.Equal((1, 1.5), (alias.Column, Math.Round(alias.Intercept, 9)));
        Assert.Equal([-0.5], alias.Coefficients.Select(c => Math.Round(c, 12)));
        Assert.Equal(0, fit.Weights[1]);
        Assert.True(double.IsNaN(fit.WeightErrorBounds[1]) && double.IsNaN(fit.StandardErrors[1]));
        AssertNear(expected.Weights[1], fit.Weights[2], fit.WeightErrorBounds[2] + expected.WeightErrorBounds[1]);
        AssertNear(-expected.Weights[0] / 2, fit.Weights[0], fit.WeightErrorBounds[0] + expected.WeightErrorBounds[0]);
        AssertNear(expected.Intercept + (1.5 * expected.Weights[0]), fit.Intercept, fit.InterceptErrorBound + (2 * expected.InterceptErrorBound));
        Assert.InRange(fit.Digits, 12, 16);
        Assert.Equal(expected.StandardErrors[0] / 2, fit.StandardErrors[0], 1e-9);
        Assert.Equal(expected.StandardErrors[1], fit.StandardErrors[2], 1e-9);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Powers_beyond_the_points_are_the_combinations_that_they_are_on_the_points(int degree)
    {
        double[] points = [10, 11, 12, 13];
        PowerCoefficients fit = LinearRegression.FitPolynomial<double>(points, [.. points.Select(x => x * x)], degree).ToPowers();
        Assert.Equal(degree - 3, fit.Aliased.Length);
        foreach (AliasedColumn alias in fit.Aliased)
        {
            Assert.All(points, x =>
            {
                double power = Math.Pow(x, alias.Column + 1);
                Assert.Equal(power, alias.Intercept + alias.Coefficients.Select((c, k) => c * Math.Pow(x, k + 1)).Sum(), 1e-9 * power);
            });
            Assert.All(alias.Coefficients.Skip(3), c => Assert.Equal(0, c));
        }
    }

    /// <summary>x − c is t/s: of weights a and v with a/s + v the weight of t alone, those of the least a² + v² are the sought.</summary>
    [Fact]
    public void Of_a_column_and_its_copy_with_powers_the_weights_of_least_norm_on_the_terms_are_shared()
    {
        PolynomialFit alone = FitOf([2], age => [age]);
        PolynomialFit fit = FitOf([2, 1], age => [age, age], new FitOptions { RankDeficient = RankDeficiency.MinimumNorm });
        double reach = 1 / alone.Model.Variables[0].Scale;
        double share = alone.Model.Weights[0] / (1 + (reach * reach));
        Assert.Equal(share, fit.Model.Weights[0], 1e-12 * Math.Abs(share));
        Assert.Equal(share * reach, fit.Model.Weights[2], 1e-12 * Math.Abs(share * reach));
        Assert.Equal(alone.Model.Weights[1], fit.Model.Weights[1], 1e-12 * Math.Abs(fit.Model.Weights[1]));

        // As powers of the columns they add up to what the column has alone, within the bounds.
        PowerCoefficients expected = alone.ToPowers(), powers = fit.ToPowers();
        AssertNear(expected.Weights[0], powers.Weights[0] + powers.Weights[2], expected.WeightErrorBounds[0] + powers.WeightErrorBounds[0] + powers.WeightErrorBounds[2]);
        AssertNear(expected.Weights[1], powers.Weights[1], expected.WeightErrorBounds[1] + powers.WeightErrorBounds[1]);
        AssertNear(expected.Intercept, powers.Intercept, expected.InterceptErrorBound + powers.InterceptErrorBound);
        Assert.Equal(alone.BasisFit.StandardErrors[0] * reach / (1 + (reach * reach)), fit.BasisFit.StandardErrors[2], 1e-9);
        Assert.Equal(fit.BasisFit.StandardErrors[2], powers.StandardErrors[2], 1e-12);
        Assert.InRange(powers.Digits, 8, 16);
    }

    private static PolynomialFit FitOf(int[] degrees, Func<double, double[]> row, FitOptions? options = null) => LinearRegression.FitPolynomial(
        new ArrayRows([.. Ages.SelectMany((age, i) => (double[])[.. row(age), Prices[i]])], degrees.Length + 1), degrees, options);

    private static void AssertNear(double expected, double actual, double bound) =>
        Assert.True(Math.Abs(actual - expected) <= bound, $"{actual:R} instead of {expected:R}, bound {bound:E1}");
}
