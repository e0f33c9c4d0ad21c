using System.Globalization;
using System.Numerics;

namespace HpcLinReg.Tests.Reference;

/// <summary>A fraction of whole numbers without limit, in lowest terms with a positive denominator.</summary>
internal readonly record struct Rational(BigInteger Numerator, BigInteger Denominator) : IComparable<Rational>
{
    internal static Rational Zero => new(0, 1);

    internal static Rational One => new(1, 1);

    internal bool IsZero => Numerator.IsZero;

    public static implicit operator Rational(int value) => new(value, 1);

    public static Rational operator +(Rational a, Rational b) => Of((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => Of((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    public static Rational operator *(Rational a, Rational b) => Of(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => Of(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>The fraction in lowest terms.</summary>
    internal static Rational Of(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsOne)
        {
            return new Rational(numerator, 1);
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * (denominator.Sign < 0 ? -1 : 1);
        return new Rational(numerator / divisor, denominator / divisor);
    }

    /// <summary>The exact value of a finite double: a whole number times a power of two.</summary>
    internal static Rational From(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        if (exponent == 0x7FF)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "NaN and infinity are no fractions.");
        }

        long mantissa = bits & 0xFFFFFFFFFFFFF;
        (mantissa, exponent) = exponent == 0 ? (mantissa, -1074) : (mantissa | (1L << 52), exponent - 1075);
        if (mantissa == 0)
        {
            return Zero;
        }

        int zeros = BitOperations.TrailingZeroCount(mantissa);
        BigInteger whole = (value < 0 ? -mantissa : mantissa) >> zeros;
        exponent += zeros;
        return exponent >= 0 ? new Rational(whole << exponent, 1) : new Rational(whole, BigInteger.One << -exponent);
    }

    /// <summary>The exact value of a decimal such as <c>-1.25e-3</c>.</summary>
    internal static Rational Parse(string text)
    {
        string[] parts = text.Split('e', 'E');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int exponent = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (point < 0 ? 0 : parts[0].Length - point - 1);
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent >= 0 ? new Rational(digits * BigInteger.Pow(10, exponent), 1) : Of(digits, BigInteger.Pow(10, -exponent));
    }

    internal static Rational Abs(Rational a) => new(BigInteger.Abs(a.Numerator), a.Denominator);

    /// <summary>−1, 0 or 1 as this is less than, equal to or greater than the other.</summary>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>|actual − this| / |this| of a double, with the full precision of one however close both are; the absolute error where this is 0.</summary>
    internal double RelativeError(double actual)
    {
        if (!double.IsFinite(actual))
        {
            return double.PositiveInfinity;
        }

        Rational error = Abs(From(actual) - this);
        return IsZero ? error.ToDouble() : (error / Abs(this)).ToDouble();
    }

    /// <summary>The relative error of a double taken for the square root of this.</summary>
    internal double RelativeErrorOfRoot(double actual)
    {
        if (!double.IsFinite(actual) || actual < 0 || IsZero)
        {
            return IsZero && actual == 0 ? 0 : double.PositiveInfinity;
        }

        // With q = (a² − v)/v the error is √(1 + q) − 1 = q/(1 + √(1 + q)), which does not cancel.
        Rational root = From(actual);
        double q = (((root * root) - this) / this).ToDouble();
        return Math.Abs(q / (1 + Math.Sqrt(1 + q)));
    }

    /// <summary>The nearest double; below the normal range it is rounded twice.</summary>
    internal double ToDouble()
    {
        if (IsZero)
        {
            return 0;
        }

        // A quotient of 61 or 62 bits whose last one also stands for all that follow, so that the conversion rounds correctly.
        int shift = 62 - (int)(BigInteger.Abs(Numerator).GetBitLength() - Denominator.GetBitLength()) - 1;
        BigInteger dividend = BigInteger.Abs(Numerator) << Math.Max(shift, 0);
        (BigInteger quotient, BigInteger rest) = BigInteger.DivRem(dividend, Denominator << Math.Max(-shift, 0));
        double rounded = (long)quotient | (rest.IsZero ? 0L : 1L);
        return Math.ScaleB(Numerator.Sign * rounded, -shift);
    }

    public override string ToString() => ToDouble().ToString("R", CultureInfo.InvariantCulture);
}
