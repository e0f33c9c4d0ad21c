using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Cholesky factorization and triangular systems in double-double: A = RᵀR with |RᵀR − A| ≤ (n + 1)·2⁻¹⁰²·|R|ᵀ|R|. A row of R with a 0 on
/// the diagonal belongs to a dropped column.
/// </summary>
internal static class DoubleDoubleCholesky
{
    /// <summary>
    /// Computes the rows of R from <paramref name="start"/> on, with the parameters and the result of
    /// <see cref="CholeskyFactor.FactorRows"/>. Each row is reduced by all rows above it when it is reached, so stopping at one and going
    /// on leaves the others correct. About 10n³/3 flops.
    /// </summary>
    internal static int FactorRows(DoubleDoubleSpan matrix, int order, int start, ReadOnlySpan<double> floors, int reduced = -1)
    {
        for (int k = start; k < order; k++)
        {
            DoubleDoubleSpan row = matrix.Slice((k * order) + k, order - k);
            if (k != reduced)
            {
                for (int i = 0; i < k; i++)
                {
                    int cell = (i * order) + k;
                    if (matrix.High[cell] != 0)
                    {
                        DoubleDoubleElementwise.Axpy(-matrix[cell], matrix.Slice(cell, order - k), row);
                    }
                }
            }

            if (!(row.High[0] > floors[k]))
            {
                return k;
            }

            var pivot = DoubleDouble.Sqrt(row[0]);
            DoubleDouble inverse = (DoubleDouble)1 / pivot;
            row[0] = pivot;
            for (int j = 1; j < row.Length; j++)
            {
                row[j] *= inverse;
            }
        }

        return order;
    }

    /// <summary>Solves Rᵀz = b; unknowns of dropped columns are 0.</summary>
    /// <param name="factor">R, row-major n × n.</param>
    /// <param name="order">n.</param>
    /// <param name="b">Overwritten by z.</param>
    /// <param name="start">b is 0 before this element, and so is z.</param>
    internal static void SolveTransposed(ReadOnlyDoubleDoubleSpan factor, int order, DoubleDoubleSpan b, int start = 0)
    {
        for (int i = start; i < order; i++)
        {
            int cell = (i * order) + i;
            if (factor.High[cell] == 0)
            {
                b[i] = 0;
                continue;
            }

            DoubleDouble z = b[i] / factor[cell];
            b[i] = z;
            DoubleDoubleElementwise.Axpy(-z, factor.Slice(cell + 1, order - i - 1), b.Slice(i + 1));
        }
    }

    /// <summary>Solves Rx = z; unknowns of dropped columns are 0.</summary>
    /// <param name="factor">R, row-major n × n.</param>
    /// <param name="order">n.</param>
    /// <param name="z">Overwritten by x.</param>
    internal static void SolveUpper(ReadOnlyDoubleDoubleSpan factor, int order, DoubleDoubleSpan z)
    {
        for (int i = order - 1; i >= 0; i--)
        {
            int cell = (i * order) + i;
            DoubleDouble known = z[i];
            for (int j = i + 1; j < order; j++)
            {
                known -= factor[(i * order) + j] * z[j];
            }

            z[i] = factor.High[cell] == 0 ? 0 : known / factor[cell];
        }
    }
}
