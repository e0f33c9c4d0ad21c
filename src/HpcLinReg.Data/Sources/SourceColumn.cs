namespace HpcLinReg.Data.Sources;

/// <summary>What is known of a column beyond its name and kind.</summary>
/// <param name="Column">Name and kind.</param>
/// <param name="IsEmpty">Whether it holds no value at all; such a column can stand for any kind.</param>
/// <param name="DateFormat">How a CSV column's dates are written: <c>DATE</c>, <c>TIMESTAMP</c>, <c>TIME</c> (ISO 8601), or a format of strptime; else null.</param>
/// <param name="CellType">The DuckDB type of the column.</param>
/// <param name="OtherDateFormat">A second format with another order of day, month and year that all cells fit as well; else null.</param>
/// <param name="Oddity">For a text column whose cells are mostly numbers, the first that is not, and its place; else null.</param>
/// <param name="IsFolderKey">Whether it stands in the names of folders (<c>year=2024/</c>) and not in the files.</param>
internal sealed record SourceColumn(
    DataColumn Column,
    bool IsEmpty = false,
    string? DateFormat = null,
    string CellType = "VARCHAR",
    string? OtherDateFormat = null,
    string? Oddity = null,
    bool IsFolderKey = false)
{
    internal string Name => Column.Name;

    internal ColumnKind Kind => Column.Kind;

    /// <summary>Gets whether its type holds whole numbers only.</summary>
    internal bool IsWhole => Kind == ColumnKind.Numeric && CellType is not ("DOUBLE" or "FLOAT") && (!CellType.StartsWith("DECIMAL", StringComparison.Ordinal) || CellType.EndsWith(",0)", StringComparison.Ordinal));
}
