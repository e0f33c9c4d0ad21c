using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>Asks for a cache line before it is needed. A hint: it never faults, never changes a result, and may do nothing.</summary>
internal static class Prefetch
{
    /// <summary>A page, which hardware prefetchers do not look beyond.</summary>
    private const int Ahead = 4096;

    private const int RowsAhead = 32768;

    /// <summary>
    /// From so many columns on a row is long enough for the hardware to look ahead by itself: asking for more took 1.1 to 1.2 times as long.
    /// </summary>
    internal const int WidestColumns = 768;

    /// <summary>Asks for the line a page behind a cell, for a kernel that passes over memory once.</summary>
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
    /// Asks for a row as far ahead of this one as takes memory's latency and a panel's second visit to work through, into L2: a kernel that
    /// visits its rows twice leaves memory idle the second time unless more was asked for the first time, and one that carries its sums
    /// through L1 waits for them. 8 to 64 KiB ahead were alike; into L1 was slower than nothing.
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
