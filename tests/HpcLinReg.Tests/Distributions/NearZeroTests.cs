using HpcLinReg.Distributions;

namespace HpcLinReg.Tests.Distributions;

/// <summary>Each function against mpmath, to a few roundings of its value.</summary>
public class NearZeroTests
{
    private const double FewRoundings = 1e-15;

    [Theory]
    [InlineData(-0.999, -6.9077552789821361639)]
    [InlineData(-0.5, -0.69314718055994530942)]
    [InlineData(-1e-09, -1.0000000005000000626e-9)]
    [InlineData(1e-300, 1.0000000000000000251e-300)]
    [InlineData(3e-17, 3.0000000000000000156e-17)]
    [InlineData(1e-05, 9.9999500003333316514e-6)]
    [InlineData(0.3, 0.2623642644674910435)]
    [InlineData(7.0, 2.0794415416798359283)]
    [InlineData(1e+300, 690.77552789821370526)]
    public void LogOnePlus_has_all_digits(double x, double expected) =>
        Assert.True(Relative.Error(NearZero.LogOnePlus(x), expected) <= FewRoundings);

    [Theory]
    [InlineData(-50.0, -1.0)]
    [InlineData(-0.7, -0.50341469620859046324)]
    [InlineData(-1e-12, -9.9999999999949997989e-13)]
    [InlineData(1e-300, 1.0000000000000000251e-300)]
    [InlineData(2e-16, 2.0000000000000001582e-16)]
    [InlineData(0.01, 0.010050167084168057752)]
    [InlineData(0.9, 1.4596031111569497184)]
    [InlineData(1.0, 1.7182818284590452354)]
    [InlineData(3.0, 19.085536923187667741)]
    [InlineData(700.0, 1.0142320547350045095e+304)]
    public void ExpMinusOne_has_all_digits(double x, double expected) =>
        Assert.True(Relative.Error(NearZero.ExpMinusOne(x), expected) <= FewRoundings);

    [Theory]
    [InlineData(-0.9375, 1.8350887222397812377)]
    [InlineData(-0.4, 0.11082562376599069801)]
    [InlineData(-0.25, 0.037682072451780927439)]
    [InlineData(-1e-08, 5.0000000333333337926e-17)]
    [InlineData(1e-150, 5.000000000000000063e-301)]
    [InlineData(1e-05, 4.9999666669166654847e-11)]
    [InlineData(0.3, 0.037635735532508945402)]
    [InlineData(0.65, 0.14922471208751076673)]
    [InlineData(0.75, 0.19038421206457731373)]
    [InlineData(20.0, 16.955477562276577003)]
    public void ExcessOverLog_has_all_digits(double e, double expected) =>
        Assert.True(Relative.Error(NearZero.ExcessOverLog(e, Math.Log(1 + e)), expected) <= FewRoundings);
}
