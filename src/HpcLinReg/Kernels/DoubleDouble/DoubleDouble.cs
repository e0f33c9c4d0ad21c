using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// A double-double number: the unevaluated sum of two doubles, High + Low with |Low| ≤ ulp(High)/2, which is about 106 bits (Dekker 1971;
/// Hida, Li, Bailey 2001). The relative error of a sum is at most 3u², of a product 7u² and of a quotient 15u², with u = 2⁻⁵³ (Joldes,
/// Muller, Popescu 2017).
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>2²⁷ + 1, the factor that splits a double into two halves of 26 bits (Veltkamp 1968).</summary>
    internal const double Splitter = 134217729;

    /// <summary>Gets whether the CPU has a fused multiply-add, so that the error of a product takes one instruction.</summary>
    internal static bool HasFusedMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.Arm64.IsSupported;
    }

    /// <summary>Gets the nearest double.</summary>
    internal double Value => High + Low;

    /// <summary>Returns a + b exactly (two-sum, Knuth 1969).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDouble Sum(double a, double b)
    {
        double sum = a + b;
        double part = sum - a;
        return new DoubleDouble(sum, (a - (sum - part)) + (b - part));
    }

    /// <summary>Returns a·b exactly, unless the error of the product underflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDouble Product(double a, double b)
    {
        double product = a * b;
        return new DoubleDouble(product, ProductError(a, b, product));
    }

    /// <summary>Returns a·b − product, from halves of the factors where there is no fused multiply-add (Dekker 1971).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ProductError(double a, double b, double product)
    {
        if (HasFusedMultiplyAdd)
        {
            return Math.FusedMultiplyAdd(a, b, -product);
        }

        double aHigh = Upper(a), bHigh = Upper(b);
        double aLow = a - aHigh, bLow = b - bHigh;
        return (((aHigh * bHigh) - product) + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow);
    }

    /// <summary>Returns the upper 26 bits.</summary>
    private static double Upper(double value)
    {
        double scaled = Splitter * value;
        return scaled - (scaled - value);
    }

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble high = Sum(a.High, b.High);
        DoubleDouble low = Sum(a.Low, b.Low);
        high = Normalize(high.High, high.Low + low.High);
        return Normalize(high.High, high.Low + low.Low);
    }

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble product = Product(a.High, b.High);
        return Normalize(product.High, product.Low + ((a.High * b.Low) + (a.Low * b.High)));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double quotient = a.High / b.High;
        DoubleDouble rest = a - (b * quotient);
        double correction = rest.High / b.High;
        rest -= b * correction;
        return Normalize(quotient, correction) + (rest.High / b.High);
    }

    /// <summary>
    /// Returns the square root, by one step of Newton's method from the root in double (Karp, Markstein 1997); 0 for 0 and below.
    /// </summary>
    internal static DoubleDouble Sqrt(DoubleDouble a)
    {
        if (!(a.High > 0))
        {
            return 0;
        }

        double root = Math.Sqrt(a.High);
        DoubleDouble rest = a - Product(root, root);
        return Normalize(root, rest.High / (2 * root));
    }

    /// <summary>Returns the reciprocal, with a relative error of at most 4u².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal DoubleDouble Reciprocal()
    {
        double inverse = 1 / High;
        DoubleDouble product = Product(High, inverse);
        double rest = (1 - product.High) - product.Low - (Low * inverse);
        return Normalize(inverse, inverse * rest);
    }

    /// <summary>Returns the number times a power of two, which is exact.</summary>
    internal DoubleDouble Scale(double powerOfTwo) => new(High * powerOfTwo, Low * powerOfTwo);

    /// <summary>Returns a + b exactly, for |a| ≥ |b| (Dekker 1971).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDouble Normalize(double a, double b)
    {
        double sum = a + b;
        return new DoubleDouble(sum, b - (sum - a));
    }
}
