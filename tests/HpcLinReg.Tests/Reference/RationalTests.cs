using System.Globalization;
using System.Numerics;

namespace HpcLinReg.Tests.Reference;

public class RationalTests
{
    [Law(MaxTest = 500)]
    public void A_double_goes_in_and_comes_out(Seed seed)
    {
        // Any bits; those of NaN and infinity, one of 2048 exponents, lose their lowest exponent bit.
        long bits = new Random(seed).NextInt64(long.MinValue, long.MaxValue);
        double drawn = BitConverter.Int64BitsToDouble(bits), value = double.IsFinite(drawn) ? drawn : BitConverter.Int64BitsToDouble(bits ^ (1L << 52));
        Assert.Equal(value, Rational.From(value).ToDouble());
        Assert.Equal(0, Rational.From(value).RelativeError(value));
    }

    [Theory]
    [InlineData(5e-324)]
    [InlineData(-1.5e-310)]
    [InlineData(2.2250738585072014e-308)]
    [InlineData(1.7976931348623157e308)]
    [InlineData(0.1)]
    [InlineData(-0.0)]
    public void Extremes_of_double_are_exact(double value) => Assert.Equal(value, Rational.From(value).ToDouble());

    [Fact]
    public void A_tenth_as_a_double_is_not_a_tenth()
    {
        // Stored as 3602879701896397 / 2⁵⁵, and 36028797018963970 = 2⁵⁵ + 2.
        var tenth = Rational.Parse("0.1");
        Assert.Equal(new Rational(1, 10), tenth);
        Assert.Equal(new Rational(3602879701896397, BigInteger.One << 55), Rational.From(0.1));
        Assert.Equal(Math.ScaleB(1, -54), tenth.RelativeError(0.1));
    }

    [Law(MaxTest = 500)]
    public void A_decimal_is_rounded_as_the_framework_rounds_it(byte bits, byte exponent, Seed seed)
    {
        long digits = new Random(seed).NextInt64(long.MinValue, long.MaxValue) >> (bits % 64);
        string text = string.Create(CultureInfo.InvariantCulture, $"{digits}e{(exponent % 60) - 30}");
        Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), Rational.Parse(text).ToDouble());
    }

    [Theory]
    [InlineData("-12.50e-1", -5, 4)]
    [InlineData("3e3", 3000, 1)]
    [InlineData("0.0", 0, 1)]
    [InlineData("7", 7, 1)]
    public void Decimals_are_read_exactly(string text, int numerator, int denominator) => Assert.Equal(new Rational(numerator, denominator), Rational.Parse(text));

    [Fact]
    public void Differences_far_below_a_double_are_told()
    {
        // 1 + 10⁻⁴⁰ beside the double 1.
        Rational value = Rational.One + Rational.Parse("1e-40");
        Assert.Equal(1e-40, value.RelativeError(1), 1e-54);
        Assert.Equal(5e-41, value.RelativeErrorOfRoot(1), 1e-54);
        Assert.Equal(0.5, new Rational(4, 1).RelativeErrorOfRoot(3), 1e-16);
        Assert.Equal(double.PositiveInfinity, value.RelativeError(double.NaN));
        Assert.True(value > 1 && value >= 1 && Rational.Zero < value && Rational.Zero <= value);
    }
}
