using System.Numerics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the Gram matrix of a block of joint rows a = [x | y] in double-double: Σ w(a − c)(a − c)ᵀ on and above the diagonal, and Σ w(a
/// − c), with constants c that are subtracted exactly. Up to 48 joint columns it uses <see cref="DoubleDoubleGram1To48"/>, beyond them
/// <see cref="PackedDoubleDoubleGram"/>.
/// </summary>
/// <remarks>
/// Per row and output four operations (<see cref="AnchoredSum"/>). Error of entry (i, j) from a panel of 128 rows: at most 2⁻⁹¹·PᵢPⱼ, and
/// 2⁻⁹⁹·PᵢPⱼ where the roundings of the errors add up like a random walk, with PᵢPⱼ ≤ 8·‖aᵢ − cᵢ‖‖aⱼ − cⱼ‖. Holds working memory, so one
/// thread at a time uses an instance.
/// </remarks>
internal sealed class DoubleDoubleGram
{
    private readonly DoubleDoubleGram1To48? _narrow;
    private readonly PackedDoubleDoubleGram? _packed;

    /// <summary>Allocates the working memory for this number of joint columns.</summary>
    internal DoubleDoubleGram(int columns)
    {
        _narrow = columns <= DoubleDoubleGram1To48.MostColumns ? new DoubleDoubleGram1To48(columns) : null;
        _packed = _narrow is null ? new PackedDoubleDoubleGram(columns) : null;
    }

    /// <summary>Computes the sums and products of a block, overwriting the targets.</summary>
    /// <param name="x">The left columns, at most one block of rows.</param>
    /// <param name="y">The right columns.</param>
    /// <param name="low">Low parts of the joint cells, or no columns.</param>
    /// <param name="centers">c, of padded length.</param>
    /// <param name="weights">One column of weights, or none.</param>
    /// <param name="sums">Receives Σ w(a − c); of padded length.</param>
    /// <param name="products">Receives the triangle, laid out as <see cref="GramBlocks"/>.</param>
    internal void Compute<T>(
        MatrixSpan<T> x,
        MatrixSpan<T> y,
        MatrixSpan<double> low,
        ReadOnlySpan<double> centers,
        MatrixSpan<double> weights,
        DoubleDoubleSpan sums,
        DoubleDoubleSpan products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        sums.Clear();
        products.Clear();
        _narrow?.Compute(x, y, low, centers, weights, sums, products);
        _packed?.Compute(x, y, low, centers, weights, sums, products);
    }

    /// <summary>Returns some rows of a matrix, or the matrix itself where it has no columns.</summary>
    internal static MatrixSpan<double> Slice(MatrixSpan<double> matrix, int start, int rows) =>
        matrix.Columns == 0 ? matrix : matrix.SliceRows(start, rows);

    /// <summary>Returns the sum of the weights; without weights the number of rows.</summary>
    internal static double TotalWeight(MatrixSpan<double> weights, int rows)
    {
        if (weights.Columns == 0)
        {
            return rows;
        }

        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            sum += weights[row][0];
        }

        return sum;
    }
}
