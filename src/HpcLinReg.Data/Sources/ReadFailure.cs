using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Sources;

/// <summary>Says in our words what went wrong inside DuckDB, and what to do.</summary>
internal static partial class ReadFailure
{
    /// <summary>Returns the exception to throw instead of one of DuckDB's.</summary>
    internal static Exception Translate(DuckDBException exception, DataSource source, CancellationToken cancellationToken) =>
        Translate(exception.Message, exception, source, cancellationToken);

    /// <summary>
    /// Returns the exception to throw for a message of DuckDB's, which says where a bad cell stands. That a compressed file is damaged
    /// explains any other failure.
    /// </summary>
    internal static Exception Translate(string message, Exception? cause, DataSource source, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            source.RequireWhole(cancellationToken);
        }

        Match bad = OurBadCell().Match(message);
        if (!bad.Success || cancellationToken.IsCancellationRequested)
        {
            return Translate(source.Explain(message), cause, source.Description, source.Table.Columns, cancellationToken);
        }

        CsvTable? csv = bad.Groups[1].Success ? source.Views[int.Parse(bad.Groups[1].Value, CultureInfo.InvariantCulture)]
            : source.Table as CsvTable;
        int index = int.Parse(bad.Groups[2].Value, CultureInfo.InvariantCulture);
        string text = bad.Groups[3].Value;
        CsvPlace? place = csv?.Find(index, text);
        string where = place is null && csv is null ? source.WhereIs(index, text) : place is null ? source.Description
            : string.Create(CultureInfo.InvariantCulture, $"{place.File}, line {place.Line}");
        string sentence = NotExpected(where, text, (csv ?? source.Table).Columns[index], source.Settings.Zone, place is null ? "" : $": {CsvHeader.Excerpt(place.Record)}");
        return cause is null ? new DataException(sentence) : new DataException(sentence, cause);
    }

    /// <summary>Returns the exception to throw instead.</summary>
    internal static Exception Translate(
        string message,
        Exception? cause,
        string description,
        IReadOnlyList<SourceColumn> columns,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException("The reading was cancelled.", cause, cancellationToken);
        }

        Match line = CsvLine().Match(message);
        string sentence = line.Success ? CsvMessage(message, line, description, columns) : $"{description} cannot be read: {Reason(message)}";
        return cause is null ? new DataException(sentence) : new DataException(sentence, cause);
    }

    /// <summary>Returns DuckDB's reason without its class names and hints.</summary>
    internal static string Reason(string message)
    {
        const string Wrapper = "Attempting to execute an unsuccessful or closed pending query result\nError: ";
        int wrapped = message.IndexOf(Wrapper, StringComparison.Ordinal);
        string inner = wrapped < 0 ? message : message[(wrapped + Wrapper.Length)..];
        string first = inner.Split('\n', 2)[0].Trim();
        int kind = first.IndexOf(" Error: ", StringComparison.Ordinal);
        string reason = kind < 0 ? first : first[(kind + " Error: ".Length)..];
        return reason.EndsWith('.') || reason.EndsWith('!') ? reason : $"{reason}.";
    }

    private static string CsvMessage(string message, Match line, string description, IReadOnlyList<SourceColumn> columns)
    {
        Match file = CsvFile().Match(message);
        string place = $"{(file.Success ? file.Groups[1].Value.Trim() : description)}, line {line.Groups[1].Value}";
        string text = CsvHeader.Excerpt(line.Groups[2].Value);
        Match cells = CellCount().Match(message);
        if (cells.Success)
        {
            return $"{place} has {Cells(cells.Groups[2].Value)} where the header has {cells.Groups[1].Value}: {text}\n" +
                $"{Header(columns)}Complete the line, or put a cell that contains the delimiter in double quotes.{OtherLines(text, columns)}";
        }

        Match cell = BadCell().Match(message);
        if (cell.Success)
        {
            SourceColumn column = columns[int.Parse(cell.Groups[1].Value, CultureInfo.InvariantCulture)];
            return NotExpected(place, cell.Groups[2].Value, column, null, $": {text}");
        }

        if (message.Contains("Invalid unicode", StringComparison.Ordinal))
        {
            return $"{place} is not UTF-8: {text}\nSave the file in UTF-8, or name its encoding, such as --encoding latin1.";
        }

        if (message.Contains("unterminated quote", StringComparison.OrdinalIgnoreCase) || message.Contains("quote should be followed", StringComparison.OrdinalIgnoreCase))
        {
            return $"{place}: a double quote is opened and not closed, or stands inside a cell undoubled: {text}\nClose it, or write \"\" for a quote inside a quoted cell.";
        }

        string reason = line.Groups[3].Value.Split('\n', 2)[0].Trim();
        return $"{place}: {reason}: {text}";
    }

    /// <summary>Names the options for lines that are no data, where the line or the header looks like one.</summary>
    private static string OtherLines(string line, IReadOnlyList<SourceColumn> columns)
    {
        string first = line.TrimStart(), header = columns.Count > 0 ? columns[0].Name : "";
        return first is ['#' or '%' or '!' or ';', ..] ? $" Lines that begin with {first[0]} are left out by --comment '{first[0]}'."
            : header is ['#' or '%' or '!', ..] ? $" A header that is a comment is left out by --comment '{header[0]}'."
            : columns.Count == 1 ? " If the header is a title, --skip N leaves out the first N lines."
            : "";
    }

    /// <summary>Lists the names read from the header, because a title or a comment in the first line is read as one.</summary>
    private static string Header(IReadOnlyList<SourceColumn> columns) =>
        columns.Count == 0 ? "" : $"The header is {ColumnNames.List([.. columns.Select(column => column.Name)])}. ";

    /// <summary>Says that a cell is not what its column holds, and what to do.</summary>
    internal static string NotExpected(string place, string cell, SourceColumn column, string? zone, string record)
    {
        string how = column.Rule is { Kind: ReadAs.Number, HasDecimalComma: false } && DecimalComma().IsMatch(cell) ? " Numbers with a decimal comma are read with --decimal ,."
            : column.Rule is { HasDecimalComma: true } && cell.Contains('.', StringComparison.Ordinal) ? " Numbers with a decimal point are read with --decimal . (a point)."
            : "";
        how += column.Rule is not { Kind: ReadAs.Number or ReadAs.Whole } ? ""
            : cell.Contains('%', StringComparison.Ordinal) && column.Rule.Marks is not { IsPercent: true } ? " Columns of percentages are read with --percent, where each cell has the sign."
            : column.Rule.Marks?.Currency is null && Currency().IsMatch(cell) ? " Numbers with the sign of a currency are read with --currency SIGN."
            : column.Rule.Marks?.Thousands is null && Grouped().IsMatch(cell) ? " Numbers with marks between thousands are read with --thousands MARK."
            : "";
        string option = ReadingSettings.KindOption(column.Name,
            column.Rule is { Kind: ReadAs.Date, Format: "DATE" } && cell.Contains(':', StringComparison.Ordinal) ? ReadAs.Time : ReadAs.Text);
        return $"{place}: \"{cell}\" in the column '{column.Name}' is not {WhatIsExpected(column, zone)}{record}\n" +
            (column.Origin == Origin.Model ? $"Correct the cell, or leave it empty (or NA) if the value is missing: the model was fitted on such values.{how}"
            : $"Correct the cell, leave it empty (or NA) if the value is missing, or read the column otherwise: {option}.{how}");
    }

    private static string Cells(string count) => count == "1" ? "1 cell" : $"{count} cells";

    private static string WhatIsExpected(SourceColumn column, string? zone) =>
        column.Rule is { } rule ? rule.Describe(column.Origin == Origin.Cells, zone) : column.Kind switch
        {
            ColumnKind.Numeric => "a number",
            ColumnKind.Boolean => "true or false",
            _ => column.IsLocal ? $"a time that occurs once in the zone {zone}" : "a date",
        };

    [GeneratedRegex(@"CSV Error on Line: (\d+)\nOriginal Line: ?(.*?)\n((?:Expected Number|Error when converting|Invalid unicode|Value with|Missing|Maximum|The|Unterminated|[A-Z]).*)", RegexOptions.Singleline)]
    private static partial Regex CsvLine();

    [GeneratedRegex(@"Expected Number of Columns: (\d+) Found: (\d+)")]
    private static partial Regex CellCount();

    [GeneratedRegex("Error when converting column \"c(\\d+)\"\\. Could not convert string \"(.*?)\" to '", RegexOptions.Singleline)]
    private static partial Regex BadCell();

    [GeneratedRegex(@"^\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*$")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"\p{Sc}")]
    private static partial Regex Currency();

    [GeneratedRegex(@"^\s*[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d*)?\s*$")]
    private static partial Regex Grouped();

    [GeneratedRegex(CsvCell.BadCell + @"(?:v(\d+)\.)?(\d+):(.*?)\n?$", RegexOptions.Singleline)]
    private static partial Regex OurBadCell();

    [GeneratedRegex(@"^  file = (.*)$", RegexOptions.Multiline)]
    private static partial Regex CsvFile();
}
