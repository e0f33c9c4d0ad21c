namespace HpcLinReg;

/// <summary>
/// The values of a column in memory. Arrays convert by themselves and are not copied. Thread-safe as long as nobody writes to them.
/// </summary>
/// <remarks>NaN, infinities and null are missing values. Do not change an array while it is in use.</remarks>
public sealed class ColumnValues
{
    private readonly Func<int, Cell> _cell;

    private ColumnValues(CellKind kind, int length, Func<int, Cell> cell)
    {
        Kind = kind;
        Length = length;
        _cell = cell;
    }

    /// <summary>Gets the kind of the values.</summary>
    public CellKind Kind { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Length { get; }

    /// <summary>Gets the value of a row.</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such row.</exception>
    public Cell this[int row] => _cell(row);

    /// <summary>Takes numbers.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(double[] values) => Of(CellKind.Number, values, value => value);

    /// <summary>Takes numbers.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(float[] values) => Of(CellKind.Number, values, value => (double)value);

    /// <summary>Takes whole numbers.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(long[] values) => Of(CellKind.Whole, values, value => value);

    /// <summary>Takes whole numbers.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(int[] values) => Of(CellKind.Whole, values, value => (long)value);

    /// <summary>Takes flags.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(bool[] values) => Of(CellKind.Flag, values, value => value);

    /// <summary>Takes texts.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(string?[] values) => Of(CellKind.Text, values, value => value);

    /// <summary>Takes times; local ones are converted to UTC.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(DateTime[] values) => Of(CellKind.Time, values, value => value);

    /// <summary>Takes times, which are converted to UTC.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator ColumnValues(DateTimeOffset[] values) => Of(CellKind.Time, values, value => value);

    private static ColumnValues Of<T>(CellKind kind, T[] values, Func<T, Cell> cell)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ColumnValues(kind, values.Length, row => cell(values[row]));
    }
}
