using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

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
    internal PanelPrefetch(MatrixSpan<T> rows)
    {
        if (Sse.IsSupported && rows.RowStride <= 2 * rows.Columns)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(rows.Values);
            _first = ref MemoryMarshal.GetReference(bytes);
            _next = bytes.Length;
        }
    }

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
