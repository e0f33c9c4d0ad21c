using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Numbers of twice the precision, against exact rationals.</summary>
public class DoubleDoubleTests
{
    private const double SquaredRoundoff = Naive.Roundoff * Naive.Roundoff;

    [Law(MaxTest = 500)]
    public void Operations_stay_within_their_bounds(Seed seed)
    {
        var random = new Random(seed);
        (DoubleDouble a, DoubleDouble b) = (Draw(random), Draw(random));
        (Rational exactA, Rational exactB) = (Exact(a), Exact(b));
        AssertNear(exactA + exactB, a + b, 3 * SquaredRoundoff);
        AssertNear(exactA - exactB, a - b, 3 * SquaredRoundoff);
        AssertNear(exactA * exactB, a * b, 7 * SquaredRoundoff);
        AssertNear(exactA / exactB, a / b, 15 * SquaredRoundoff);
        DoubleDouble positive = a.High < 0 ? -a : a;
        var root = DoubleDouble.Sqrt(positive);
        AssertNear(Exact(positive), root * root, 24 * SquaredRoundoff);
    }

    [Law(MaxTest = 500)]
    public void Differences_of_nearly_equal_numbers_lose_nothing(Seed seed)
    {
        // Algorithm 6 of Joldes, Muller and Popescu keeps its relative bound whatever cancels: 3u²/(1 − 4u).
        var random = new Random(seed);
        DoubleDouble a = Draw(random);
        DoubleDouble b = a + DoubleDouble.Sum(a.High * Math.ScaleB(random.NextDouble() - 0.5, -random.Next(0, 110)), 0);
        AssertNear(Exact(a) - Exact(b), a - b, 3.001 * SquaredRoundoff);
        AssertNear(Exact(b) + Exact(-a), b + -a, 3.001 * SquaredRoundoff);
        Assert.Equal(new DoubleDouble(0, 0), a - a);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void The_root_of_what_is_not_positive_is_zero(double value) => Assert.Equal(new DoubleDouble(0, 0), DoubleDouble.Sqrt(value));

    [Law(MaxTest = 200)]
    public void Results_are_normalized_and_powers_of_two_scale_exactly(Seed seed)
    {
        var random = new Random(seed);
        (DoubleDouble a, DoubleDouble b) = (Draw(random), Draw(random));
        Assert.All((DoubleDouble[])[a + b, a - b, a * b, a / b, DoubleDouble.Sqrt(a)], value => Assert.Equal(value.High, value.Value));
        Assert.Equal(Exact(a) * 1024, Exact(a.Scale(1024)));
    }

    [Law(MaxTest = 200)]
    public void Sums_and_products_of_doubles_are_exact(Seed seed)
    {
        var random = new Random(seed);
        (double a, double b) = (Draw(random).High, Draw(random).High);
        Assert.Equal(Rational.From(a) + Rational.From(b), Exact(DoubleDouble.Sum(a, b)));
        Assert.Equal(Rational.From(a) * Rational.From(b), Exact(DoubleDouble.Product(a, b)));
    }

    [Law(MaxTest = 200)]
    public void Lanes_have_the_bits_of_the_scalar_operations(Seed seed)
    {
        var random = new Random(seed);
        DoubleDouble[] a = [.. Enumerable.Range(0, Line.Lanes).Select(_ => Draw(random))];
        DoubleDouble[] b = [.. Enumerable.Range(0, Line.Lanes).Select(_ => Draw(random))];
        DoubleDoubleLine sum = Lanes(a) + Lanes(b), difference = Lanes(a) - Lanes(b), product = Lanes(a) * Lanes(b);
        for (int i = 0; i < Line.Lanes; i++)
        {
            Assert.Equal(a[i] + b[i], new DoubleDouble(sum.High[i], sum.Low[i]));
            Assert.Equal(a[i] - b[i], new DoubleDouble(difference.High[i], difference.Low[i]));
            Assert.Equal(a[i] * b[i], new DoubleDouble(product.High[i], product.Low[i]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    public void Axpy_has_the_bits_of_one_element_after_another(int length)
    {
        var random = new Random(length);
        DoubleDouble factor = Draw(random);
        DoubleDouble[] x = [.. Enumerable.Range(0, length).Select(_ => Draw(random))];
        DoubleDouble[] y = [.. Enumerable.Range(0, length).Select(_ => Draw(random))];
        double[] high = [.. y.Select(value => value.High)], low = [.. y.Select(value => value.Low)];
        var terms = new ReadOnlyDoubleDoubleSpan([.. x.Select(value => value.High)], [.. x.Select(value => value.Low)]);
        DoubleDoubleElementwise.Axpy(factor, terms, new DoubleDoubleSpan(high, low));
        Assert.Equal(x.Zip(y, (a, b) => b + (factor * a)), high.Zip(low, (a, b) => new DoubleDouble(a, b)));
    }

    private static DoubleDouble Draw(Random random)
    {
        double high = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-40, 40));
        return DoubleDouble.Sum(high, high * (random.NextDouble() - 0.5) * Naive.Roundoff);
    }

    private static DoubleDoubleLine Lanes(DoubleDouble[] values) => new(
        Vector512.Create<double>([.. values.Select(value => value.High)]), Vector512.Create<double>([.. values.Select(value => value.Low)]));

    private static Rational Exact(DoubleDouble value) => Rational.From(value.High) + Rational.From(value.Low);

    private static void AssertNear(Rational exact, DoubleDouble actual, double relative)
    {
        double error = Rational.Abs(exact - Exact(actual)).ToDouble();
        Assert.True(error <= relative * Math.Abs(exact.ToDouble()), $"{actual} is wrong by {error:E2}.");
    }
}
