using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// A line of eight <see cref="DoubleDouble"/>s. Its operations work lane by lane and have the same bits as those of single numbers.
/// </summary>
internal readonly struct DoubleDoubleLine(Vector512<double> high, Vector512<double> low)
{
    /// <summary>The high parts.</summary>
    internal readonly Vector512<double> High = high;

    /// <summary>The low parts.</summary>
    internal readonly Vector512<double> Low = low;

    /// <summary>Returns a·b − product, the rounding error of a product of two lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> ProductError(Vector512<double> a, Vector512<double> b, Vector512<double> product)
    {
        if (DoubleDouble.HasFusedMultiplyAdd)
        {
            return Vector512.MultiplyAddEstimate(a, b, -product);
        }

        Vector512<double> aHigh = Upper(a), bHigh = Upper(b);
        Vector512<double> aLow = a - aHigh, bLow = b - bHigh;
        return (((aHigh * bHigh) - product) + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow);
    }

    /// <summary>Returns the upper 26 bits of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Upper(Vector512<double> value)
    {
        Vector512<double> scaled = Vector512.Create(DoubleDouble.Splitter) * value;
        return scaled - (scaled - value);
    }

    /// <summary>Returns a + b exactly (two-sum, Knuth 1969).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDoubleLine Sum(Vector512<double> a, Vector512<double> b)
    {
        Vector512<double> sum = a + b;
        Vector512<double> part = sum - a;
        return new DoubleDoubleLine(sum, (a - (sum - part)) + (b - part));
    }

    /// <summary>Returns a line with one number in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDoubleLine Create(DoubleDouble value) => new(Vector512.Create(value.High), Vector512.Create(value.Low));

    /// <summary>Loads the elements offset to offset + 7 of a vector, given by its first high and low parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDoubleLine Load(ref double high, ref double low, int offset) =>
        new(Line.Load(ref high, offset), Line.Load(ref low, offset));

    /// <summary>Stores the line as the elements offset to offset + 7 of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Store(ref double high, ref double low, int offset)
    {
        High.StoreUnsafe(ref high, (nuint)offset);
        Low.StoreUnsafe(ref low, (nuint)offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDoubleLine operator +(DoubleDoubleLine a, DoubleDoubleLine b)
    {
        DoubleDoubleLine high = Sum(a.High, b.High);
        DoubleDoubleLine low = Sum(a.Low, b.Low);
        high = Normalize(high.High, high.Low + low.High);
        return Normalize(high.High, high.Low + low.Low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDoubleLine operator -(DoubleDoubleLine a, DoubleDoubleLine b) => a + new DoubleDoubleLine(-b.High, -b.Low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDoubleLine operator *(DoubleDoubleLine a, DoubleDoubleLine b)
    {
        Vector512<double> product = a.High * b.High;
        Vector512<double> error = ProductError(a.High, b.High, product);
        return Normalize(product, error + ((a.High * b.Low) + (a.Low * b.High)));
    }

    /// <summary>Returns the reciprocals, with a relative error of at most 4u².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal DoubleDoubleLine Reciprocal()
    {
        Vector512<double> one = Vector512.Create(1.0), inverse = one / High, product = High * inverse;
        Vector512<double> rest = (one - product) - ProductError(High, inverse, product) - (Low * inverse);
        return Normalize(inverse, inverse * rest);
    }

    /// <summary>Returns a + b exactly, for |a| ≥ |b| (Dekker 1971).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDoubleLine Normalize(Vector512<double> a, Vector512<double> b)
    {
        Vector512<double> sum = a + b;
        return new DoubleDoubleLine(sum, b - (sum - a));
    }
}
