using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.LeastSquares;

/// <summary>Powers beside columns that determine them: what is said of an aliased term is true of the powers as they are, not of shifted ones.</summary>
public class PolynomialFitTests
{
    private static readonly double[] Ages = [.. Enumerable.Range(0, 30).Select(i => 20.25 + (i * 7 % 30) + (i * i % 5 / 8.0))];

    private static readonly double[] Prices = [.. Ages.Select((age, i) => 400 - (3 * age) + (0.05 * age * age) + (i % 4))];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-2, 7)]
    public void A_column_determined_by_a_lower_power_is_a_combination_of_the_powers_as_they_are(double factor, double constant)
    {
        Fit fit = FitOf([2, 1], age => [age, constant + (factor * age)]);
        AliasedColumn alias = Assert.Single(fit.Aliased);
        Assert.Equal((2, constant), (alias.Column, Math.Round(alias.Intercept, 9)));
        Assert.Equal([factor, 0], alias.Coefficients.Select(c => Math.Round(c, 12)));
        Assert.Equal("powers are computed and fitted in double-double", fit.Certificate.Reason);
    }

    [Fact]
    public void A_power_determined_by_a_column_before_it_has_no_weight_and_the_rest_has_it()
    {
        Fit expected = FitOf([2], age => [age]);
        Fit fit = FitOf([1, 2], age => [3 - (2 * age), age]);
        AliasedColumn alias = Assert.Single(fit.Aliased);
        Assert.Equal((1, 1.5), (alias.Column, Math.Round(alias.Intercept, 9)));
        Assert.Equal([-0.5], alias.Coefficients.Select(c => Math.Round(c, 12)));
        Assert.Equal(0, fit.Model.Weights[1]);
        Assert.True(double.IsNaN(fit.Certificate.WeightErrorBounds[1]) && double.IsNaN(fit.StandardErrors[1]));
        AssertNear(expected.Model.Weights[1], fit.Model.Weights[2], fit.Certificate.WeightErrorBounds[2] + expected.Certificate.WeightErrorBounds[1]);
        AssertNear(-expected.Model.Weights[0] / 2, fit.Model.Weights[0], fit.Certificate.WeightErrorBounds[0] + expected.Certificate.WeightErrorBounds[0]);
        AssertNear(expected.Model.Intercept + (1.5 * expected.Model.Weights[0]), fit.Model.Intercept, fit.Certificate.InterceptErrorBound + (2 * expected.Certificate.InterceptErrorBound));
        Assert.InRange(fit.Certificate.Digits, 12, 16);
        Assert.Equal(expected.StandardErrors[0] / 2, fit.StandardErrors[0], 1e-9);
        Assert.Equal(expected.StandardErrors[1], fit.StandardErrors[2], 1e-9);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Powers_beyond_the_points_are_the_combinations_that_they_are_on_the_points(int degree)
    {
        double[] points = [10, 11, 12, 13];
        Fit fit = LinearRegression.FitPolynomial<double>(points, [.. points.Select(x => x * x)], degree);
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

    [Fact]
    public void Of_a_column_and_its_copy_with_powers_the_weights_of_least_norm_are_shared()
    {
        Fit alone = FitOf([2], age => [age]);
        Fit fit = FitOf([2, 1], age => [age, age], new FitOptions { RankDeficient = RankDeficiency.MinimumNorm });
        AssertNear(alone.Model.Weights[0] / 2, fit.Model.Weights[0], fit.Certificate.WeightErrorBounds[0] + alone.Certificate.WeightErrorBounds[0]);
        AssertNear(alone.Model.Weights[0] / 2, fit.Model.Weights[2], fit.Certificate.WeightErrorBounds[2] + alone.Certificate.WeightErrorBounds[0]);
        AssertNear(alone.Model.Weights[1], fit.Model.Weights[1], fit.Certificate.WeightErrorBounds[1] + alone.Certificate.WeightErrorBounds[1]);
        Assert.Equal(alone.StandardErrors[0] / 2, fit.StandardErrors[0], 1e-9);
        Assert.Equal(fit.StandardErrors[0], fit.StandardErrors[2], 1e-12);
        Assert.InRange(fit.Certificate.Digits, 8, 16);
    }

    private static Fit FitOf(int[] degrees, Func<double, double[]> row, FitOptions? options = null) => LinearRegression.FitPolynomial(
        new ArrayRows([.. Ages.SelectMany((age, i) => (double[])[.. row(age), Prices[i]])], degrees.Length + 1), degrees, options);

    private static void AssertNear(double expected, double actual, double bound) =>
        Assert.True(Math.Abs(actual - expected) <= bound, $"{actual:R} instead of {expected:R}, bound {bound:E1}");
}
