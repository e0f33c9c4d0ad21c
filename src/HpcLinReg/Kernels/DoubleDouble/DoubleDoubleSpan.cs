using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>
/// A writable vector of <see cref="DoubleDouble"/>s: element j is High[j] + Low[j]. The parts lie in two separate buffers, so that a kernel
/// loads a whole line of either with one instruction.
/// </summary>
internal readonly ref struct DoubleDoubleSpan
{
    internal DoubleDoubleSpan(Span<double> high, Span<double> low)
    {
        Debug.Assert(high.Length == low.Length, "Every element has both parts.");
        High = high;
        Low = low;
    }

    /// <summary>Gets the high parts.</summary>
    internal Span<double> High { get; }

    /// <summary>Gets the low parts.</summary>
    internal Span<double> Low { get; }

    /// <summary>Gets the number of elements.</summary>
    internal int Length => High.Length;

    /// <summary>Gets or sets an element.</summary>
    internal DoubleDouble this[int index]
    {
        get => new(High[index], Low[index]);
        set => (High[index], Low[index]) = value;
    }

    public static implicit operator ReadOnlyDoubleDoubleSpan(DoubleDoubleSpan span) => new(span.High, span.Low);

    /// <summary>Returns the elements from <paramref name="start"/> on.</summary>
    internal DoubleDoubleSpan Slice(int start) => new(High[start..], Low[start..]);

    /// <summary>Returns <paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    internal DoubleDoubleSpan Slice(int start, int length) => new(High.Slice(start, length), Low.Slice(start, length));

    /// <summary>Sets all elements to 0.</summary>
    internal void Clear()
    {
        High.Clear();
        Low.Clear();
    }

    /// <summary>
    /// Adds the values of two arrays, each element's sum and its error, to this vector: whole lines, 3u² of the larger term each.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(double[] sums, double[] errors)
    {
        ref double high = ref MemoryMarshal.GetReference(High), low = ref MemoryMarshal.GetReference(Low);
        ref double sum = ref MemoryMarshal.GetArrayDataReference(sums), error = ref MemoryMarshal.GetArrayDataReference(errors);
        for (int j = 0; j < Length; j += Line.Lanes)
        {
            var added = DoubleDoubleLine.Sum(Line.Load(ref sum, j), Line.Load(ref error, j));
            (DoubleDoubleLine.Load(ref high, ref low, j) + added).Store(ref high, ref low, j);
        }
    }
}
