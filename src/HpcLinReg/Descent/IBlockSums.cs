using System.Numerics;

namespace HpcLinReg.Descent;

/// <summary>Sums over all rows that are computed for each block of the absolute grid, and then added in the order of blocks.</summary>
internal interface IBlockSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Gets the number of sums.</summary>
    int Count { get; }

    /// <summary>Gets the work for one element of X, in the unit of <see cref="Threads.RowThreads.LeastWork"/>.</summary>
    double WorkPerElement { get; }

    /// <summary>Computes the sums of one block. Several threads may call it at once, each with a number of its own.</summary>
    /// <param name="thread">The number of the thread, from 0 to one less than the threads that are allowed.</param>
    /// <param name="x">The features of the block.</param>
    /// <param name="y">The targets of the block.</param>
    /// <param name="rowWeights">The weights of the rows; empty when every row counts once.</param>
    /// <param name="sums">Receives the sums.</param>
    void Compute(int thread, MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, Span<double> sums);

    /// <summary>Adds the sums of the next block to the total.</summary>
    void Add(ReadOnlySpan<double> sums);
}
