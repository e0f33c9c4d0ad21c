using HpcLinReg.Labs.Plots;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Labs.Tests.Plots;

public class AxisTests
{
    [Theory]
    [InlineData(0, 10, 5, "0 2 4 6 8 10")]
    [InlineData(-1, 1, 4, "−1.0 −0.5 0.0 0.5 1.0")]
    [InlineData(0.001, 0.004, 3, "0.001 0.002 0.003 0.004")]
    [InlineData(1990, 2010, 4, "1990 1995 2000 2005 2010")]
    [InlineData(0, 4e9, 4, "0 1e9 2e9 3e9 4e9")]
    [InlineData(1e-8, 3e-8, 2, "1e−8 2e−8 3e−8")]
    [InlineData(-3e100, 3e100, 3, "−2e100 0 2e100")]
    public void Ticks_are_round_and_labels_alike(double min, double max, int about, string labels) =>
        Assert.Equal(labels, string.Join(' ', new Axis(min, max).Ticks(about).Select(tick => tick.Label)));

    [Fact]
    public void No_values_one_value_and_equal_values_have_an_axis()
    {
        Assert.True(Axis.Around([]).IsUsable);
        Assert.True(Axis.Around([0]).IsUsable);
        var around = Axis.Around([4, 4, 4]);
        Assert.True(around.IsUsable && around.Min < 4 && around.Max > 4);
    }

    [Law(MaxTest = 500)]
    public void Every_axis_holds_its_values_and_has_a_few_ticks_with_labels_of_their_own(Seed seed)
    {
        var random = new Random(seed);
        // A lab takes values up to 1e100: here up to 1,000 times the scale.
        double scale = Math.Pow(10, random.Next(-99, 98)), offset = random.Next(3) == 0 ? 0 : random.Next(-1000, 1000) * scale;
        double[] values = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => offset + (scale * random.NextDouble()))];
        var axis = Axis.Around(values);
        Assert.True(axis.IsUsable);
        Assert.All(values, value => Assert.InRange(value, axis.Min, axis.Max));
        Tick[] ticks = axis.Ticks(random.Next(2, 12));
        Assert.InRange(ticks.Length, 1, 31);
        Assert.Equal(ticks.Length, ticks.Select(tick => tick.Label).Distinct().Count());
        Assert.Equal(axis, axis.Including(values[0]));
    }

    [Fact]
    public void Pixels_and_values_are_inverse_and_dragged_values_short()
    {
        var area = new PlotArea(700, 400, 50, 40, new Axis(0, 10), new Axis(-5, 5));
        Assert.Equal(3.46, area.ValueX(area.PixelX(3.4567)));
        Assert.Equal(-1.23, area.ValueY(area.PixelY(-1.2345)));
        Assert.Equal(10, area.ValueX(9999));
        Assert.Equal(10.14, area.MovedX(10, 9), 0.01);
        Assert.Equal(1e20, PlotArea.Rounded(1.0000001e20, 1e17));
        Assert.Equal("M50 187L686 187", area.Line(0, 0.0));
        Assert.Equal("", area.Line(1e-3, 1e6));
    }

    [Theory]
    [InlineData(4.666666666666667, "4.66667")]
    [InlineData(9.9999999, "10")]
    [InlineData(-0.000123456789, "−0.000123457")]
    [InlineData(1234567, "1234567")]
    [InlineData(12345678, "1.23457e7")]
    [InlineData(1e-300, "1e−300")]
    [InlineData(double.NaN, "not defined")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(-0.0, "0")]
    public void Numbers_have_the_digits_worth_reading(double value, string text) => Assert.Equal(text, Numerals.Number(value));

    [Theory]
    [InlineData(14.0 / 3, 3, "14/3")]
    [InlineData(-28.0 / 3, 3, "−28/3")]
    [InlineData(4.0, 3, null)]
    [InlineData(4.6666, 3, null)]
    [InlineData(0.5, 4, "1/2")]
    [InlineData(0.0, 3, null)]
    [InlineData(1.0 / 13, 13, null)]
    public void Fractions_are_shown_where_they_are_exact(double value, int denominator, string? fraction) =>
        Assert.Equal(fraction, Numerals.Fraction(value, denominator));
}
