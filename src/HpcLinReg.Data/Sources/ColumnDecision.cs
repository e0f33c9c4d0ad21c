namespace HpcLinReg.Data.Sources;

/// <summary>The kind and format that are fixed for a column before its cells are read.</summary>
/// <param name="Kind">What it is read as.</param>
/// <param name="Format">How its dates are written; null where the cells decide.</param>
/// <param name="HasDecimalComma">Whether its numbers have a decimal comma.</param>
/// <param name="Origin">Who decided.</param>
/// <param name="Marks">What its numbers have beside digits and the decimal mark; null for nothing.</param>
internal sealed record ColumnDecision(ReadAs Kind, string? Format, bool HasDecimalComma, Origin Origin, NumberMarks? Marks = null)
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
        (bool hadComma, NumberMarks? marks) = kind == ReadAs.Number ? NumberMarks.Of(column.Format) : default;
        bool hasComma = settings.DecimalMarkOrImplied is { } mark ? mark == ',' : hadComma;
        // Marks that are given replace those of the model, but for the percent sign, which changes the values.
        marks = kind == ReadAs.Number && settings.Marks is { } given ? given with { IsPercent = marks is { IsPercent: true } } : marks;
        return new ColumnDecision(kind, kind == ReadAs.Time && settings.Dates is null ? column.Format : null, hasComma, Origin.Model,
            marks);
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
