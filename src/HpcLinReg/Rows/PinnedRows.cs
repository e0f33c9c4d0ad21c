using System.Numerics;

namespace HpcLinReg.Rows;

/// <summary>
/// Rows in memory for other threads: spans cannot go there, addresses can, while the buffer is pinned and the pinning thread waits.
/// </summary>
internal readonly unsafe struct PinnedRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly nint _address;
    private readonly int _length;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _stride;

    /// <summary>Takes the shape of some rows and the address that their values are pinned at.</summary>
    internal PinnedRows(MatrixSpan<T> rows, T* first) =>
        (_address, _length, _rows, _columns, _stride) = ((nint)first, rows.Values.Length, rows.Rows, rows.Columns, rows.RowStride);

    /// <summary>Returns the rows from a start on.</summary>
    internal MatrixSpan<T> Slice(int start, int count) =>
        new MatrixSpan<T>(new ReadOnlySpan<T>((T*)_address, _length), _rows, _columns, _stride).SliceRows(start, count);
}
