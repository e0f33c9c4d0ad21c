using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>Asks for a cache line before it is needed. A hint: it never faults, never changes a result, and may do nothing.</summary>
internal static class Prefetch
{
    /// <summary>A page, which hardware prefetchers do not look beyond.</summary>
    private const int Ahead = 4096;

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
}
