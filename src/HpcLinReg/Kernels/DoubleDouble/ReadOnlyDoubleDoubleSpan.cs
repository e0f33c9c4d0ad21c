using System.Diagnostics;

namespace HpcLinReg.Kernels;

/// <summary>A vector of <see cref="DoubleDouble"/>s to read: element j is High[j] + Low[j]. See <see cref="DoubleDoubleSpan"/>.</summary>
internal readonly ref struct ReadOnlyDoubleDoubleSpan
{
    internal ReadOnlyDoubleDoubleSpan(ReadOnlySpan<double> high, ReadOnlySpan<double> low)
    {
        Debug.Assert(high.Length == low.Length, "Every element has both parts.");
        High = high;
        Low = low;
    }

    /// <summary>Gets the high parts.</summary>
    internal ReadOnlySpan<double> High { get; }

    /// <summary>Gets the low parts.</summary>
    internal ReadOnlySpan<double> Low { get; }

    /// <summary>Gets the number of elements.</summary>
    internal int Length => High.Length;

    /// <summary>Gets whether there are no elements.</summary>
    internal bool IsEmpty => High.IsEmpty;

    /// <summary>Gets an element.</summary>
    internal DoubleDouble this[int index] => new(High[index], Low[index]);

    /// <summary>Returns <paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    internal ReadOnlyDoubleDoubleSpan Slice(int start, int length) => new(High.Slice(start, length), Low.Slice(start, length));
}
