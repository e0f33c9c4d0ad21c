namespace HpcLinReg.Threads;

/// <summary>
/// The absolute grid of rows. Block k holds rows k·<see cref="Rows"/> to (k + 1)·<see cref="Rows"/> − 1 of the whole
/// data set, whoever computes it and however the rows arrived. Sums run within a block and then over blocks in a fixed
/// order, so results do not depend on chunks or threads. The two constants decide bits: they may change only together
/// with every recorded result.
/// </summary>
internal static class RowBlocks
{
    /// <summary>
    /// Rows in a block. Finishing a block and merging it takes about six passes over a triangle; of a thousand columns, beside 1024
    /// rows, that is 5 % of the multiply-adds, and half of it beside 2048. A block streams by once, so it need not fit a
    /// cache; rows of an unfinished one are kept, which is the price of more. Also the rows of a vector in DuckDB, so that
    /// chunks of files arrive as whole blocks.
    /// </summary>
    internal const int Rows = 2048;

    /// <summary>
    /// Rows whose products are summed in one chain before the sum is added to the block's. Two packed lines of 128 rows, which
    /// stay, and two more that pass by are 32 KiB, one L1 cache.
    /// </summary>
    internal const int PanelRows = 128;
}
