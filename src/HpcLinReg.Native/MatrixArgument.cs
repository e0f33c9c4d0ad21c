using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>
/// A matrix as C passes it, hlr_matrix: element (i, j) lies at values[i · rowStride + j · columnStride], strides in elements and of any
/// sign. Row-major rows are used where they lie; others are copied.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MatrixArgument
{
    /// <summary>The most elements that one view of the engine covers.</summary>
    internal const int MostElements = int.MaxValue - 64;

    /// <summary>The most columns: products of two columns are numbered in 32 bits.</summary>
    internal const int MostColumns = 46_340;

    /// <summary>Rows whose columns are copied in turn: their lines stay in the second cache for up to 100 columns or so.</summary>
    private const int TileRows = 512;

    /// <summary>Rows that are copied to a buffer at a time.</summary>
    private const int CopiedRows = 2048;

    internal double* Values;
    internal long Rows;
    internal long Columns;
    internal long RowStride;
    internal long ColumnStride;

    /// <summary>Returns the matrix at an address; throws where it is no matrix.</summary>
    internal static MatrixArgument Of(MatrixArgument* matrix, string name)
    {
        if (matrix is null)
        {
            throw CallException.Argument($"{name} is null.");
        }

        Require(name, matrix->Values, matrix->Rows, matrix->Columns);
        MatrixArgument m = *matrix;

        // The engine asks for rows that do not overlap; strides of one row or one column mean nothing.
        m.ColumnStride = m.Columns <= 1 ? 1 : m.ColumnStride;
        m.RowStride = m.Rows <= 1 && m.ColumnStride == 1 ? Math.Max(m.Columns, 1) : m.RowStride;
        UInt128 extent = ((UInt128)Int128.Abs(m.RowStride) * (UInt128)m.Rows) + ((UInt128)Int128.Abs(m.ColumnStride) * (UInt128)m.Columns);
        return extent <= long.MaxValue / sizeof(double) ? m
            : throw CallException.Argument($"{name} has {m.Rows} rows and {m.Columns} columns with the strides {m.RowStride} and {m.ColumnStride}, which do not fit into memory.");
    }

    /// <summary>Returns rows of no columns.</summary>
    internal static MatrixArgument NoColumns(long rows) => new() { Rows = rows, ColumnStride = 1, RowStride = 1 };

    /// <summary>Throws where a count is negative or too large, or values are missing.</summary>
    internal static void Require(string name, double* values, long rows, long columns)
    {
        if (rows < 0)
        {
            throw CallException.Argument($"{name}.rows is {rows}; a number of rows is not negative.");
        }

        if (columns is < 0 or > MostColumns)
        {
            throw CallException.Argument($"{name}.columns is {columns}; a matrix has 0 to {MostColumns} columns.");
        }

        if (values is null && rows > 0 && columns > 0)
        {
            throw CallException.Argument($"{name}.values is null, but there are {rows} rows and {columns} columns.");
        }
    }

    /// <summary>Gets whether the rows can be read where they lie, in pieces of at most <see cref="MostElements"/>.</summary>
    internal readonly bool IsRowMajor => ColumnStride == 1 && RowStride >= Columns && RowStride <= MostElements;

    /// <summary>Gets whether all rows fit into one view.</summary>
    internal readonly bool FitsOneView =>
        Rows <= MostElements && Rows * (Int128)Math.Max(Columns, IsRowMajor ? RowStride : 1) <= MostElements;

    /// <summary>Returns some rows, which must be row-major and fit one view.</summary>
    internal readonly MatrixSpan<double> View(long start, int count)
    {
        int stride = Math.Max((int)RowStride, (int)Columns);
        int length = count == 0 || Columns == 0 ? 0 : checked(((count - 1) * stride) + (int)Columns);
        return new MatrixSpan<double>(new ReadOnlySpan<double>(Values + (start * RowStride), length), count, (int)Columns,
            Columns == 0 ? 0 : stride);
    }

    /// <summary>Returns the only column, whose values are copied unless they lie side by side; all rows must fit one view.</summary>
    internal readonly ReadOnlySpan<double> ToVector()
    {
        if (RowStride == 1 || Rows <= 1)
        {
            return new ReadOnlySpan<double>(Values, (int)Rows);
        }

        double[] copy = GC.AllocateUninitializedArray<double>((int)Rows);
        CopyRows(0, copy.Length, copy, 1);
        return copy;
    }

    /// <summary>Returns all rows, which must fit one view; copied where they are not row-major.</summary>
    internal readonly MatrixSpan<double> ToSpan()
    {
        if (IsRowMajor || Columns == 0)
        {
            return View(0, (int)Rows);
        }

        double[] copy = GC.AllocateUninitializedArray<double>((int)(Rows * Columns));
        CopyRows(0, (int)Rows, copy, (int)Columns);
        return new MatrixSpan<double>(copy, (int)Rows, (int)Columns, (int)Columns);
    }

    /// <summary>Copies rows to rows of a stride.</summary>
    internal readonly void CopyRows(long start, int count, Span<double> target, int stride)
    {
        for (int tile = 0; tile < count; tile += TileRows)
        {
            int rows = Math.Min(TileRows, count - tile);
            for (int j = 0; j < Columns; j++)
            {
                double* source = Values + ((start + tile) * RowStride) + (j * ColumnStride);
                Span<double> column = target[((tile * stride) + j)..];
                for (int i = 0; i < rows; i++)
                {
                    column[i * stride] = source[i * RowStride];
                }
            }
        }
    }

    /// <summary>Gets the number of rows that <see cref="Piece"/> can give at a time.</summary>
    internal readonly int PieceRows => IsRowMajor ? (int)(MostElements / Math.Max(RowStride, 1 << 7)) : CopiedRows;

    /// <summary>Returns at most <see cref="PieceRows"/> rows, where they lie or copied to a buffer.</summary>
    internal readonly MatrixSpan<double> Piece(long start, int count, ref double[]? buffer)
    {
        if (IsRowMajor || Columns == 0)
        {
            return View(start, count);
        }

        buffer ??= new double[CopiedRows * Columns];
        CopyRows(start, count, buffer, (int)Columns);
        return new MatrixSpan<double>(buffer.AsSpan(0, count * (int)Columns), count, (int)Columns, (int)Columns);
    }

    /// <summary>Throws where a buffer that is written overlaps the matrix.</summary>
    internal readonly void RequireApart(double* written, long length, string name, string writtenName)
    {
        if (Rows == 0 || Columns == 0 || length == 0)
        {
            return;
        }

        double* rows = Values + (RowStride * (Rows - 1)), columns = Values + (ColumnStride * (Columns - 1));
        double* least = Values + Math.Min(0, rows - Values) + Math.Min(0, columns - Values);
        double* most = Values + Math.Max(0, rows - Values) + Math.Max(0, columns - Values);
        if (written <= most && least < written + length)
        {
            throw CallException.Argument($"{writtenName} overlaps {name}, which is still being read while {writtenName} is written; use a buffer of its own.");
        }
    }
}
