namespace HpcLinReg;

/// <summary>Which of a node's blocks have rows whose values repeat, so that rounding errors of their products may all have one sign.</summary>
internal enum Repeats
{
    /// <summary>All of them, or nobody looked.</summary>
    InAllBlocks,

    /// <summary>Some of them; the node has their sums of squares.</summary>
    InSomeBlocks,

    /// <summary>None.</summary>
    InNoBlock,
}
