using System.Numerics;
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
    /// The distance in bytes: 8 to 64 KiB were equally fast. Hardware prefetchers do not look beyond the end of a page.
    /// </summary>
    private const int Distance = 32768;

    /// <summary>
    /// The number of columns from which on rows are not prefetched: the hardware recognizes such long rows itself, and with prefetches the
    /// gradient took 1.1 to 1.2 times as long.
    /// </summary>
    internal const int WidestColumns = 768;

    /// <summary>
    /// The number of bytes from which on rows are prefetched that are read once: rows in L2 would take up to twice as long.
    /// </summary>
    private const int LeastBytes = 524288;

    /// <summary>Returns whether the rows of a matrix that are read once are worth prefetching.</summary>
    internal static bool Pays<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.Values.Length > LeastBytes / Unsafe.SizeOf<T>() && x.Columns < WidestColumns;

    /// <summary>
    /// Prefetches the cache line 32 KiB behind a cell into L2, for a kernel that reads memory once from front to back. Into L1 it was
    /// slower for a kernel that reads a panel of rows twice, and no faster for others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Ahead<T>(ref T cell)
        where T : unmanaged => IntoL2((nint)Unsafe.AsPointer(ref cell) + Distance);

    /// <summary>Prefetches the cache lines 32 KiB behind some cells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Ahead<T>(ref T cells, int count)
        where T : unmanaged
    {
        nint ahead = (nint)Unsafe.AsPointer(ref cells) + Distance;
        for (int offset = 0; offset < count * sizeof(T); offset += 64)
        {
            IntoL2(ahead + offset);
        }
    }

    /// <summary>Prefetches the cache line of an address into L2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void IntoL2(nint address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1((void*)address);
        }
    }

    /// <summary>Returns an address to be prefetched; it says nothing any more when the collector has moved the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe nint AddressOf<T>(ref T cell)
        where T : unmanaged => (nint)Unsafe.AsPointer(ref cell);
}
