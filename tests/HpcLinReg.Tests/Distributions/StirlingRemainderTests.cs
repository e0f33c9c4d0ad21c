using HpcLinReg.Distributions;

namespace HpcLinReg.Tests.Distributions;

public class StirlingRemainderTests
{
    /// <summary>mpmath: loggamma(z) - (z - 0.5)*log(z) + z - log(2*pi)/2.</summary>
    [Theory]
    [InlineData(1e-10, 10.593986934110419187)]
    [InlineData(0.25, 0.27251040121343206088)]
    [InlineData(0.5, 0.15342640972002734529)]
    [InlineData(1.0, 0.08106146679532725822)]
    [InlineData(3.7, 0.022468770580143145898)]
    [InlineData(15.9, 0.0052403998807561081719)]
    [InlineData(16.0, 0.0052076559196096404407)]
    [InlineData(40.5, 0.0020575713609730648681)]
    [InlineData(100000000.0, 8.3333333333333333056e-10)]
    public void Remainder_is_that_of_the_gamma_function(double z, double expected) => Assert.Equal(expected, StirlingRemainder.Of(z), 5e-15);
}
