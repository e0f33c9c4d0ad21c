using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// Prefetches cache lines: asks the CPU to load them before they are needed. A hint: it never faults, never changes a result, and may do
/// nothing.
/// </summary>
internal static class Prefetch
{
    /// <summary>
    /// The distance in bytes of <see cref="PageAhead"/>: a page, because hardware prefetchers do not cross the end of a page.
    /// </summary>
    private const int Ahead = 4096;

    /// <summary>The distance in bytes of <see cref="RowAhead"/>: 8 to 64 KiB were equally fast.</summary>
    private const int RowsAhead = 32768;

    /// <summary>
    /// The number of columns from which on rows are not prefetched: the hardware recognizes such long rows itself, and with prefetches the
    /// gradient took 1.1 to 1.2 times as long.
    /// </summary>
    internal const int WidestColumns = 768;

    /// <summary>Prefetches the cache line a page behind a cell, for a kernel that reads memory once from front to back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void PageAhead<T>(ref T cell)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref cell) + Ahead);
        }
    }

    /// <summary>
    /// Prefetches the cells 32 KiB behind a row into L2, for a kernel that reads a panel of rows twice: the second time the rows are in L1,
    /// so memory would be idle unless more was requested the first time. The distance covers the latency of memory and the second reading
    /// of a panel. Prefetching into L1 was slower than not at all.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void RowAhead<T>(ref T row, int columns)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            byte* ahead = (byte*)Unsafe.AsPointer(ref row) + RowsAhead;
            for (int offset = 0; offset < columns * sizeof(T); offset += 64)
            {
                Sse.Prefetch1(ahead + offset);
            }
        }
    }
}
