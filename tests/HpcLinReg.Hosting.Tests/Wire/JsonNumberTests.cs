using System.Globalization;
using System.Text;
using HpcLinReg.Hosting.AspNetCore.Http;

namespace HpcLinReg.Hosting.Tests.Wire;

public class JsonNumberTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("0.1")]
    [InlineData("999999999999999")]
    [InlineData("0.000000000000000000000123")]
    [InlineData("123456.789012345")]
    public void A_short_decimal_is_the_nearest_double(string text)
    {
        bool isShort = JsonNumber.TryReadShort(Encoding.ASCII.GetBytes(text), out double value);
        Assert.Equal(text.Length <= 22, isShort);
        Assert.True(!isShort || Bits(value) == Bits(double.Parse(text, CultureInfo.InvariantCulture)), text);
    }

    [Theory]
    [InlineData("1e5")]
    [InlineData("1E-5")]
    [InlineData("1234567890123456")]
    [InlineData("0.00000000000000000000001")]
    public void What_is_not_short_is_left_to_the_general_algorithm(string text) => Assert.False(JsonNumber.TryReadShort(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_short_decimal_has_the_bits_of_the_general_algorithm()
    {
        var random = new Random(7);
        for (int i = 0; i < 200_000; i++)
        {
            string digits = random.NextInt64(1_000_000_000_000_000).ToString(CultureInfo.InvariantCulture);
            string text = $"{(random.Next(2) == 0 ? "-" : "")}{digits[..random.Next(1, digits.Length + 1)]}.{random.NextInt64(100_000_000)}";
            if (JsonNumber.TryReadShort(Encoding.ASCII.GetBytes(text), out double value))
            {
                Assert.True(Bits(value) == Bits(double.Parse(text, CultureInfo.InvariantCulture)), text);
            }
        }
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
