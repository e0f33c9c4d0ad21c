using System.Runtime.InteropServices;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// A buffer between two pages that may not be touched: a read one element past its end, or before its start, ends the
/// test process at once.
/// </summary>
internal sealed unsafe class GuardedBuffer<T> : IDisposable
    where T : unmanaged
{
    private static readonly nuint Page = (nuint)Environment.SystemPageSize;
    private readonly byte* _memory;
    private readonly nuint _pages;
    private readonly T* _start;
    private readonly int _length;

    /// <summary>Reserves the elements; they end at the upper guard page, or begin at the lower one.</summary>
    internal GuardedBuffer(int length, bool atStart = false)
    {
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        _length = length;
        _pages = ((bytes + Page - 1) / Page) + 2;
        _memory = (byte*)NativeMemory.AlignedAlloc(_pages * Page, Page);
        NativeMemory.Clear(_memory, _pages * Page);
        PageProtection.Set(_memory, Page, readable: false);
        PageProtection.Set(_memory + ((_pages - 1) * Page), Page, readable: false);
        _start = (T*)(atStart ? _memory + Page : _memory + ((_pages - 1) * Page) - bytes);
    }

    internal Span<T> Span => new(_start, _length);

    /// <summary>Where the elements begin.</summary>
    internal nint Address => (nint)_start;

    public void Dispose()
    {
        PageProtection.Set(_memory, Page, readable: true);
        PageProtection.Set(_memory + ((_pages - 1) * Page), Page, readable: true);
        NativeMemory.AlignedFree(_memory);
    }
}

/// <summary>Access rights of memory pages.</summary>
internal static unsafe class PageProtection
{
    internal static void Set(byte* page, nuint size, bool readable)
    {
        bool done = OperatingSystem.IsWindows()
            ? VirtualProtect(page, size, readable ? 4u : 1u, out _)
            : ProtectPage(page, size, readable ? 3 : 0) == 0;
        Assert.True(done, "The guard page could not be set.");
    }

    [DllImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProtectPage(void* address, nuint length, int protection);

    [DllImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool VirtualProtect(void* address, nuint size, uint protection, out uint former);
}
