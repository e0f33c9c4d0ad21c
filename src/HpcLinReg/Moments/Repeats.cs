namespace HpcLinReg;

/// <summary>
/// Which of a node's blocks have rows whose values repeat, so that rounding errors of their products may all have one sign.
/// </summary>
internal enum Repeats
{
    /// <summary>All of them, or their rows were not looked at.</summary>
    InAllBlocks,

    /// <summary>Some of them; the node holds the sums of squares of those.</summary>
    InSomeBlocks,

    /// <summary>None.</summary>
    InNoBlock,
}
