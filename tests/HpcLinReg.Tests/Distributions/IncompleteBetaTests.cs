using HpcLinReg.Distributions;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Distributions;

public class IncompleteBetaTests
{
    /// <summary>I_x(a, b) + I_(1−x)(b, a) = 1, each by its own fraction: within half a standard deviation of the mean both are accurate.</summary>
    [Law(MaxTest = 1000)]
    public void The_fractions_of_both_ends_add_up_to_one(Seed seed)
    {
        var random = new Random(seed);
        (double a, double b) = (Draw.Between(random, 0.25, 500), Draw.Between(random, 0.25, 5e7));
        double f = Math.Exp((random.NextDouble() - 0.5) / Math.Sqrt(1 + Math.Min(a, b)));
        var point = BetaPoint.AtRatio(a, b, f, Math.Log(f));

        Assert.Equal(1.0, IncompleteBeta.FromFraction(point) + IncompleteBeta.FromFraction(point.Mirrored), Relative.Promise);
    }

    /// <summary>I_½(a, a) is ½, where the fraction converges slowest.</summary>
    [Law(MaxTest = 200)]
    public void The_middle_of_a_symmetric_function_is_one_half(Seed seed)
    {
        double a = Draw.Between(new Random(seed), 0.25, 1e8);
        Relative.AssertNear(0.5, IncompleteBeta.Lower(BetaPoint.AtRatio(a, a, 1, 0)), $"a = {a:R}");
    }

    [Law(MaxTest = 1000)]
    public void The_inverse_inverts(Seed seed)
    {
        var random = new Random(seed);
        (double a, double b) = (Draw.Between(random, 0.25, 5e7), Draw.Between(random, 0.25, 5e7));
        double tail = Draw.Between(random, 1e-300, 0.5);
        foreach (bool isLower in (bool[])[true, false])
        {
            (double lower, double upper) = isLower ? (tail, 1 - tail) : (1 - tail, tail);
            double odds = IncompleteBeta.InverseOdds(a, b, lower, upper, 1);
            if (odds is < 1e-290 or > 1e290)
            {
                continue; // beyond the range of double, which its square root is not
            }

            double f = odds / b * a;
            var point = BetaPoint.AtRatio(a, b, f, Math.Log(f));
            double actual = IncompleteBeta.Lower(isLower ? point : point.Mirrored);

            // Rounding the odds and f costs four roundings times the derivative of ln I by ln odds, which is below this for a normal and an exponential tail.
            double log = 1 - Math.Log(tail);
            double derivative = 2 * (log + Math.Sqrt(2 * log * Math.Min(a, b)));
            double tolerance = Relative.Promise + (4 * 1.2e-16 * derivative);
            Assert.True(Relative.Error(actual, tail) <= tolerance, $"a = {a:R}, b = {b:R}, tail {tail:R}: {actual:R}");
        }
    }

    [Fact]
    public void The_inverse_has_the_range_of_its_power()
    {
        // I_x(1/4, 1) is x^(1/4), so 1e-100 is at x = 1e-400, whose odds only the square root can hold.
        Assert.Equal(double.PositiveInfinity, IncompleteBeta.InverseOdds(0.25, 1, 1e-100, 1, 1));
        Relative.AssertNear(1e200, IncompleteBeta.InverseOdds(0.25, 1, 1e-100, 1, 0.5), "square root of the odds");
    }
}
