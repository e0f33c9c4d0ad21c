using System.Numerics;

namespace HpcLinReg.Tests.Reference;

/// <summary>A whole number of up to 768 bits times a power of two, without limits of range: sums, products and quotients are cut to 768 bits.</summary>
internal readonly record struct LongFloat(BigInteger Mantissa, long Exponent)
{
    private const int Bits = 768;

    internal static LongFloat Zero => new(0, 0);

    internal bool IsZero => Mantissa.IsZero;

    internal int Sign => Mantissa.Sign;

    /// <summary>The e of 2^(e − 1) ≤ |value| &lt; 2^e.</summary>
    internal long Length => Exponent + (long)BigInteger.Abs(Mantissa).GetBitLength();

    public static implicit operator LongFloat(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        (mantissa, exponent) = exponent == 0 ? (mantissa, -1074) : (mantissa | (1L << 52), exponent - 1075);
        if (mantissa == 0)
        {
            return Zero;
        }

        int zeros = BitOperations.TrailingZeroCount(mantissa);
        return new LongFloat((value < 0 ? -mantissa : mantissa) >> zeros, exponent + zeros);
    }

    public static LongFloat operator +(LongFloat a, LongFloat b)
    {
        if (a.IsZero || b.IsZero)
        {
            return a.IsZero ? b : a;
        }

        (LongFloat large, LongFloat small) = a.Exponent >= b.Exponent ? (a, b) : (b, a);
        long shift = large.Exponent - small.Exponent;
        if (large.Length - small.Length > 2 * Bits)
        {
            return large;
        }

        return small.Length - large.Length > 2 * Bits ? small : Cut((large.Mantissa << (int)shift) + small.Mantissa, small.Exponent);
    }

    public static LongFloat operator -(LongFloat a, LongFloat b) => a + -b;

    public static LongFloat operator -(LongFloat a) => new(-a.Mantissa, a.Exponent);

    public static LongFloat operator *(LongFloat a, LongFloat b) => Cut(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    public static LongFloat operator /(LongFloat a, LongFloat b)
    {
        int shift = (int)Math.Max(0, (2 * Bits) - (long)BigInteger.Abs(a.Mantissa).GetBitLength());
        return Cut((a.Mantissa << shift) / b.Mantissa, a.Exponent - b.Exponent - shift);
    }

    public static bool operator >(LongFloat a, LongFloat b) => (a - b).Sign > 0;

    public static bool operator <(LongFloat a, LongFloat b) => (a - b).Sign < 0;

    /// <summary>log₁₀|value|; −∞ for 0.</summary>
    internal double Log10()
    {
        if (IsZero)
        {
            return double.NegativeInfinity;
        }

        long shift = (long)BigInteger.Abs(Mantissa).GetBitLength() - 60;
        BigInteger top = shift > 0 ? BigInteger.Abs(Mantissa) >> (int)shift : BigInteger.Abs(Mantissa);
        return Math.Log10((double)top) + (Math.Log10(2) * (Exponent + Math.Max(shift, 0)));
    }

    /// <summary>The nearest double, but for the last bit.</summary>
    internal double ToDouble()
    {
        long shift = (long)BigInteger.Abs(Mantissa).GetBitLength() - 62;
        BigInteger top = shift > 0 ? Mantissa >> (int)shift : Mantissa;
        return Math.ScaleB((double)top, (int)Math.Clamp(Exponent + Math.Max(shift, 0), -5000, 5000));
    }

    private static LongFloat Cut(BigInteger mantissa, long exponent)
    {
        if (mantissa.IsZero)
        {
            return Zero;
        }

        long excess = (long)BigInteger.Abs(mantissa).GetBitLength() - Bits;
        return excess > 0 ? new LongFloat(mantissa >> (int)excess, exponent + excess) : new LongFloat(mantissa, exponent);
    }
}
