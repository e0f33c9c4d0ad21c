using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>
/// Computes the Hessian of the loss of some rows as a matrix, on the scale of the descent: 2/W·Σv(z, 1)(z, 1)ᵀ plus the ridge.
/// </summary>
internal static class SampleHessian
{
    /// <summary>Returns the Hessian. n·d² flops.</summary>
    /// <param name="blocks">The rows, of at least one column.</param>
    /// <param name="objective">The loss, with its means, scales, ridge and intercept.</param>
    /// <param name="totalWeight">W.</param>
    /// <returns>Row-major, (d + 1)²; zeros for the intercept where there is none.</returns>
    internal static double[] Of(ref MemoryBlocks<double> blocks, Objective objective, double totalWeight)
    {
        int d = blocks.Features;
        int order = d + 1;
        double[] panel = new double[RowBlocks.PanelRows * order];
        double[] packed = new double[PackedGram.PackedLength(order)];
        double[] means = new double[GramBlocks.PaddedColumns(order)];
        double[] sums = new double[means.Length];
        double[] triangle = new double[GramBlocks.Length(order)];
        Span<double> scratch = stackalloc double[JointTail<double>.ScratchLength];
        blocks.Rewind();
        while (blocks.Next())
        {
            for (int start = 0; start < blocks.X.Rows; start += RowBlocks.PanelRows)
            {
                int rows = Math.Min(RowBlocks.PanelRows, blocks.X.Rows - start);
                for (int i = 0; i < rows; i++)
                {
                    double root = blocks.RowWeights.IsEmpty ? 1 : Math.Sqrt(blocks.RowWeights[start + i]);
                    Span<double> row = panel.AsSpan(i * order, order);
                    objective.Standardize(blocks.X[start + i], root, row[..d]);
                    row[d] = objective.HasIntercept ? root : 0;
                }

                var z = new MatrixSpan<double>(panel.AsSpan(0, rows * order), rows, order, order);
                PackedGram.Products(z, new JointTail<double>(z, default, Line.Lanes, scratch), means, packed, sums, triangle, threads: 1);
            }
        }

        double[] hessian = new double[order * order];
        for (int i = 0; i < order; i++)
        {
            for (int j = i; j < order; j++)
            {
                hessian[(i * order) + j] = hessian[(j * order) + i] = 2 / totalWeight * triangle[GramBlocks.Position(order, i, j)];
            }

            hessian[(i * order) + i] += objective.RidgeCurvature(i);
        }

        return hessian;
    }
}
