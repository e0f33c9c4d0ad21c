using HpcLinReg.Statistics;

namespace HpcLinReg.Tests.Statistics;

/// <summary>Numbers as a person reads them.</summary>
public class NumbersTests
{
    [Theory]
    [InlineData(-3482258.634596, 890420.38, "-3482259")]
    [InlineData(-0.0358191793, 0.033491, "-0.03582")]
    [InlineData(0.0001, 12.3, "0.00")]
    [InlineData(-0.0001, 12.3, "0.00")]
    [InlineData(1.5e-12, 3.2e-14, "1.50000e-12")]
    [InlineData(5e-64, 1e-16, "0")]
    [InlineData(2.5e13, 1e9, "2.5000000e13")]
    [InlineData(99.996, 0.99996, "99.996")]
    public void An_estimate_ends_where_its_standard_error_does(double estimate, double error, string expected) =>
        Assert.Equal(expected, Numbers.Rounded(estimate, Numbers.DecimalsOf(error)!.Value));

    [Theory]
    [InlineData(0.00356, -5.638, "0.00356")]
    [InlineData(0.1, -2.302585092994046, "0.100")]
    [InlineData(2.25e-9, -19.912, "2.25e-9")]
    [InlineData(1.0, 0.0, "1.00")]
    [InlineData(0.0, -1000.0, "5.08e-435")]
    [InlineData(0.0, -2302585.0929940457, "1.00e-1000000")]
    [InlineData(1e-305, -702.2884533631, "1.00e-305")]
    [InlineData(double.NaN, double.NaN, "")]
    [InlineData(0.0, double.NegativeInfinity, "0")]
    public void A_p_value_is_never_rounded_to_0(double p, double logP, string expected) => Assert.Equal(expected, Numbers.P(p, logP));

    [Fact]
    public void Numbers_stand_below_each_other_by_their_points()
    {
        string[] lines = new TextTable("", ["a", "a long name of a column"]).Add("Estimate", ["-1.25", "100"]).Add("none", ["", ""]).Lines(28);
        Assert.Equal(["                    Estimate", "a                      -1.25", "a long n… a column    100"], lines);
    }
}
