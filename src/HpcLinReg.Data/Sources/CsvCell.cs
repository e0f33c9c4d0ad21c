namespace HpcLinReg.Data.Sources;

/// <summary>What a cell of a CSV file means, as SQL over its text; each is NULL where the text does not mean that.</summary>
internal static class CsvCell
{
    /// <summary>What begins the message of a cell that is not of its column's kind; the column's index, a colon and the text follow.</summary>
    internal const string BadCell = "hpclinreg bad cell ";

    /// <summary>
    /// A number. DuckDB drops the underscores of 41_10, and gives infinity for an identifier such as 0047583311587E590003: neither is a number. 1e400, written as programs write
    /// numbers, is one beyond the range of double.
    /// </summary>
    internal static string Number(string cell)
    {
        string number = $"TRY_CAST({cell} AS DOUBLE)";
        return $"(CASE WHEN contains({cell}, '_') THEN NULL WHEN isinf({number}) THEN CASE WHEN regexp_full_match(lower(trim({cell})), '[+-]?(inf|infinity|\\d(\\.\\d*)?e[+]?\\d{{1,4}})') THEN {number} END ELSE {number} END)";
    }

    /// <summary>The difference between a whole number of 2⁵³ or more and its double; NULL for other numbers.</summary>
    internal static string Rest(string cell)
    {
        string number = $"TRY_CAST({cell} AS DOUBLE)";
        return $"(CASE WHEN abs({number}) BETWEEN 9007199254740992 AND 1.7e38 THEN CASE WHEN regexp_full_match(trim({cell}), '[+-]?\\d+') THEN CAST(TRY_CAST({cell} AS HUGEINT) - CAST({number} AS HUGEINT) AS DOUBLE) END END)";
    }

    /// <summary>True or false, as BOOLEAN.</summary>
    internal static string Flag(string cell) => $"TRY_CAST({cell} AS BOOLEAN)";

    /// <summary>A date or a time, in UTC where an offset is written.</summary>
    /// <param name="cell">The text.</param>
    /// <param name="format"><c>DATE</c>, <c>TIMESTAMP</c> or <c>TIME</c> as ISO 8601 has them, else a format of strptime.</param>
    internal static string Date(string cell, string format) => format switch
    {
        // A timestamp also casts to a date and loses its time; a year of two digits is read as one of the first century.
        "DATE" => $"(CASE WHEN length({cell}) <= 10 AND regexp_matches({cell}, '\\d{{4}}') THEN TRY_CAST({cell} AS DATE) END)",
        "TIMESTAMP" => $"(CASE WHEN regexp_matches({cell}, '\\d{{4}}') THEN CAST(TRY_CAST({cell} AS TIMESTAMPTZ) AS TIMESTAMP) END)",
        "TIME" => $"TRY_CAST({cell} AS TIME)",
        _ when format.Contains("%Y", StringComparison.Ordinal) => $"(CASE WHEN regexp_matches({cell}, '\\d{{4}}') THEN try_strptime({cell}, {Sql.Text(format)}) END)",
        _ => $"try_strptime({cell}, {Sql.Text(format)})",
    };

    /// <summary>Says in words how dates are written.</summary>
    internal static string Describe(string format) => format switch
    {
        "DATE" => "2024-12-31",
        "TIMESTAMP" => "2024-12-31 23:59:59",
        "TIME" => "23:59:59",
        _ => format.Replace("%d", "day", StringComparison.Ordinal).Replace("%m", "month", StringComparison.Ordinal).Replace("%Y", "year", StringComparison.Ordinal)
            .Replace("%y", "year of two digits", StringComparison.Ordinal).Replace("%H:%M:%S", "23:59:59", StringComparison.Ordinal).Replace("%H:%M", "23:59", StringComparison.Ordinal)
            .Replace("%H%M%S", "235959", StringComparison.Ordinal),
    };

    /// <summary>A cell of a kind.</summary>
    internal static string Of(ColumnKind kind, string? format, string cell) => kind switch
    {
        ColumnKind.Numeric => Number(cell),
        ColumnKind.Boolean => $"CAST({Flag(cell)} AS DOUBLE)",
        ColumnKind.Date => Date(cell, format ?? "TIMESTAMP"),
        _ => cell,
    };

    /// <summary>A cell of a kind, where a text that is not of that kind fails the query.</summary>
    internal static string Strict(int column, ColumnKind kind, string? format, string cell)
    {
        if (kind is ColumnKind.Text or ColumnKind.Other)
            return cell;
        string strict = $"CASE WHEN {cell} IS NULL THEN NULL ELSE coalesce({Of(kind, format, cell)}, error({Sql.Text(FormattableString.Invariant($"{BadCell}{column}:"))} || {cell})) END";

        // Nearly every cell is a finite number; the branches of the others cost half as much again as reading does, even where they are not taken.
        string number = $"TRY_CAST({cell} AS DOUBLE)";
        return kind == ColumnKind.Numeric ? $"(CASE WHEN isfinite({number}) AND NOT contains({cell}, '_') THEN {number} ELSE {strict} END)" : strict;
    }
}
