using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg.Kernels;

/// <summary>
/// Doubles that begin where a cache line does, for memory that is read and written in place line by line: a line across two cache lines costs twice, and
/// what was just written to it is not forwarded to the next read.
/// </summary>
internal readonly struct LineBuffer
{
    private readonly double[] _array;
    private readonly int _offset;

    internal LineBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<double>(checked(length + Line.Lanes - 1), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _offset = (int)(-(address / sizeof(double)) & (Line.Lanes - 1));
    }

    internal int Length { get; }

    internal Span<double> Span => _array.AsSpan(_offset, Length);

    internal ref double First => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _offset);

    internal ref double this[int index] => ref _array[_offset + index];

    public static implicit operator Span<double>(LineBuffer buffer) => buffer.Span;

    public static implicit operator ReadOnlySpan<double>(LineBuffer buffer) => buffer.Span;
}
