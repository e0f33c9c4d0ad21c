namespace HpcLinReg.Threads;

/// <summary>
/// The absolute grid of rows. Block k holds rows k·<see cref="Rows"/> to (k + 1)·<see cref="Rows"/> − 1 of the whole
/// data set, whichever thread computes it and in whatever chunks the rows arrived. Sums are formed within a block and then over blocks in a
/// fixed order, so results do not depend on chunks or threads. Both constants decide the bits of results: a change of one changes every
/// recorded digest.
/// </summary>
internal static class RowBlocks
{
    /// <summary>
    /// The number of rows of a block. Finishing a block and merging it takes about six passes over a triangle: for a thousand columns that
    /// is 5 % of the multiply-adds with 1024 rows a block, and half of that with 2048. A block is read once, so it need not fit a cache;
    /// but the rows of an unfinished block are kept, so larger blocks cost memory. It is also the number of rows of a vector in DuckDB, so
    /// that chunks of files arrive as whole blocks.
    /// </summary>
    internal const int Rows = 2048;

    /// <summary>
    /// The number of rows whose products are summed in one chain before the sum is added to the block's. Four packed lines of 128 rows, two
    /// that stay in the cache and two that pass by, take 32 KiB, one L1 cache.
    /// </summary>
    internal const int PanelRows = 128;
}
