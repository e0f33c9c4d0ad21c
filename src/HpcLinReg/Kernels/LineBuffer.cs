using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>
/// A buffer of doubles that begins at the start of a cache line, for memory that is read and written line by line: a line across two cache
/// lines takes twice as long to load, and a load of it that follows a store waits until the store has reached the cache.
/// </summary>
internal readonly struct LineBuffer
{
    private readonly double[] _array;
    private readonly int _offset;

    /// <summary>Allocates a buffer of zeros, pinned so that the collector does not move it.</summary>
    internal LineBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<double>(checked(length + Line.Lanes - 1), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _offset = ElementsToLine(address);
    }

    /// <summary>Gets the number of elements.</summary>
    internal int Length { get; }

    /// <summary>Gets the elements.</summary>
    internal Span<double> Span => _array.AsSpan(_offset, Length);

    /// <summary>Gets the first element.</summary>
    internal ref double First => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _offset);

    /// <summary>Gets an element.</summary>
    internal ref double this[int index] => ref _array[_offset + index];

    /// <summary>
    /// Returns the part of a buffer from the first cache line on that begins in it, at most seven elements further on. The collector may
    /// move a buffer that is not pinned, which costs time and changes no result.
    /// </summary>
    internal static unsafe Span<double> FromLine(Span<double> buffer)
    {
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer));
        return buffer[ElementsToLine(address)..];
    }

    /// <summary>Returns how many elements lie between an address and the next start of a cache line.</summary>
    private static int ElementsToLine(nint address) => (int)(-(address / sizeof(double)) & (Line.Lanes - 1));

    public static implicit operator Span<double>(LineBuffer buffer) => buffer.Span;

    public static implicit operator ReadOnlySpan<double>(LineBuffer buffer) => buffer.Span;
}
