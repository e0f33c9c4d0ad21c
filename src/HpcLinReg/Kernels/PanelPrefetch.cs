using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Asks for the next rows' cache lines, a few at a time, while others are multiplied: a panel is read in one go and then works
/// from cache for longer than any hardware prefetcher looks ahead, so without this memory would idle meanwhile. A hint: it
/// never faults and never changes a result. Where there is no such instruction it does nothing.
/// </summary>
internal ref struct PanelPrefetch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LineBytes = 64;

    private readonly ref byte _first;
    private int _next;

    /// <summary>Takes the rows that will be read next. Rows with wide gaps between them are left alone: most lines would be gaps.</summary>
    /// <param name="rows">Those rows, or rows before them.</param>
    /// <param name="ahead">How many rows before. What they reach may lie behind the end of all rows.</param>
    internal PanelPrefetch(MatrixSpan<T> rows, int ahead = 0)
    {
        if (Sse.IsSupported && rows.RowStride <= 2 * rows.Columns)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(rows.Values);
            _first = ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(bytes), (nint)ahead * rows.RowStride * Unsafe.SizeOf<T>());
            _next = bytes.Length;
        }
    }

    /// <summary>The rows that lie so many behind a panel's, in this block or the next; none beside a block that is not whole, which is the last and may lie in cache.</summary>
    internal static PanelPrefetch<T> Behind(MatrixSpan<T> block, int start, int rows, int ahead) =>
        block.Rows == RowBlocks.Rows ? new PanelPrefetch<T>(block.SliceRows(start, rows), ahead) : default;

    /// <summary>Gets how many lines there are still to ask for.</summary>
    internal readonly int Lines => (_next + LineBytes - 1) / LineBytes;

    /// <summary>Asks for the next few, from the last to the first: the hardware looks ahead from the first by itself.</summary>
    internal unsafe void Advance(int lines)
    {
        byte* first = (byte*)Unsafe.AsPointer(ref _first);
        int until = Math.Max(_next - (lines * LineBytes), 0);
        for (; _next > until; _next -= LineBytes)
        {
            Sse.Prefetch1(first + _next - 1);
        }
    }
}
