using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// Rows of joint columns [X | y], or [X | y | v] with weights v, that are read from the first to the last: a file, a query, a generator.
/// Data larger than memory are fitted through it.
/// </summary>
/// <remarks>
/// Every reading gives the same rows in the same order; a fit that notices other rows throws. A source that can be read only once says so
/// (<see cref="Rereading"/>). Implementations need not be thread-safe: one reading is open at a time. A source that wraps another passes on
/// all of its members; those with a default are easily forgotten.
/// </remarks>
public interface IRowSource
{
    /// <summary>Gets the number of joint columns, at least 1; the last one is the target, or the weight behind it.</summary>
    int Columns { get; }

    /// <summary>Gets whether a row's weight follows its target, as the last joint column; false unless a source says otherwise.</summary>
    bool HasWeights => false;

    /// <summary>
    /// Gets the names of the joint columns, without the weights, which messages and moments call them by; empty, for none, unless a source
    /// says otherwise.
    /// </summary>
    ImmutableArray<string> Names => [];

    /// <summary>Gets the cost of a further reading; <see cref="Rereading.Cheap"/> unless a source says otherwise.</summary>
    Rereading Rereading => Rereading.Cheap;

    /// <summary>Starts a reading at the first row.</summary>
    /// <returns>The reading, which the caller disposes of.</returns>
    IRowReader Open();
}

/// <summary>One reading of an <see cref="IRowSource"/>, from the first row to the last. Used by one thread at a time.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Reads the next rows.</summary>
    /// <returns>
    /// Any positive number of whole rows that follow each other, row-major; empty at the end. Valid until the next call. How rows are cut
    /// into calls never shows in a result.
    /// </returns>
    ReadOnlySpan<double> ReadRows();

    /// <summary>
    /// Gets the number of rows that the source has directly before those of the last call of <see cref="ReadRows"/>, behind those of the
    /// call before it, and that are left out because a value is missing; after the end, the number of those behind the last row.
    /// </summary>
    /// <remarks>
    /// A fit leaves their places in the grid of blocks empty (<see cref="MomentsAccumulator.Skip"/>), so that a row's block depends on the
    /// source alone. 0 unless a reader says otherwise: then rows left out are closed up, and the last bits of a fit may differ.
    /// </remarks>
    long Skipped => 0;
}
