namespace HpcLinReg.Data.Sources;

/// <summary>The kind and format that are fixed for a column before its cells are read.</summary>
/// <param name="Kind">What it is read as.</param>
/// <param name="Format">How its dates are written; null where the cells decide.</param>
/// <param name="HasDecimalComma">Whether its numbers have a decimal comma.</param>
/// <param name="Origin">Who decided.</param>
internal sealed record ColumnDecision(ReadAs Kind, string? Format, bool HasDecimalComma, Origin Origin)
{
    /// <summary>Returns how a model's column was read.</summary>
    internal static ColumnDecision Of(ModelColumn column, ReadingSettings settings)
    {
        ReadAs kind = column.Kind switch
        {
            CellKind.Text => ReadAs.Text,
            CellKind.Flag => ReadAs.Flag,
            CellKind.Time => ReadAs.Time,
            _ => ReadAs.Number,
        };
        bool hasComma = settings.DecimalMark is { } mark ? mark == ',' : column.Format == CellRule.DecimalComma;
        return new ColumnDecision(kind, kind == ReadAs.Time && settings.Dates is null ? column.Format : null, hasComma, Origin.Model);
    }

    /// <summary>Returns what the source calls the kind.</summary>
    internal static ColumnKind KindOf(ReadAs kind) => kind switch
    {
        ReadAs.Text => ColumnKind.Text,
        ReadAs.Flag => ColumnKind.Boolean,
        ReadAs.Date or ReadAs.Time => ColumnKind.Date,
        _ => ColumnKind.Numeric,
    };
}
