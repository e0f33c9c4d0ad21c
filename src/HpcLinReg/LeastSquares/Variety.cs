using System.Numerics;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Whether rounding errors of sums over some columns may be taken for random. Equal products are rounded in one direction all along a
/// chain, so columns of a few levels, flags above all, err by up to the length of the chain in roundoffs; columns whose first rows
/// all differ err like a random walk.
/// </summary>
internal static class Variety
{
    /// <summary>Rows looked at, the first ones of the data whoever reads them: even five levels repeat among them.</summary>
    internal const int SampleRows = 16;

    /// <summary>Whether no column repeats a value among the first rows.</summary>
    internal static bool IsVaried<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Math.Min(SampleRows, x.Rows);
        for (int i = 1; i < rows; i++)
        {
            ReadOnlySpan<T> row = x[i];
            for (int above = 0; above < i; above++)
            {
                ReadOnlySpan<T> other = x[above];
                for (int j = 0; j < row.Length; j++)
                {
                    if (row[j] == other[j])
                    {
                        return false;
                    }
                }
            }
        }

        return rows == SampleRows;
    }
}
