using System.Runtime.CompilerServices;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// An unevaluated sum of two doubles: about 32 digits (Dekker 1971; Hida, Li, Bailey 2001). Products are split instead of fused, so that
/// it is right, and as fast, where the CPU level under test has no fused multiply-add. Relative error of each operation: at most
/// 2⁻¹⁰⁰.
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>2²⁷ + 1 splits 53 bits into two halves whose products are exact.</summary>
    private const double Splitter = (1 << 27) + 1;

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static explicit operator double(DoubleDouble value) => value.High;

    /// <summary>A whole number of at most 106 bits, exactly.</summary>
    public static explicit operator DoubleDouble(Int128 value)
    {
        double high = (double)value;
        return Normalized(high, (double)(value - (Int128)high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        (double high, double error) = TwoSum(a.High, b.High);
        (double low, double lowError) = TwoSum(a.Low, b.Low);
        (high, error) = FastTwoSum(high, error + low);
        return Normalized(high, error + lowError);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble product = Product(a.High, b.High);
        return Normalized(product.High, product.Low + ((a.High * b.Low) + (a.Low * b.High)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double first = a.High / b.High;
        DoubleDouble rest = a - (b * first);
        double second = rest.High / b.High;
        rest -= b * second;
        return Normalized(first, second) + (rest.High / b.High);
    }

    /// <summary>a·b exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDouble Product(double a, double b)
    {
        double product = a * b;
        (double aHigh, double aLow) = Split(a);
        (double bHigh, double bLow) = Split(b);
        return new DoubleDouble(product, ((aHigh * bHigh) - product + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double High, double Low) Split(double value)
    {
        double scaled = Splitter * value;
        double high = scaled - (scaled - value);
        return (high, value - high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        double sum = a + b;
        double part = sum - a;
        return (sum, (a - (sum - part)) + (b - part));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Sum, double Error) FastTwoSum(double large, double small)
    {
        double sum = large + small;
        return (sum, small - (sum - large));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDouble Normalized(double high, double low)
    {
        (double sum, double error) = FastTwoSum(high, low);
        return new DoubleDouble(sum, error);
    }
}
