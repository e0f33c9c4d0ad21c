using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Distributions;

public class StudentTTests
{
    [Theory]
    [InlineData(1e-100)]
    [InlineData(0.001)]
    [InlineData(0.7)]
    [InlineData(1.0)]
    [InlineData(12.5)]
    [InlineData(1e30)]
    [InlineData(1e250)]
    public void One_and_two_degrees_of_freedom_have_the_closed_forms(double t)
    {
        Relative.AssertNear(2 / Math.PI * Math.Atan(1 / t), StudentT.TwoSidedP(t, 1), $"nu = 1, t = {t}");

        // 1 − t/√(2 + t²), without the cancellation; t is scaled where t² leaves the range of double.
        double expected = t > 1e100 ? Math.Exp(-2 * Math.Log(t)) : 2 / (2 + (t * t) + (t * Math.Sqrt(2 + (t * t))));
        Relative.AssertNear(expected, StudentT.TwoSidedP(t, 2), $"nu = 2, t = {t}");
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.5, 0.617075077451973793)]
    [InlineData(1.0, 0.317310507862914103)]
    [InlineData(1.96, 0.0499957902964408724)]
    [InlineData(5.0, 5.73303143758387823e-7)]
    [InlineData(20.0, 5.50724823721246739e-89)]
    [InlineData(37.0, 1.14511424450491536e-299)]
    public void Infinite_degrees_of_freedom_are_the_normal_distribution(double z, double twoSided) =>
        Relative.AssertNear(twoSided, StudentT.TwoSidedP(z, double.PositiveInfinity), $"z = {z}");

    /// <summary>Towards the normal distribution ln p differs by t⁴/(4ν) and less.</summary>
    [Theory]
    [InlineData(1e6)]
    [InlineData(1e8)]
    [InlineData(1e12)]
    [InlineData(1e100)]
    public void Many_degrees_of_freedom_approach_the_normal_distribution(double nu)
    {
        for (double t = 0.1; t <= 40; t *= 1.3)
        {
            double normal = StudentT.LogTwoSidedP(t, double.PositiveInfinity);
            double difference = StudentT.LogTwoSidedP(t, nu) - normal;
            double noise = Relative.Promise * Math.Abs(normal);
            Assert.InRange(difference, -noise, (((t * t * t * t) + (2 * t * t) + 1) / (4 * nu)) + noise);
        }
    }

    /// <summary>ln p is −t²/2 to twelve digits for t so large, and p is 0; nothing overflows on the way.</summary>
    [Theory]
    [InlineData(1e10)]
    [InlineData(1e60)]
    public void Log_p_of_the_normal_distribution_reaches_far(double z)
    {
        Relative.AssertNear(-z * z / 2, StudentT.LogTwoSidedP(z, double.PositiveInfinity), $"z = {z}");
        Assert.Equal(0, StudentT.TwoSidedP(z, double.PositiveInfinity));
        Assert.Equal(0, StudentT.TwoSidedP(double.MaxValue, double.PositiveInfinity));
    }

    [Theory]
    [InlineData(0.5, double.PositiveInfinity, 0.0)]
    [InlineData(0.975, double.PositiveInfinity, 1.95996398454005423552)]
    [InlineData(0.025, double.PositiveInfinity, -1.95996398454005423552)]
    [InlineData(0.75, 1.0, 1.0)]
    [InlineData(0.0, 3.0, double.NegativeInfinity)]
    [InlineData(1.0, 3.0, double.PositiveInfinity)]
    [InlineData(1e-200, 1.0, -3.18309886183790671538e199)]
    [InlineData(1e-160, 0.5, double.NegativeInfinity)]
    public void Quantile_of_a_known_case_is_that(double probability, double nu, double expected)
    {
        double actual = StudentT.Quantile(probability, nu);
        Assert.True(Relative.Error(actual, expected) <= Relative.Promise, $"{actual:R}");
    }

    [Fact]
    public void TwoSidedQuantile_of_the_ends_is_zero_and_infinity()
    {
        Assert.Equal(0.0, StudentT.TwoSidedQuantile(0, 7.5));
        Assert.Equal(double.PositiveInfinity, StudentT.TwoSidedQuantile(1, 7.5));
    }

    /// <summary>P(|T| ≤ t) is t times twice the density at 0 for t so small; with ν = 3 the density is 2/(π√3).</summary>
    [Fact]
    public void TwoSidedQuantile_of_a_level_near_zero_has_all_digits() =>
        Relative.AssertNear(1e-200 * Math.PI * Math.Sqrt(3) / 4, StudentT.TwoSidedQuantile(1e-200, 3), "level 1e-200");

    [Theory]
    [InlineData(0.0, 1.0, 0.0)]
    [InlineData(double.PositiveInfinity, 0.0, double.NegativeInfinity)]
    [InlineData(double.NegativeInfinity, 0.0, double.NegativeInfinity)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    public void Tails_of_special_values_are_limits(double t, double p, double log)
    {
        foreach (double nu in (double[])[0.5, 1, 30.5, 1e8, double.PositiveInfinity])
        {
            Assert.Equal(p, StudentT.TwoSidedP(t, nu));
            Assert.Equal(log, StudentT.LogTwoSidedP(t, nu));
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void Degrees_of_freedom_that_are_not_positive_are_refused(double nu)
    {
        Action[] calls =
        [
            () => StudentT.TwoSidedP(1, nu),
            () => StudentT.LogTwoSidedP(1, nu),
            () => StudentT.Quantile(0.9, nu),
            () => StudentT.TwoSidedQuantile(0.9, nu),
        ];
        Assert.All(calls, call =>
        {
            ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(call);
            Assert.Equal("degreesOfFreedom", refusal.ParamName);
            Assert.Contains("greater than 0", refusal.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(95.0)]
    [InlineData(double.NaN)]
    public void Probabilities_outside_of_0_to_1_are_refused(double probability)
    {
        Assert.Equal("probability", Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(probability, 3)).ParamName);
        Assert.Equal("level", Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.TwoSidedQuantile(probability, 3)).ParamName);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        double sum = Everything(2.5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += Everything(40);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(double.IsNaN(sum));

        static double Everything(double x) =>
            StudentT.TwoSidedP(x, 1e8) + StudentT.LogTwoSidedP(x, 3) + StudentT.Quantile(0.9, x) + StudentT.TwoSidedQuantile(0.95, x)
            + FisherF.UpperTail(x, 12, 3.5) + FisherF.LogUpperTail(x, 12, 1e8);
    }

    [Law(MaxTest = 1000)]
    public void P_is_even_and_falls_with_t(Seed seed)
    {
        var random = new Random(seed);
        double nu = Draw.DegreesOfFreedom(random);
        double t = Draw.Between(random, 1e-9, 40);
        double farther = t * (1 + 1e-6);

        Assert.Equal(StudentT.TwoSidedP(t, nu), StudentT.TwoSidedP(-t, nu));
        Assert.True(StudentT.TwoSidedP(farther, nu) <= StudentT.TwoSidedP(t, nu), $"p rises at t = {t:R}, nu = {nu:R}");
        Assert.True(StudentT.LogTwoSidedP(farther, nu) < StudentT.LogTwoSidedP(t, nu), $"ln p does not fall at t = {t:R}, nu = {nu:R}");
    }

    [Law(MaxTest = 1000)]
    public void Log_p_is_the_logarithm_of_p(Seed seed)
    {
        var random = new Random(seed);
        double nu = Draw.DegreesOfFreedom(random);
        double t = Draw.Between(random, 1e-3, 36);
        double p = StudentT.TwoSidedP(t, nu);

        // ln of a rounded p is off by a rounding of p, absolutely: near p = 1 it has fewer digits than the tail itself.
        Assert.Equal(Math.Log(p), StudentT.LogTwoSidedP(t, nu), Relative.Promise * Math.Max(1, -Math.Log(p)));
    }

    [Law(MaxTest = 1000)]
    public void Quantile_inverts_p(Seed seed)
    {
        var random = new Random(seed);
        double nu = Draw.DegreesOfFreedom(random);
        double tail = Draw.Between(random, 1e-300, 0.5);
        double t = StudentT.Quantile(tail, nu);
        if (double.IsInfinity(t))
        {
            Assert.True(nu < 2, $"no quantile at {tail:R}, nu = {nu:R}");
            return;
        }

        Relative.AssertNear(2 * tail, StudentT.TwoSidedP(t, nu), $"tail {tail:R}, nu = {nu:R}");
        Assert.True(t < 0, $"{t}");
    }

    [Law(MaxTest = 1000)]
    public void TwoSidedQuantile_inverts_the_level_and_rises_with_it(Seed seed)
    {
        var random = new Random(seed);
        double nu = Draw.DegreesOfFreedom(random);
        double level = 1 - Draw.Between(random, 1e-12, 0.999);
        double t = StudentT.TwoSidedQuantile(level, nu);

        Relative.AssertNear(1 - level, StudentT.TwoSidedP(t, nu), $"level {level:R}, nu = {nu:R}");
        Assert.True(StudentT.TwoSidedQuantile(level + ((1 - level) * 1e-3), nu) > t);
    }
}
