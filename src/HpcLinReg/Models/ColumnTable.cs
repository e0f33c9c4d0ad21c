namespace HpcLinReg;

/// <summary>Named columns of equal length in memory: <c>new ColumnTable { ["age"] = ages, ["city"] = cities }</c>.</summary>
/// <remarks>Safe to read by several threads; filling it is not.</remarks>
public sealed class ColumnTable
{
    private readonly Dictionary<string, ColumnValues> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>Gets the names in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Gets the number of rows; 0 without columns.</summary>
    public int RowCount => _names.Count == 0 ? 0 : _columns[_names[0]].Length;

    /// <summary>Gets or adds a column.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">
    /// The name is empty or taken, there is no such column, or the column has another number of rows than the others.
    /// </exception>
    public ColumnValues this[string name]
    {
        get => _columns.TryGetValue(name, out ColumnValues? column) ? column
            : throw new ArgumentException($"There is no column '{name}'; the columns are {string.Join(", ", _names.Select(known => $"'{known}'"))}.", nameof(name));
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(value);
            if (_names.Count > 0 && value.Length != RowCount)
            {
                throw new ArgumentException($"The column '{name}' has {value.Length} rows, but '{_names[0]}' has {RowCount}.", nameof(value));
            }

            if (!_columns.TryAdd(name, value))
            {
                throw new ArgumentException($"There is a column '{name}' already; give this one another name.", nameof(name));
            }

            _names.Add(name);
        }
    }
}
