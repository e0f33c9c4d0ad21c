using System.Numerics;
using HpcLinReg.Kernels;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// A whole number times a power of two, without limit: what sums and products of doubles are exactly. No divisor is ever looked for, so
/// that a hundred thousand products take milliseconds where <see cref="Rational"/> takes seconds.
/// </summary>
internal readonly record struct BinaryFraction(BigInteger Mantissa, int Exponent)
{
    public static implicit operator BinaryFraction(double value)
    {
        var fraction = Rational.From(value);
        int exponent = (int)fraction.Denominator.GetBitLength() - 1;
        return new BinaryFraction(fraction.Numerator, -exponent);
    }

    public static implicit operator BinaryFraction(DoubleDouble value) => (BinaryFraction)value.High + value.Low;

    public static BinaryFraction operator +(BinaryFraction a, BinaryFraction b)
    {
        int exponent = Math.Min(a.Exponent, b.Exponent);
        return new BinaryFraction((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent);
    }

    public static BinaryFraction operator -(BinaryFraction a, BinaryFraction b) => a + new BinaryFraction(-b.Mantissa, b.Exponent);

    public static BinaryFraction operator *(BinaryFraction a, BinaryFraction b) => new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    internal static BinaryFraction Sum(IEnumerable<BinaryFraction> terms) => terms.Aggregate((BinaryFraction)0, (sum, term) => sum + term);

    /// <summary>Σab; fast where all of a vector have one exponent.</summary>
    internal static BinaryFraction Dot(BinaryFraction[] a, BinaryFraction[] b)
    {
        BigInteger sum = BigInteger.Zero;
        int exponent = a[0].Exponent + b[0].Exponent;
        for (int i = 0; i < a.Length; i++)
        {
            BigInteger product = a[i].Mantissa * b[i].Mantissa;
            int excess = a[i].Exponent + b[i].Exponent - exponent;
            (sum, exponent) = excess >= 0 ? (sum + (excess == 0 ? product : product << excess), exponent) : ((sum << -excess) + product, exponent + excess);
        }

        return new BinaryFraction(sum, exponent);
    }

    /// <summary>The same numbers with one exponent.</summary>
    internal static BinaryFraction[] Align(IEnumerable<BinaryFraction> values)
    {
        BinaryFraction[] aligned = [.. values];
        int exponent = aligned.Min(value => value.Exponent);
        return [.. aligned.Select(value => new BinaryFraction(value.Mantissa << (value.Exponent - exponent), exponent))];
    }

    internal Rational ToRational() => Exponent >= 0 ? new Rational(Mantissa << Exponent, 1) : Rational.Of(Mantissa, BigInteger.One << -Exponent);

    /// <summary>The double nearest to it, but for one unit in its last place.</summary>
    internal double ToDouble()
    {
        int excess = Math.Max(0, (int)BigInteger.Abs(Mantissa).GetBitLength() - 64);
        return Math.ScaleB((double)(Mantissa >> excess), Exponent + excess);
    }

    /// <summary>Fails, naming what it is of, unless the number is this within a bound.</summary>
    internal void RequireNear(DoubleDouble actual, double bound, string what)
    {
        double error = Math.Abs((this - actual).ToDouble());
        Assert.True(error <= bound, $"{what} is wrong by {error:E2}, more than {bound:E2}: {actual}");
    }
}
