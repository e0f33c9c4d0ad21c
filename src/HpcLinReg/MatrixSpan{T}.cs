using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg;

/// <summary>
/// A read-only view of a row-major matrix that somebody else owns. Element (i, j) lies at <c>i · RowStride + j</c>;
/// a stride larger than the number of columns views a window of columns, or X inside a joint buffer [X | y],
/// without a copy.
/// </summary>
/// <typeparam name="T">The element type stored: <see cref="double"/> or <see cref="float"/>.</typeparam>
/// <remarks>Creating a view allocates nothing. Reading it from several threads is safe while nobody writes the buffer.</remarks>
public readonly ref struct MatrixSpan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _values;

    /// <summary>Views a contiguous buffer whose length decides the number of rows.</summary>
    /// <param name="values">Row-major elements; the length is a multiple of <paramref name="columns"/>.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// The length is not a multiple of <paramref name="columns"/>, or the element type is neither double nor float.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    public MatrixSpan(ReadOnlySpan<T> values, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length % columns != 0)
        {
            Throw.NotWholeRows(values.Length, columns);
        }

        this = new MatrixSpan<T>(values, values.Length / columns, columns, columns);
    }

    /// <summary>Views a buffer with an explicit shape and row stride.</summary>
    /// <param name="values">Row-major elements; the last row need not be padded to the stride.</param>
    /// <param name="rows">The number of rows, at least 0.</param>
    /// <param name="columns">The number of columns, at least 0.</param>
    /// <param name="rowStride">Elements from the start of one row to the start of the next, at least <paramref name="columns"/>.</param>
    /// <exception cref="ArgumentException">
    /// The buffer is too short for the shape, or the element type is neither double nor float.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A count is negative, or the stride is less than <paramref name="columns"/>.
    /// </exception>
    public MatrixSpan(ReadOnlySpan<T> values, int rows, int columns, int rowStride)
    {
        if (typeof(T) != typeof(double) && typeof(T) != typeof(float))
        {
            Throw.ElementTypeNotSupported(typeof(T));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowStride, columns);
        long needed = rows == 0 ? 0 : ((long)(rows - 1) * rowStride) + columns;
        if (values.Length < needed)
        {
            Throw.BufferTooShort(values.Length, rows, columns, rowStride, needed);
        }

        _values = values[..(int)needed];
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
    }

    /// <summary>Views a two-dimensional array.</summary>
    /// <param name="values">The matrix; not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentException">The element type is neither double nor float.</exception>
    public MatrixSpan(T[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ref T first = ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values));
        this = new MatrixSpan<T>(
            MemoryMarshal.CreateReadOnlySpan(ref first, values.Length),
            values.GetLength(0),
            values.GetLength(1),
            values.GetLength(1));
    }

    /// <summary>Views a tensor of rank 2 whose rows are dense.</summary>
    /// <param name="values">The tensor; not copied.</param>
    /// <exception cref="ArgumentException">
    /// The tensor is not of rank 2, its columns are not adjacent in memory, or the element type is neither double nor float.
    /// </exception>
    public MatrixSpan(ReadOnlyTensorSpan<T> values)
    {
        if (values.Rank != 2)
        {
            Throw.TensorNotMatrix(values.Rank);
        }

        int rows = checked((int)values.Lengths[0]);
        int columns = checked((int)values.Lengths[1]);
        if (columns > 1 && values.Strides[1] != 1)
        {
            Throw.TensorColumnsNotAdjacent(values.Strides[1]);
        }

        int rowStride = rows > 1 ? checked((int)values.Strides[0]) : columns;
        int length = rows == 0 || columns == 0 ? 0 : checked(((rows - 1) * rowStride) + columns);
        ReadOnlySpan<T> elements = length == 0
            ? default
            : MemoryMarshal.CreateReadOnlySpan(in values.GetPinnableReference(), length);
        this = new MatrixSpan<T>(elements, rows, columns, rowStride);
    }

    /// <summary>Gets the number of rows, n.</summary>
    public int Rows { get; }

    /// <summary>Gets the number of columns, d.</summary>
    public int Columns { get; }

    /// <summary>Gets the distance from one row's start to the next one's, in elements.</summary>
    public int RowStride { get; }

    /// <summary>Gets one row.</summary>
    /// <param name="row">The row's index, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<T> this[int row]
    {
        get
        {
            if ((uint)row >= (uint)Rows)
            {
                Throw.NoSuchRow(row, Rows);
            }

            return _values.Slice((int)((long)row * RowStride), Columns);
        }
    }

    /// <summary>Gets everything the view covers, gaps between the rows included.</summary>
    internal ReadOnlySpan<T> Values => _values;

    /// <summary>Views some of the rows.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many.</param>
    /// <returns>A view of the same buffer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the matrix.</exception>
    public MatrixSpan<T> SliceRows(int start, int count)
    {
        if ((uint)start > (uint)Rows || (uint)count > (uint)(Rows - start))
        {
            Throw.RowsOutOfRange(start, count, Rows);
        }

        ReadOnlySpan<T> values = count == 0 ? default : _values[(int)((long)start * RowStride)..];
        return new MatrixSpan<T>(values, count, Columns, RowStride);
    }

    /// <summary>Views some of the columns of every row.</summary>
    /// <param name="start">The first column.</param>
    /// <param name="count">How many.</param>
    /// <returns>A view of the same buffer with the same stride.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the matrix.</exception>
    public MatrixSpan<T> SliceColumns(int start, int count)
    {
        if ((uint)start > (uint)Columns || (uint)count > (uint)(Columns - start))
        {
            Throw.ColumnsOutOfRange(start, count, Columns);
        }

        ReadOnlySpan<T> values = Rows == 0 ? default : _values[start..];
        return new MatrixSpan<T>(values, Rows, count, RowStride);
    }
}
