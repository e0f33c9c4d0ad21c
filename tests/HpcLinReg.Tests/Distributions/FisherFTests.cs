using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Distributions;

public class FisherFTests
{
    [Theory]
    [InlineData(3.841458820694124, 1.0, 0.05)]
    [InlineData(18.307038053275147, 10.0, 0.05)]
    public void Infinite_denominators_are_chi_squared(double chiSquared, double degreesOfFreedom, double p) =>
        // The 95 % quantiles of χ², whose last digit moves p by x/2 roundings.
        Relative.AssertNear(p, FisherF.UpperTail(chiSquared / degreesOfFreedom, degreesOfFreedom, double.PositiveInfinity), $"{degreesOfFreedom}");

    [Theory]
    [InlineData(0.0, 1.0, 0.0)]
    [InlineData(-2.0, 1.0, 0.0)]
    [InlineData(double.NegativeInfinity, 1.0, 0.0)]
    [InlineData(double.PositiveInfinity, 0.0, double.NegativeInfinity)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    public void Tails_of_special_values_are_limits(double f, double p, double log)
    {
        foreach (double d2 in (double[])[0.5, 17.5, 1e8, double.PositiveInfinity])
        {
            Assert.Equal(p, FisherF.UpperTail(f, 3, d2));
            Assert.Equal(log, FisherF.LogUpperTail(f, 3, d2));
        }
    }

    [Theory]
    [InlineData(0.0, 5.0, "numerator")]
    [InlineData(double.NaN, 5.0, "numerator")]
    [InlineData(5.0, -1.0, "denominator")]
    [InlineData(5.0, 0.0, "denominator")]
    public void Degrees_of_freedom_that_are_not_positive_are_refused(double numerator, double denominator, string name)
    {
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => FisherF.UpperTail(1, numerator, denominator)).ParamName);
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => FisherF.LogUpperTail(1, numerator, denominator)).ParamName);
    }

    [Theory]
    [InlineData(1e5, 1e6, 1.01, 0.016769291307159726406)]
    [InlineData(1e6, 1e6, 1.002, 0.15889710379148824604)]
    [InlineData(1e6, 1e6, 0.998, 0.84158683789952089869)]
    [InlineData(1e6, 1e6, 1.03, 9.9867056613445179681e-50)]
    [InlineData(3e5, 1e8, 1.01, 0.00005782021304961413018)]
    [InlineData(1e4, 1e4, 2.0, 2.0656728995851408846e-258)]
    public void Large_numerators_have_twelve_digits_as_well(double numerator, double denominator, double f, double p) =>
        Relative.AssertNear(p, FisherF.UpperTail(f, numerator, denominator), $"F({numerator}, {denominator})");

    /// <summary>Twelve digits are not promised below one degree, but p is a probability.</summary>
    [Law(MaxTest = 500)]
    public void Tails_of_few_degrees_lie_between_zero_and_one(Seed seed)
    {
        var random = new Random(seed);
        (double d1, double d2, double f) = (Draw.Between(random, 1e-20, 1), Draw.Between(random, 1e-20, 1e8), Draw.Between(random, 1e-9, 1e9));
        Assert.InRange(FisherF.UpperTail(f, d1, d2), 0, 1);
        Assert.InRange(FisherF.LogUpperTail(f, d1, d2), double.NegativeInfinity, 0);
    }

    [Fact]
    public void Degrees_of_freedom_beyond_what_converges_give_NaN() =>
        Assert.True(double.IsNaN(FisherF.UpperTail(1, double.PositiveInfinity, double.PositiveInfinity)));

    [Law(MaxTest = 500)]
    public void One_numerator_degree_is_t_squared(Seed seed)
    {
        var random = new Random(seed);
        double nu = Draw.DegreesOfFreedom(random);
        double t = Draw.Between(random, 1e-3, 36);
        Relative.AssertNear(StudentT.TwoSidedP(t, nu), FisherF.UpperTail(t * t, 1, nu), $"t = {t:R}, nu = {nu:R}");
    }

    /// <summary>P(F &gt; f) is (1 + 2f/d₂)^(−d₂/2) with two degrees of freedom above, and 1 − (1 + 2/(d₁f))^(−d₁/2) with two below.</summary>
    [Law(MaxTest = 500)]
    public void Two_degrees_have_the_closed_forms(Seed seed)
    {
        var random = new Random(seed);
        double d = Draw.Between(random, 0.5, 1000);
        double f = Draw.Between(random, 1e-3, 600);

        // 1 + 2f/d is rounded once: d/2 roundings of p, at most 500.
        Relative.AssertNear(-d / 2 * LogOnePlus(2 * f / d), FisherF.LogUpperTail(f, 2, d), $"F(2, {d:R}) at {f:R}");
        double inner = d / 2 * LogOnePlus(2 / (d * f));
        Relative.AssertNear(OneMinusExp(inner), FisherF.UpperTail(f, d, 2), $"F({d:R}, 2) at {f:R}");

        static double LogOnePlus(double x) => x > 0.1 ? Math.Log(1 + x) : 2 * Math.Atanh(x / (2 + x));
        static double OneMinusExp(double x) => 2 * Math.Exp(-x / 2) * Math.Sinh(x / 2);
    }

    [Law(MaxTest = 1000)]
    public void P_falls_with_f(Seed seed)
    {
        (double d1, double d2, double f) = DrawArguments(new Random(seed));
        double here = FisherF.LogUpperTail(f, d1, d2);
        double farther = FisherF.LogUpperTail(f * (1 + 1e-6), d1, d2);

        // Far on the left ln p is near the end of the range of double, or beyond it.
        Assert.True(farther < here || here > -1e-300, $"ln p does not fall at f = {f:R}, d1 = {d1:R}, d2 = {d2:R}");
        Assert.True(FisherF.UpperTail(f * (1 + 1e-6), d1, d2) <= FisherF.UpperTail(f, d1, d2));
    }

    private static (double Numerator, double Denominator, double F) DrawArguments(Random random) =>
        (Draw.Between(random, 1, 1000), Draw.DegreesOfFreedom(random), Draw.Between(random, 0.01, 30));
}
