using System.Globalization;
using System.Numerics;
using HpcLinReg.Data.Rows;

namespace HpcLinReg.Data;

/// <summary>
/// Collects rows that a program has, value by value, for a source that no method of <see cref="DataSource"/> opens: a table of another
/// library, a protocol, a sensor.
/// </summary>
/// <remarks>
/// A row is one call for each column, from left to right, and <see cref="EndRow"/>. The rows are in a temporary file; memory does not grow
/// with them. Disposing an appender that was not opened deletes the file. Not thread-safe.
/// </remarks>
public sealed class RowAppender : IDisposable
{
    private readonly RowColumn[] _columns;
    private RowStore? _store;
    private int _next;

    /// <summary>Creates an appender for columns.</summary>
    /// <param name="columns">
    /// Names and types of the values: numbers of every type, <see cref="bool"/>, <see cref="DateTime"/>, <see cref="DateTimeOffset"/>,
    /// <see cref="DateOnly"/>, <see cref="string"/>. <see cref="ulong"/> and <see cref="BigInteger"/> keep whole numbers of any size.
    /// </param>
    /// <exception cref="UsageException">There are no columns, one has no name, or values of its type cannot be used.</exception>
    public RowAppender(IEnumerable<(string Name, Type Type)> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns.Select(column => RowColumn.Of(column.Name, column.Type))];
        _store = RowStore.Create(_columns);
    }

    /// <summary>Gets the number of rows that are complete.</summary>
    public long RowCount => Store.Rows;

    /// <summary>Adds a missing value to the row.</summary>
    /// <exception cref="InvalidOperationException">The row has a value for each column, or the rows were opened.</exception>
    public void AddMissing()
    {
        if (_next == _columns.Length)
        {
            throw TooMany();
        }

        _next++;
        Store.Missing();
    }

    /// <summary>Adds a number to the row, for a column of floating-point numbers or decimals; NaN is a missing value.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(double value)
    {
        Require(value, "DOUBLE");
        Store.Add(value);
    }

    /// <summary>Adds a number to the row, for a column of decimals; it becomes the nearest double.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(decimal value)
    {
        Require(value, "DOUBLE");
        Store.Add(RowColumn.Nearest(value));
    }

    /// <summary>Adds a whole number to the row.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(long value)
    {
        if (_next < _columns.Length && _columns[_next].DuckDBType == "HUGEINT")
        {
            Add((BigInteger)value);
            return;
        }

        Require(value, "BIGINT");
        Store.Add(value);
    }

    /// <summary>Adds a whole number to the row, for a column of <see cref="ulong"/> or <see cref="BigInteger"/>.</summary>
    /// <param name="value">The number, of at most 127 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is larger.</exception>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(BigInteger value)
    {
        Require(value, "HUGEINT");
        if (!RowColumn.IsKept(value))
        {
            _next--;
            throw new ArgumentOutOfRangeException(nameof(value), value, $"The column '{_columns[_next].Name}' keeps whole numbers of at most 127 bits; add it as a number.");
        }

        Store.Add(value);
    }

    /// <summary>Adds true or false to the row.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(bool value)
    {
        Require(value, "BOOLEAN");
        Store.Add(value);
    }

    /// <summary>Adds a text to the row; null is a missing value.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(string? value)
    {
        Require(value, "VARCHAR");
        if (value is null)
        {
            Store.Missing();
        }
        else
        {
            Store.Add(value);
        }
    }

    /// <summary>
    /// Adds a time without a zone to the row: one in UTC, or in the zone of the settings. Local ones are converted to UTC.
    /// </summary>
    /// <param name="value">The time; kept in whole microseconds.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(DateTime value)
    {
        Require(value, "TIMESTAMP");
        Store.Add(value);
    }

    /// <summary>Adds a moment to the row.</summary>
    /// <param name="value">The moment; kept in UTC and in whole microseconds.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(DateTimeOffset value)
    {
        Require(value, RowColumn.Moment);
        Store.Add(value);
    }

    /// <summary>Adds a day to the row.</summary>
    /// <param name="value">The day.</param>
    /// <exception cref="InvalidOperationException">The next column is of another type, or there is none.</exception>
    public void Add(DateOnly value)
    {
        Require(value, "DATE");
        Store.Add(value);
    }

    /// <summary>Ends the row.</summary>
    /// <exception cref="InvalidOperationException">The row lacks values, or the rows were opened.</exception>
    public void EndRow()
    {
        if (_next < _columns.Length)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Row {Store.Rows + 1} (counted from 1) has {_next} of {_columns.Length} values; the next is that of '{_columns[_next].Name}'."));
        }

        _next = 0;
        Store.EndRow();
    }

    /// <summary>Opens the rows.</summary>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <returns>The source, which the file belongs to from now on; nothing can be added any more.</returns>
    /// <exception cref="UsageException">The settings name a column or a zone that does not exist.</exception>
    /// <exception cref="InvalidOperationException">A row is not complete, or the rows were opened already.</exception>
    public DataSource Open(string description, ReadingSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        if (_next > 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Row {Store.Rows + 1} (counted from 1) is not complete; end it before the rows are opened."));
        }

        RowStore rows = Store;
        _store = null;
        return DataSource.Of(rows, description, settings);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _store?.Dispose();
        _store = null;
    }

    private RowStore Store => _store ?? throw new InvalidOperationException("The rows were opened, or the appender was disposed; create another one.");

    /// <summary>Goes to the next column, which has to keep values of a type.</summary>
    private void Require<T>(T value, string type)
    {
        if (_next == _columns.Length)
        {
            throw TooMany();
        }

        if (_columns[_next].DuckDBType != type)
        {
            throw new InvalidOperationException($"The column '{_columns[_next].Name}' was created for values of {_columns[_next].Type.Name} and gets the {typeof(T).Name} '{value}'; convert it, or create the column for it.");
        }

        _next++;
    }

    private InvalidOperationException TooMany() => new(string.Create(CultureInfo.InvariantCulture, $"Row {Store.Rows + 1} (counted from 1) has a value for each of its {_columns.Length} columns; end it first."));
}
