using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>A schema of the Arrow C data interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArrowSchema
{
    internal byte* Format;
    internal byte* Name;
    internal byte* Metadata;
    internal long Flags;
    internal long ChildCount;
    internal ArrowSchema** Children;
    internal ArrowSchema* Dictionary;
    internal delegate* unmanaged<ArrowSchema*, void> Release;
    internal void* PrivateData;
}

/// <summary>An array of the Arrow C data interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArrowArray
{
    internal long Length;
    internal long NullCount;
    internal long Offset;
    internal long BufferCount;
    internal long ChildCount;
    internal void** Buffers;
    internal ArrowArray** Children;
    internal ArrowArray* Dictionary;
    internal delegate* unmanaged<ArrowArray*, void> Release;
    internal void* PrivateData;
}

/// <summary>A stream of the Arrow C stream interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArrowStream
{
    internal delegate* unmanaged<ArrowStream*, ArrowSchema*, int> GetSchema;
    internal delegate* unmanaged<ArrowStream*, ArrowArray*, int> GetNext;
    internal delegate* unmanaged<ArrowStream*, byte*> GetLastError;
    internal delegate* unmanaged<ArrowStream*, void> Release;
    internal void* PrivateData;
}
