namespace HpcLinReg.Native;

/// <summary>What a C function returns; the numbers are those of hpclinreg.h and never change.</summary>
internal enum Status
{
    /// <summary>The call did what was asked.</summary>
    Ok = 0,

    /// <summary>An argument or a cell of the data cannot be used; nothing was changed.</summary>
    BadArgument = 1,

    /// <summary>The handle was never given out by this process, was released, or is of another kind.</summary>
    BadHandle = 2,

    /// <summary>The process was forked after it had called the library.</summary>
    Forked = 3,

    /// <summary>Squares, sums or predictions leave the range of double.</summary>
    OutOfRange = 4,

    /// <summary>Bytes are no model and no moments that this version reads.</summary>
    BadFormat = 5,

    /// <summary>The caller's buffer is too small; the length that is needed was stored.</summary>
    TooSmall = 6,

    /// <summary>There is not enough memory.</summary>
    OutOfMemory = 7,

    /// <summary>A fault of the library itself.</summary>
    Internal = 8,
}
