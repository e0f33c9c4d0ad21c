using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Computes the Cholesky factor R of A = RᵀR in place, row by row, so that a caller can stop at a small pivot, look at the column, and drop
/// or accept it.
/// </summary>
internal static partial class CholeskyFactor
{
    /// <summary>
    /// Computes the rows of R from <paramref name="start"/> on, given those before it. Returns the order when all pivots are above their
    /// floors; otherwise the first row whose pivot is not. That row has been reduced by the rows above it (it holds its part of the Schur
    /// complement) but not divided by its pivot.
    /// </summary>
    /// <param name="matrix">A, row-major; the upper triangle becomes R.</param>
    /// <param name="order">n.</param>
    /// <param name="start">
    /// The first row to compute. A caller that drops the column of a stopped row sets that row to 0 and starts behind it.
    /// </param>
    /// <param name="floors">For each row the value its pivot has to exceed; empty for 0.</param>
    /// <param name="reduced">
    /// The row at which the last call stopped, if the caller accepts its pivot: it lowers the floor and passes the row, as it is, as both
    /// this and <paramref name="start"/>. Otherwise −1.
    /// </param>
    /// <param name="threads">The most threads that subtract panels; the bits are the same for any number.</param>
    /// <remarks>
    /// n³/3 flops. Rows are taken in blocks of eight. Before a block is factored, the rows of R above it within its panel of 64 are
    /// subtracted at once; a whole panel is subtracted from all rows behind it when the first of them is reached. All rows of a block have
    /// been reduced by the same rows of R, so stopping within a block and going on leaves the other rows correct.
    /// </remarks>
    internal static int FactorRows(Span<double> matrix, int order, int start, ReadOnlySpan<double> floors, int reduced = -1,
        int threads = 1)
    {
        for (int row = start; row < order;)
        {
            int first = row - (row % Line.Lanes);
            int end = Math.Min(first + Line.Lanes, order);
            if (row == first && row != reduced)
            {
                if (row > 0 && row % PanelRows == 0)
                {
                    SubtractPanel(matrix, order, row, threads);
                }
                else if (row > 0)
                {
                    SubtractRows(matrix, order, row);
                }
            }

            int stopped = FactorBlock(matrix, order, row, end, floors);
            if (stopped < end)
            {
                return stopped;
            }

            row = end;
        }

        return order;
    }
}
