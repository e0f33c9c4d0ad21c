using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>Rows turned into columns, eight rows at a time.</summary>
internal static class EightRows
{
    /// <summary>Fewer columns are gathered faster than turned.</summary>
    private const int LeastColumns = 4;

    /// <summary>Widens the cells of a matrix and stores column after column; the rows behind the last one become zeros up to a whole line.</summary>
    /// <param name="matrix">Any rows.</param>
    /// <param name="target">The first column's.</param>
    /// <param name="pitch">From one column to the next, at least the rows up to a whole line.</param>
    internal static void CopyColumns<T>(MatrixSpan<T> matrix, Span<double> target, int pitch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = matrix.Columns;
        if (columns == 0 || matrix.Rows == 0)
        {
            return;
        }

        int row = 0;
        for (; row <= matrix.Rows - Line.Lanes; row += Line.Lanes)
        {
            ref T cells = ref MemoryMarshal.GetReference(matrix[row]);
            int j = 0;
            for (; j <= columns - Line.Lanes; j += Line.Lanes)
            {
                Transpose(ref Unsafe.Add(ref cells, j), matrix.RowStride, ref target[(j * pitch) + row], pitch, Line.Lanes);
            }

            // Where eight cells lie before the end of the matrix, the last ones of a row are a line as well.
            int tail = columns - j;
            if (tail >= LeastColumns && (matrix.Rows - Line.Lanes - row) * (long)matrix.RowStride >= Line.Lanes - tail)
            {
                Transpose(ref Unsafe.Add(ref cells, j), matrix.RowStride, ref target[(j * pitch) + row], pitch, tail);
                continue;
            }

            for (; j < columns; j++)
            {
                Line.LoadColumn(ref Unsafe.Add(ref cells, j), matrix.RowStride).StoreUnsafe(ref target[(j * pitch) + row]);
            }
        }

        for (int j = 0; row < matrix.Rows && j < columns; j++)
        {
            Span<double> last = target.Slice((j * pitch) + row, Line.Lanes);
            last.Clear();
            for (int i = row; i < matrix.Rows; i++)
            {
                last[i - row] = Line.Widen(matrix[i][j]);
            }
        }
    }

    /// <summary>Loads eight cells of each of eight rows and stores the first columns.</summary>
    /// <param name="cells">The first row's.</param>
    /// <param name="rowStride">From one row to the next.</param>
    /// <param name="target">The first column's.</param>
    /// <param name="pitch">From one column to the next.</param>
    /// <param name="columns">How many are stored, 1 to 8.</param>
    private static void Transpose<T>(ref T cells, nint rowStride, ref double target, nint pitch, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Avx512F.IsSupported)
        {
            for (int j = 0; j < columns; j++)
            {
                Line.LoadColumn(ref Unsafe.Add(ref cells, j), (int)rowStride).StoreUnsafe(ref Unsafe.Add(ref target, j * pitch));
            }

            return;
        }

        Vector512<double> row0 = Line.Load(ref cells, 0), row1 = Line.Load(ref Unsafe.Add(ref cells, rowStride), 0);
        Vector512<double> row2 = Line.Load(ref Unsafe.Add(ref cells, 2 * rowStride), 0), row3 = Line.Load(ref Unsafe.Add(ref cells, 3 * rowStride), 0);
        Vector512<double> row4 = Line.Load(ref Unsafe.Add(ref cells, 4 * rowStride), 0), row5 = Line.Load(ref Unsafe.Add(ref cells, 5 * rowStride), 0);
        Vector512<double> row6 = Line.Load(ref Unsafe.Add(ref cells, 6 * rowStride), 0), row7 = Line.Load(ref Unsafe.Add(ref cells, 7 * rowStride), 0);
        Vector512<double> even01 = Avx512F.UnpackLow(row0, row1), even23 = Avx512F.UnpackLow(row2, row3);
        Vector512<double> even45 = Avx512F.UnpackLow(row4, row5), even67 = Avx512F.UnpackLow(row6, row7);
        Vector512<double> odd01 = Avx512F.UnpackHigh(row0, row1), odd23 = Avx512F.UnpackHigh(row2, row3);
        Vector512<double> odd45 = Avx512F.UnpackHigh(row4, row5), odd67 = Avx512F.UnpackHigh(row6, row7);
        StoreFour(even01, even23, even45, even67, ref target, pitch, columns);
        StoreFour(odd01, odd23, odd45, odd67, ref Unsafe.Add(ref target, pitch), pitch, columns - 1);
    }

    /// <summary>Columns 0, 2, 4 and 6 of pairs of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(
        Vector512<double> rows01, Vector512<double> rows23, Vector512<double> rows45, Vector512<double> rows67, ref double target, nint pitch, int columns)
    {
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        Vector512<double> lower04 = Avx512F.Shuffle4x128(rows01, rows23, Even), upper04 = Avx512F.Shuffle4x128(rows45, rows67, Even);
        Vector512<double> lower26 = Avx512F.Shuffle4x128(rows01, rows23, Odd), upper26 = Avx512F.Shuffle4x128(rows45, rows67, Odd);
        if (columns > 0)
        {
            Avx512F.Shuffle4x128(lower04, upper04, Even).StoreUnsafe(ref target);
        }

        if (columns > 2)
        {
            Avx512F.Shuffle4x128(lower26, upper26, Even).StoreUnsafe(ref Unsafe.Add(ref target, 2 * pitch));
        }

        if (columns > 4)
        {
            Avx512F.Shuffle4x128(lower04, upper04, Odd).StoreUnsafe(ref Unsafe.Add(ref target, 4 * pitch));
        }

        if (columns > 6)
        {
            Avx512F.Shuffle4x128(lower26, upper26, Odd).StoreUnsafe(ref Unsafe.Add(ref target, 6 * pitch));
        }
    }
}
