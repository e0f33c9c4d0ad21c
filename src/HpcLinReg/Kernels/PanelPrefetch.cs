using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Prefetches the cache lines of the next panel of rows, a few at a time, while the current panel is multiplied. A panel is read at once
/// and then multiplied from the cache for longer than any hardware prefetcher looks ahead, so memory would be idle meanwhile. A hint: it
/// never faults and never changes a result. Where the CPU has no such instruction it does nothing.
/// </summary>
internal ref struct PanelPrefetch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LineBytes = 64;

    private readonly ref byte _first;
    private int _next;

    /// <summary>
    /// Creates the prefetch of rows. It does nothing for rows with wide gaps between them, where most cache lines would be gaps.
    /// </summary>
    /// <param name="rows">The rows to prefetch, or the same number of rows before them.</param>
    /// <param name="ahead">
    /// How many rows lie between <paramref name="rows"/> and the rows to prefetch; those may lie behind the end of all rows.
    /// </param>
    internal PanelPrefetch(MatrixSpan<T> rows, int ahead = 0)
    {
        if (Sse.IsSupported && rows.RowStride <= 2 * rows.Columns)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(rows.Values);
            _first = ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(bytes), (nint)ahead * rows.RowStride * Unsafe.SizeOf<T>());
            _next = bytes.Length;
        }
    }

    /// <summary>
    /// Returns the prefetch of the rows that lie <paramref name="ahead"/> rows behind a panel, in the same block or the next; it does
    /// nothing in a block that has fewer rows than a whole one, which is the last block and may lie in the cache.
    /// </summary>
    internal static PanelPrefetch<T> Behind(MatrixSpan<T> block, int start, int rows, int ahead) =>
        block.Rows == RowBlocks.Rows ? new PanelPrefetch<T>(block.SliceRows(start, rows), ahead) : default;

    /// <summary>Gets the number of cache lines that have not been prefetched.</summary>
    internal readonly int Lines => (_next + LineBytes - 1) / LineBytes;

    /// <summary>Returns the walk over all lines, from the first on, for a kernel that computes this number of rows.</summary>
    internal readonly PrefetchWalk Over(int rows) => new(Prefetch.AddressOf(ref _first), (_next + rows - 1) / rows);

    /// <summary>
    /// Prefetches this many cache lines, from the last to the first, because hardware prefetches from the first on by itself.
    /// </summary>
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
