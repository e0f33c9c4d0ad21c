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
    /// Rows in a block. Merging two blocks' cross-products touches three triangles, about as much memory traffic as 30
    /// rows of multiply-adds; 1024 rows keep that near 3 %. Sixteen columns of a block are 128 KiB and stay in L2
    /// between the pass for the means and the pass for the products.
    /// </summary>
    internal const int Rows = 1024;

    /// <summary>
    /// Rows whose products are summed in one chain before the sum is added to the block's. Four packed lines of 128 rows
    /// are 32 KiB, one L1 cache, so a register tile of eight columns by three lines reads from L1.
    /// </summary>
    internal const int PanelRows = 128;
}
