namespace HpcLinReg.Data.Features;

/// <summary>A number of each row beside the features: the target or the weight, a column or an expression.</summary>
/// <param name="Name">The column's name; of an expression its name after AS, else its text.</param>
/// <param name="Column">The index of the column; −1 for an expression.</param>
/// <param name="Computed">The expression with the columns that it reads; null for a column.</param>
/// <param name="Text">The expression as written, without its name; null for a column.</param>
internal sealed record RowNumber(string Name, int Column, NamedFeature? Computed = null, string? Text = null)
{
    /// <summary>Gets the columns that are read.</summary>
    internal IReadOnlyList<int> Columns => Computed?.Columns ?? [Column];

    /// <summary>Gets the only column that is read; −1 where there are several.</summary>
    internal int SoleColumn => Columns is [var only] ? only : -1;
}
