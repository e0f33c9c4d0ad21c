using System.Numerics;
using HpcLinReg.Rows;

namespace HpcLinReg.Descent;

/// <summary>Rows in memory or from a stream, in blocks of the absolute grid, which can be read as often as a method needs.</summary>
internal interface IRowBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Gets the number of features, d.</summary>
    int Features { get; }

    /// <summary>Gets what messages call the features and the target.</summary>
    ColumnLabels Labels { get; }

    /// <summary>Gets whether rows have weights.</summary>
    bool IsWeighted { get; }

    /// <summary>Gets the features of the current block; valid until the next call of <see cref="Next"/>.</summary>
    MatrixSpan<T> X { get; }

    /// <summary>Gets the targets of the current block.</summary>
    ReadOnlySpan<T> Y { get; }

    /// <summary>Gets the weights of the current block's rows; empty when every row counts once.</summary>
    ReadOnlySpan<double> RowWeights { get; }

    /// <summary>Moves before the first block.</summary>
    void Rewind();

    /// <summary>Moves to the next block, which has all its rows unless it is the last. Returns false behind the last one.</summary>
    bool Next();

    /// <summary>
    /// Reads all blocks and adds their sums in order, so that the bits of the total do not depend on the number of threads.
    /// </summary>
    /// <param name="sums">The sums to compute.</param>
    /// <param name="threads">The most threads that may compute them; rows of a stream are read on one.</param>
    void AddTo<TSums>(TSums sums, int threads)
        where TSums : IBlockSums<T>;
}
