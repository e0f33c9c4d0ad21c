using System.Numerics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the centred Gram matrix of a block of joint rows a = [x | y] in double: with m the means of the block's first panel, Σ(a − m)
/// and the upper triangle of Σ(a − m)(a − m)ᵀ. Chooses the kernel by the number of joint columns and by the registers the machine has.
/// </summary>
/// <remarks>
/// One or two columns: <see cref="Gram1To2"/>. Up to twelve: <see cref="Gram3To12"/>, which without AVX-512 has registers for eight only,
/// without AVX2 for four. Up to seventeen, with AVX-512: <see cref="Gram13To17"/>. All others: <see cref="PackedGram"/>. Where two kernels
/// serve the same number of columns on different machines their bits are the same.
/// </remarks>
internal static class Gram
{
    /// <summary>
    /// Returns how many doubles of working memory <see cref="Compute"/> needs for this number of joint columns; 0 for a kernel that needs
    /// none.
    /// </summary>
    internal static int WorkLength(int columns) => Packs(columns) ? PackedGram.PackedLength(columns) : 0;

    /// <summary>Computes means, sums and products of at most one block of rows, overwriting the targets.</summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns, as many rows; may have no columns.</param>
    /// <param name="means">Receives m, the means of the first panel; of padded length, zeros behind the last column.</param>
    /// <param name="sums">Receives Σ(a − m); of padded length, arbitrary values behind the last column.</param>
    /// <param name="products">Receives the triangle, laid out as <see cref="GramBlocks"/>.</param>
    /// <param name="work">Working memory of <see cref="WorkLength"/>.</param>
    /// <param name="threads">The number of threads that share the products of wide rows.</param>
    internal static void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, Span<double> means, Span<double> sums, Span<double> products,
        Span<double> work, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = x.Columns + y.Columns;
        if (columns <= Gram1To2.MostColumns)
        {
            Gram1To2.Products(x, y, means, sums, products);
            return;
        }

        Span<T> scratch = stackalloc T[JointTail<T>.ScratchLength];
        var tail = new JointTail<T>(x, y, Line.Lanes, scratch);
        PackedGram.PanelMeans(x, tail, means);
        means[columns..].Clear();
        if (Packs(columns))
        {
            sums.Clear();
            products.Clear();
            PackedGram.Products(x, tail, means, work, sums, products, threads);
        }
        else if (columns > Gram3To12.MostColumns)
        {
            Gram13To17.Products(x, y, tail, means, sums, products);
        }
        else
        {
            Gram3To12.Products(x, y, means, sums, products);
        }
    }

    private static bool Packs(int columns) => columns > Gram3To12.MostColumns && !Gram13To17.Takes(columns);
}
