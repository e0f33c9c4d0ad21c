using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// Copies rows as columns, eight rows at a time, and computes the sum of squares of each column. A column has eight chains, one for each
/// row of eight, which are folded as <see cref="Line.Fold"/> does; the sum has the same bits whichever way the cells are loaded.
/// </summary>
internal static class RowTranspose
{
    /// <summary>The least number of columns that are transposed by shuffles; fewer are faster to gather cell by cell.</summary>
    private const int LeastColumns = 4;

    /// <summary>
    /// Widens the cells of a matrix and stores column after column; the rows behind the last one become zeros up to a whole line.
    /// </summary>
    /// <param name="matrix">The rows.</param>
    /// <param name="target">Receives the cells, from the first cell of the first column on.</param>
    /// <param name="pitch">The distance from one column to the next, at least the number of rows rounded up to a whole line.</param>
    /// <param name="squares">Receives Σ a² of each column, accurate enough for a bound of its size.</param>
    internal static void CopyColumns<T>(MatrixSpan<T> matrix, Span<double> target, int pitch, Span<double> squares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> chains = stackalloc double[Line.Lanes * Line.Lanes];
        for (int j = 0; j < matrix.Columns; j += Line.Lanes)
        {
            int columns = Math.Min(Line.Lanes, matrix.Columns - j);
            Span<double> first = target[(j * pitch)..];
            int turned = Turnable(matrix, columns);
            if (turned > 0)
            {
                Turn(ref Unsafe.Add(ref MemoryMarshal.GetReference(matrix[0]), j), matrix.RowStride, turned, ref first[0], pitch, columns,
                    chains);
            }
            else
            {
                chains.Clear();
            }

            for (int k = 0; turned < matrix.Rows && k < columns; k++)
            {
                Gather(matrix, j + k, turned, first[(k * pitch)..], ref chains[k * Line.Lanes]);
            }

            FoldAll(ref chains[0]);
            chains[..columns].CopyTo(squares[j..]);
        }
    }

    /// <summary>Folds eight lines, and stores the sums in the first of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FoldAll(ref double chains) => Line.FoldEight(
        Line.Load(ref chains, 0), Line.Load(ref chains, 8), Line.Load(ref chains, 16), Line.Load(ref chains, 24),
        Line.Load(ref chains, 32), Line.Load(ref chains, 40), Line.Load(ref chains, 48), Line.Load(ref chains, 56)).StoreUnsafe(ref chains);

    /// <summary>
    /// Returns the number of rows that can be transposed by shuffles: a multiple of eight, such that at least eight cells follow in the
    /// last of them before the end of the matrix.
    /// </summary>
    private static int Turnable<T>(MatrixSpan<T> matrix, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Avx512F.IsSupported || columns < LeastColumns)
        {
            return 0;
        }

        int missing = (Line.Lanes - columns + matrix.RowStride - 1) / matrix.RowStride;
        return Math.Max(matrix.Rows - missing, 0) / Line.Lanes * Line.Lanes;
    }

    /// <summary>Loads eight cells of each row and stores the first columns.</summary>
    /// <param name="cells">The first cell of the first row.</param>
    /// <param name="rowStride">The distance from one row to the next.</param>
    /// <param name="rows">The number of rows, a multiple of eight.</param>
    /// <param name="target">The first cell of the first column.</param>
    /// <param name="pitch">The distance from one column to the next.</param>
    /// <param name="columns">The number of columns that are stored, 4 to 8.</param>
    /// <param name="chains">Receives each column's chains of squares; those of columns that are not stored are undefined.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Turn<T>(ref T cells, nint rowStride, int rows, ref double target, nint pitch, int columns, Span<double> chains)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (; rows > 0; rows -= Line.Lanes)
        {
            Line.LoadFourColumns(ref cells, rowStride, out Vector512<double> a, out Vector512<double> b, out Vector512<double> c,
                out Vector512<double> d);
            Store(a, ref target, ref s0);
            Store(b, ref Unsafe.Add(ref target, pitch), ref s1);
            Store(c, ref Unsafe.Add(ref target, 2 * pitch), ref s2);
            Store(d, ref Unsafe.Add(ref target, 3 * pitch), ref s3);
            if (columns > LeastColumns)
            {
                Line.LoadFourColumns(ref Unsafe.Add(ref cells, Line.Lanes / 2), rowStride, out a, out b, out c, out d);
                Store(a, ref Unsafe.Add(ref target, 4 * pitch), ref s4);
                if (columns > 5)
                {
                    Store(b, ref Unsafe.Add(ref target, 5 * pitch), ref s5);
                }

                if (columns > 6)
                {
                    Store(c, ref Unsafe.Add(ref target, 6 * pitch), ref s6);
                }

                if (columns > 7)
                {
                    Store(d, ref Unsafe.Add(ref target, 7 * pitch), ref s7);
                }
            }

            cells = ref Unsafe.Add(ref cells, Line.Lanes * rowStride);
            target = ref Unsafe.Add(ref target, Line.Lanes);
        }

        ref double chain = ref MemoryMarshal.GetReference(chains);
        s0.StoreUnsafe(ref chain);
        s1.StoreUnsafe(ref chain, Line.Lanes);
        s2.StoreUnsafe(ref chain, 2 * Line.Lanes);
        s3.StoreUnsafe(ref chain, 3 * Line.Lanes);
        s4.StoreUnsafe(ref chain, 4 * Line.Lanes);
        s5.StoreUnsafe(ref chain, 5 * Line.Lanes);
        s6.StoreUnsafe(ref chain, 6 * Line.Lanes);
        s7.StoreUnsafe(ref chain, 7 * Line.Lanes);
    }

    /// <summary>Stores eight cells and adds their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> cells, ref double target, ref Vector512<double> squares)
    {
        cells.StoreUnsafe(ref target);
        squares = Vector512.MultiplyAddEstimate(cells, cells, squares);
    }

    /// <summary>Copies one column from a row on, which is a multiple of eight, and adds the squares to its chains.</summary>
    private static void Gather<T>(MatrixSpan<T> matrix, int column, int row, Span<double> target, ref double chains)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> squares = Line.Load(ref chains, 0);
        for (; row <= matrix.Rows - Line.Lanes; row += Line.Lanes)
        {
            ref T cell = ref Unsafe.Add(ref MemoryMarshal.GetReference(matrix[row]), column);
            Store(Line.LoadColumn(ref cell, matrix.RowStride), ref target[row], ref squares);
        }

        if (row < matrix.Rows)
        {
            Span<double> last = target.Slice(row, Line.Lanes);
            last.Clear();
            for (int i = row; i < matrix.Rows; i++)
            {
                last[i - row] = Line.Widen(matrix[i][column]);
            }

            Store(Line.Load(ref last[0], 0), ref last[0], ref squares);
        }

        squares.StoreUnsafe(ref chains);
    }
}
