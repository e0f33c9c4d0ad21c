namespace HpcLinReg.Data.Sources;

/// <summary>How the text of a cell becomes a value.</summary>
/// <param name="Kind">What it is read as; not text.</param>
/// <param name="Format">
/// How dates are written: <c>DATE</c>, <c>TIMESTAMP</c>, <c>TIME</c> (ISO 8601), or a format of strptime; null for other kinds.
/// </param>
/// <param name="HasDecimalComma">Whether numbers have a decimal comma.</param>
/// <param name="IsLocal">
/// Whether times without an offset are those of the session's zone (<see cref="Session.UseZone"/>), not of UTC.
/// </param>
/// <param name="Marks">What numbers have beside digits and the decimal mark; null for nothing.</param>
internal sealed record CellRule(ReadAs Kind, string? Format = null, bool HasDecimalComma = false, bool IsLocal = false,
    NumberMarks? Marks = null)
{
    /// <summary>The format that a model keeps for numbers with a decimal comma.</summary>
    internal const string DecimalComma = "1,5";

    /// <summary>Gets the DuckDB type of the values.</summary>
    internal string Type => Kind switch
    {
        ReadAs.Number => "DOUBLE",
        ReadAs.Whole => "HUGEINT",
        ReadAs.Flag => "BOOLEAN",
        _ when Format is "DATE" or "TIME" => Format,
        _ => "TIMESTAMP",
    };

    /// <summary>Gets what a model keeps of the rule; null where nothing needs to be said.</summary>
    internal string? Kept => Format ?? Marks?.Example(HasDecimalComma) ?? (HasDecimalComma ? DecimalComma : null);

    /// <summary>Says in words what a cell should be.</summary>
    /// <param name="isOfCells">Whether the column's other cells decided the format.</param>
    /// <param name="zone">The zone of times without an offset.</param>
    internal string Describe(bool isOfCells, string? zone) => Kind switch
    {
        ReadAs.Number or ReadAs.Whole when Marks is not null =>
            $"a {(Kind == ReadAs.Whole ? "whole " : "")}number such as {Marks.Example(HasDecimalComma)}{(Marks.Thousands is null ? "" : " (with three digits in each group, or without marks)")}",
        ReadAs.Number => HasDecimalComma ? "a number with a decimal comma" : "a number",
        ReadAs.Whole => "a whole number",
        ReadAs.Flag => "true or false",
        _ => $"a date {(isOfCells ? "as all of the others are" : "as it should be")} ({DateFormats.Describe(Format ?? "TIMESTAMP")}){(IsLocal && Format is not ("DATE" or "TIME") ? $" that occurs once in the zone {zone}" : "")}",
    };
}
