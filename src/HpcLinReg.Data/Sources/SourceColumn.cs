namespace HpcLinReg.Data.Sources;

/// <summary>A column of a source: its name and kind, and how its cells are read.</summary>
/// <param name="Column">Name and kind.</param>
/// <param name="IsEmpty">Whether it holds no value at all; such a column can stand for any kind.</param>
/// <param name="Rule">How its cells, which are text, become values; null for text, and where they have a type in the file.</param>
/// <param name="CellType">The DuckDB type of the column.</param>
/// <param name="OtherDateFormat">A second format with another order of day, month and year that all cells fit as well; else null.</param>
/// <param name="Oddity">
/// For a text column whose cells are mostly numbers, or mostly dates, the first that is not, and its place; else null.
/// </param>
/// <param name="IsFolderKey">Whether it stands in the names of folders (<c>year=2024/</c>) and not in the files.</param>
/// <param name="Origin">What decided how it is read.</param>
/// <param name="Identifier">
/// A number that may have been meant as an identifier, such as 00123 or 1E2, or with points between thousands, such as 1.000; else null.
/// </param>
/// <param name="CommaNumber">For a text column whose cells could all be numbers with a decimal comma, one of them; else null.</param>
/// <param name="IsLocal">Whether it has times that are those of a zone other than UTC in the file, which has a type for them.</param>
/// <param name="IsFinite">
/// Whether all cells of a text file were looked at, and each is missing or a finite number without an underscore.
/// </param>
internal sealed record SourceColumn(
    DataColumn Column,
    bool IsEmpty = false,
    CellRule? Rule = null,
    string CellType = "VARCHAR",
    string? OtherDateFormat = null,
    string? Oddity = null,
    bool IsFolderKey = false,
    Origin Origin = Origin.Cells,
    string? Identifier = null,
    string? CommaNumber = null,
    bool IsLocal = false,
    bool IsFinite = false)
{
    internal string Name => Column.Name;

    internal ColumnKind Kind => Column.Kind;

    /// <summary>Gets whether its type holds whole numbers only.</summary>
    internal bool IsWhole => Kind == ColumnKind.Numeric && CellType is not ("DOUBLE" or "FLOAT")
        && (!CellType.StartsWith("DECIMAL", StringComparison.Ordinal) || CellType.EndsWith(",0)", StringComparison.Ordinal));

    /// <summary>Returns a column whose cells are text.</summary>
    /// <param name="name">The name.</param>
    /// <param name="rule">How they become values; null for text.</param>
    /// <param name="origin">What decided it.</param>
    internal static SourceColumn OfText(string name, CellRule? rule, Origin origin = Origin.Cells) =>
        new(new DataColumn(name, ColumnDecision.KindOf(rule?.Kind ?? ReadAs.Text)), Rule: rule, CellType: rule?.Type ?? "VARCHAR", Origin: origin);
}
