using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <content>The double-double twin: A = RᵀR with matrix and factor as high and low parts. |RᵀR − A| ≤ (n + 1)·2⁻¹⁰²·|R|ᵀ|R|.</content>
public readonly ref partial struct Cholesky
{
    /// <summary>
    /// As <see cref="FactorRows(Span{double}, int, int, ReadOnlySpan{double}, int)"/>, row by row: each is reduced by all rows above it when
    /// it is reached, so stopping at one and going on disturbs nothing. About 10n³/3 flops.
    /// </summary>
    internal static int FactorRows(Span<double> matrix, Span<double> errors, int order, int start, ReadOnlySpan<double> floors, int reduced = -1)
    {
        for (int k = start; k < order; k++)
        {
            Span<double> row = matrix.Slice((k * order) + k, order - k);
            Span<double> rowErrors = errors.Slice((k * order) + k, order - k);
            if (k != reduced)
            {
                for (int i = 0; i < k; i++)
                {
                    int cell = (i * order) + k;
                    if (matrix[cell] != 0)
                    {
                        DoubleDoubleElementwise.Axpy(
                            -new DoubleDouble(matrix[cell], errors[cell]), matrix.Slice(cell, order - k), errors.Slice(cell, order - k), row, rowErrors);
                    }
                }
            }

            if (!(row[0] > floors[k]))
            {
                return k;
            }

            DoubleDouble pivot = DoubleDouble.Sqrt(new DoubleDouble(row[0], rowErrors[0]));
            DoubleDouble inverse = (DoubleDouble)1 / pivot;
            (row[0], rowErrors[0]) = pivot;
            for (int j = 1; j < row.Length; j++)
            {
                (row[j], rowErrors[j]) = new DoubleDouble(row[j], rowErrors[j]) * inverse;
            }
        }

        return order;
    }

    /// <summary>Rᵀz = b in double-double; rows with a zero pivot have z = 0.</summary>
    internal static void SolveTransposed(ReadOnlySpan<double> factor, ReadOnlySpan<double> errors, int order, Span<double> b, Span<double> bErrors, int start = 0)
    {
        for (int i = start; i < order; i++)
        {
            int cell = (i * order) + i;
            if (factor[cell] == 0)
            {
                b[i] = bErrors[i] = 0;
                continue;
            }

            DoubleDouble z = new DoubleDouble(b[i], bErrors[i]) / new DoubleDouble(factor[cell], errors[cell]);
            (b[i], bErrors[i]) = z;
            DoubleDoubleElementwise.Axpy(-z, factor.Slice(cell + 1, order - i - 1), errors.Slice(cell + 1, order - i - 1), b[(i + 1)..], bErrors[(i + 1)..]);
        }
    }

    /// <summary>Rx = z in double-double; rows with a zero pivot have x = 0.</summary>
    internal static void SolveUpper(ReadOnlySpan<double> factor, ReadOnlySpan<double> errors, int order, Span<double> z, Span<double> zErrors)
    {
        for (int i = order - 1; i >= 0; i--)
        {
            int cell = (i * order) + i;
            DoubleDouble known = new(z[i], zErrors[i]);
            for (int j = i + 1; j < order; j++)
            {
                int other = (i * order) + j;
                known -= new DoubleDouble(factor[other], errors[other]) * new DoubleDouble(z[j], zErrors[j]);
            }

            (z[i], zErrors[i]) = factor[cell] == 0 ? 0 : known / new DoubleDouble(factor[cell], errors[cell]);
        }
    }
}
