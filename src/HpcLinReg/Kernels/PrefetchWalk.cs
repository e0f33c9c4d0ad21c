namespace HpcLinReg.Kernels;

/// <summary>
/// A walk over memory that will be needed later: a kernel prefetches one address for each row that it computes. Requests spread in this way
/// wait for memory while the kernel computes; many at once fill the CPU's buffers and the kernel waits for them. A hint: it never changes a
/// result, and may lead behind the end of the memory.
/// </summary>
/// <param name="address">The first address.</param>
/// <param name="step">The distance in bytes from one row's address to the next; 0 for no walk.</param>
internal readonly struct PrefetchWalk(nint address, nint step)
{
    /// <summary>Gets the first address.</summary>
    internal nint Address => address;

    /// <summary>Gets the distance in bytes from one row's address to the next; 0 for no walk.</summary>
    internal nint Step => step;

    /// <summary>Returns the rest of the walk behind this number of rows.</summary>
    internal PrefetchWalk Behind(int rows) => new(address + (rows * step), step);
}
