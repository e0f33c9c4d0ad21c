using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>SQL expressions for the value of a cell's text; each is NULL where the text has no such value.</summary>
internal static class CsvCell
{
    /// <summary>
    /// The beginning of DuckDB's message for a bad cell. The column's index follows (of a view in a query: v, the view's number, a point
    /// and the index), then a colon and the cell's text.
    /// </summary>
    internal const string BadCell = "hpclinreg bad cell ";

    /// <summary>
    /// A number. DuckDB drops the underscores of 41_10, and gives infinity for an identifier such as 0047583311587E590003: neither is a
    /// number. 1e400, written as programs write numbers, is one beyond the range of double. With a decimal comma, a point is no part of a
    /// number: it would be a separator of thousands.
    /// </summary>
    internal static string Number(string cell, bool hasDecimalComma = false, NumberMarks? marks = null)
    {
        if (marks is not null)
        {
            return Number(marks.Plain(cell, hasDecimalComma));
        }

        if (hasDecimalComma)
        {
            return $"(CASE WHEN contains({cell}, '.') THEN NULL ELSE {Number($"replace({cell}, ',', '.')")} END)";
        }

        string number = $"TRY_CAST({cell} AS DOUBLE)";
        return $"(CASE WHEN contains({cell}, '_') THEN NULL WHEN isinf({number}) THEN CASE WHEN regexp_full_match(lower(trim({cell})), '[+-]?(inf|infinity|\\d(\\.\\d*)?e[+]?\\d{{1,4}})') THEN {number} END ELSE {number} END)";
    }

    /// <summary>A whole number, as DOUBLE; <see cref="Rest"/> is the difference that its rounding to DOUBLE leaves.</summary>
    internal static string Whole(string cell, bool hasDecimalComma, NumberMarks? marks = null) =>
        marks is not null ? Whole(marks.Plain(cell, hasDecimalComma), hasDecimalComma: false)
        : $"(CASE WHEN regexp_full_match(trim({cell}), '[+-]?\\d+({(hasDecimalComma ? "," : "\\.")}0*)?') THEN TRY_CAST(regexp_replace({cell}, '[.,].*', '') AS DOUBLE) END)";

    /// <summary>The difference between a whole number of 2⁵³ or more and its double; NULL for other numbers.</summary>
    internal static string Rest(string cell)
    {
        string number = $"TRY_CAST({cell} AS DOUBLE)";
        return $"(CASE WHEN abs({number}) BETWEEN 9007199254740992 AND 1.7e38 THEN CASE WHEN regexp_full_match(trim({cell}), '[+-]?\\d+') THEN CAST(TRY_CAST({cell} AS HUGEINT) - CAST({number} AS HUGEINT) AS DOUBLE) END END)";
    }

    /// <summary>The text of a cell as that of a plain number, where its rule has marks.</summary>
    internal static string Plain(CellRule? rule, string cell) =>
        rule?.Marks is { } marks ? marks.Plain(cell, rule.HasDecimalComma) : cell;

    /// <summary>True or false, as BOOLEAN.</summary>
    internal static string Flag(string cell) => $"TRY_CAST({cell} AS BOOLEAN)";

    /// <summary>A date or a time, in UTC.</summary>
    /// <param name="cell">The text.</param>
    /// <param name="format"><c>DATE</c>, <c>TIMESTAMP</c> or <c>TIME</c> as ISO 8601 has them, else a format of strptime.</param>
    /// <param name="isLocal">Whether a time without an offset is one of the session's zone.</param>
    internal static string Date(string cell, string format, bool isLocal = false)
    {
        const string FourDigits = "\\d{4}";
        string parsed = $"try_strptime({cell}, {Sql.Text(format)})";
        if (isLocal && DateFormats.HasTime(format))
        {
            parsed = Session.Instant(parsed);
        }

        string instant = $"CAST(TRY_CAST({cell} AS TIMESTAMPTZ) AS TIMESTAMP)";
        if (isLocal)
        {
            instant = $"(CASE WHEN regexp_matches({cell}, ':.*[A-Za-z+-]') THEN {instant} ELSE {Session.Instant($"TRY_CAST({cell} AS TIMESTAMP)")} END)";
        }

        return format switch
        {
            // A timestamp also casts to a date and loses its time; a year of two digits is read as one of the first century.
            "DATE" => $"(CASE WHEN length({cell}) <= 10 AND regexp_matches({cell}, '{FourDigits}') THEN TRY_CAST({cell} AS DATE) END)",
            "TIMESTAMP" => $"(CASE WHEN regexp_matches({cell}, '{FourDigits}') THEN {instant} END)",
            // DuckDB takes 24/02/01 for a time, too.
            "TIME" => $"(CASE WHEN regexp_matches({cell}, '^\\s*\\d{{1,2}}:') THEN TRY_CAST({cell} AS TIME) END)",
            _ when format.Contains("%Y", StringComparison.Ordinal) => $"(CASE WHEN regexp_matches({cell}, '{FourDigits}') THEN {parsed} END)",
            _ => parsed,
        };
    }

    /// <summary>A time of the session's zone as one in UTC; one that does not occur once fails the query.</summary>
    internal static string StrictInstant(int column, string cell) =>
        $"CASE WHEN {cell} IS NULL THEN NULL ELSE coalesce({Session.Instant($"CAST({cell} AS TIMESTAMP)")}, error({Sql.Text(FormattableString.Invariant($"{BadCell}{column}:"))} || CAST({cell} AS VARCHAR))) END";

    /// <summary>A cell under a rule: numbers and flags as DOUBLE.</summary>
    internal static string Of(CellRule rule, string cell) => rule.Kind switch
    {
        ReadAs.Number => Number(cell, rule.HasDecimalComma, rule.Marks),
        ReadAs.Whole => Whole(cell, rule.HasDecimalComma, rule.Marks),
        ReadAs.Flag => $"CAST({Flag(cell)} AS DOUBLE)",
        _ => Date(cell, rule.Format ?? "TIMESTAMP", rule.IsLocal),
    };

    /// <summary>
    /// Returns SQL of the same value as <see cref="Of"/> that DuckDB evaluates faster, because nearly every cell of numbers is a finite
    /// number.
    /// </summary>
    internal static string FastOf(CellRule rule, string cell)
    {
        string number = $"TRY_CAST({cell} AS DOUBLE)";
        return rule is { Kind: ReadAs.Number, HasDecimalComma: false, Marks: null } ? $"(CASE WHEN isfinite({number}) AND NOT contains({cell}, '_') THEN {number} ELSE {Of(rule, cell)} END)" : Of(rule, cell);
    }

    /// <summary>Returns the SQL of <see cref="Strict(string, CellRule?, string)"/> for the column with an index.</summary>
    internal static string Strict(int column, CellRule? rule, string cell) =>
        Strict(column.ToString(CultureInfo.InvariantCulture), rule, cell);

    /// <summary>
    /// Returns SQL for a cell under a rule; a text that does not follow the rule fails the query. Without a rule it is the cell itself.
    /// </summary>
    internal static string Strict(string column, CellRule? rule, string cell) =>
        rule is null ? cell : $"CASE WHEN {cell} IS NULL THEN NULL ELSE coalesce({Of(rule, cell)}, error({Sql.Text($"{BadCell}{column}:")} || {cell})) END";

    /// <summary>
    /// Returns SQL of the same value as <see cref="Strict(int, CellRule?, string)"/> that DuckDB evaluates faster. Nearly every cell is a
    /// finite number; evaluating the branches for other cells makes reading half as slow again, even where they are not taken. DuckDB's
    /// time to plan the longer text grows faster than the number of columns, so wide tables use the other.
    /// </summary>
    internal static string FiniteFirst(int column, CellRule? rule, string cell)
    {
        string strict = Strict(column, rule, cell), number = $"TRY_CAST({cell} AS DOUBLE)";
        return rule is { Kind: ReadAs.Number, HasDecimalComma: false, Marks: null } ? $"(CASE WHEN isfinite({number}) AND NOT contains({cell}, '_') THEN {number} ELSE {strict} END)" : strict;
    }
}
