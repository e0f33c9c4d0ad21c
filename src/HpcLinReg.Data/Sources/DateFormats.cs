using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>How dates and times are written, and which of these ways all cells of a column follow.</summary>
internal static class DateFormats
{
    // ISO 8601, and then the formats of strptime. All cells together decide the order of day and month. A year of two digits lies between
    // 1969 and 2068.
    private static readonly string[] All =
    [
        "DATE", "TIMESTAMP", "TIME",
        "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%dT%H%M%S",
        "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S",
        "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%m.%d.%y", "%d-%m-%y", "%m-%d-%y", "%y/%m/%d", "%y-%m-%d",
        "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%d.%m.%y %H:%M",
    ];

    /// <summary>The number of cells on which all formats are tried; only those that fit are tried on the whole sample.</summary>
    private const int FirstCells = 256;

    /// <summary>Returns whether a format of strptime has a time of day.</summary>
    internal static bool HasTime(string format) => format.Contains("%H", StringComparison.Ordinal);

    /// <summary>Finds the format that all cells of a column follow.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cell">The cell, as SQL.</param>
    /// <param name="sample">The rows that propose formats.</param>
    /// <param name="rows">
    /// All rows, which decide where the sample leaves the order of day and month open, or has dates without times; the sample, where it has
    /// all.
    /// </param>
    /// <param name="settings">The order of day, month and year, if it is given.</param>
    /// <param name="mayHaveTimes">Whether any cell may have a time of day; asked only where all of the sample are dates.</param>
    /// <param name="kind">What the column is to be read as, if that is given.</param>
    /// <returns>
    /// The format, and another one with another order that all cells follow too; null where no format fits. Of a kind that is given, the
    /// format that most cells follow, so that the others are refused.
    /// </returns>
    internal static (string Format, string? Other)? Detect(Session session, string cell, string sample, string rows,
        ReadingSettings settings, Func<bool> mayHaveTimes, ReadAs? kind = null)
    {
        string[] formats = [.. All.Where(format => IsAllowed(format, settings.Dates, kind))];
        if (kind is null)
        {
            // Most formats fail on the first cells already, and a failed parse costs more than reading the cell does.
            (long first, long[] follow) = Count(session, cell, $"(SELECT * FROM {sample} WHERE {cell} IS NOT NULL LIMIT {FirstCells})", formats);
            formats = [.. formats.Where((_, i) => follow[i] == first)];
            if (formats.Length == 0)
            {
                return null;
            }
        }

        (long values, long[] counts) = Count(session, cell, sample, formats);
        string[] fitting = [.. formats.Where((_, i) => counts[i] == values)];
        if (fitting.Length == 0)
        {
            return kind is null ? null : (formats[Array.IndexOf(counts, counts.Max())], null);
        }
        // Cells further down may settle the order of day and month; and a date in ISO 8601 is a time too, to which times further down widen
        // it.
        if (fitting.Length > 1 && rows != sample && !(fitting is ["DATE", "TIMESTAMP"] && !mayHaveTimes()))
        {
            (values, counts) = Count(session, cell, rows, fitting);
            string[] all = [.. fitting.Where((_, i) => counts[i] == values)];
            fitting = all.Length > 0 ? all : fitting;
        }

        return (fitting[0], IsIso(fitting[0]) ? null : fitting.Skip(1).FirstOrDefault());
    }

    /// <summary>
    /// Returns the format that most of the first cells follow, of a column whose cells do not follow one format; null where no format has
    /// half of them.
    /// </summary>
    internal static string? Mostly(Session session, string cell, string rows, ReadingSettings settings)
    {
        string[] formats = [.. All.Where(format => IsAllowed(format, settings.Dates, null))];
        (long values, long[] counts) = Count(session, cell, $"(SELECT * FROM {rows} WHERE {cell} IS NOT NULL LIMIT {FirstCells})", formats);
        long most = counts.Max();
        return 2 * most >= values ? formats[Array.IndexOf(counts, most)] : null;
    }

    /// <summary>Says in words how dates are written.</summary>
    internal static string Describe(string format) => format switch
    {
        "DATE" => "2024-12-31",
        "TIMESTAMP" => "2024-12-31 23:59:59",
        "TIME" => "23:59:59",
        _ => format.Replace("%d", "day", StringComparison.Ordinal).Replace("%m", "month", StringComparison.Ordinal).Replace("%Y", "year",
            StringComparison.Ordinal)
            .Replace("%y", "year of two digits", StringComparison.Ordinal).Replace("%H:%M:%S", "23:59:59", StringComparison.Ordinal).Replace("%H:%M", "23:59", StringComparison.Ordinal)
            .Replace("%H%M%S", "235959", StringComparison.Ordinal),
    };

    private static bool IsIso(string format) => format is "DATE" or "TIMESTAMP" or "TIME";

    private static bool IsAllowed(string format, DateOrder? order, ReadAs? kind)
    {
        bool isDay = format == "DATE" || (!IsIso(format) && !HasTime(format));
        return (kind is null || (kind == ReadAs.Date ? isDay : format != "DATE"))
            && (order is null || IsIso(format) || format.StartsWith("%Y", StringComparison.Ordinal) || OrderOf(format) == order);
    }

    private static DateOrder OrderOf(string format) => format[1] switch
    {
        'd' => DateOrder.DayMonthYear,
        'm' => DateOrder.MonthDayYear,
        _ => DateOrder.YearMonthDay,
    };

    /// <summary>Counts the cells, and those that follow each format.</summary>
    private static (long Values, long[] Following) Count(Session session, string cell, string rows, string[] formats)
    {
        string?[] counts = session.Table($"SELECT count({cell}), {string.Join(", ", formats.Select(format => $"count({CsvCell.Date(cell, format)})"))} FROM {rows}")[0];
        long[] parsed = [.. counts.Select(count => long.Parse(count!, CultureInfo.InvariantCulture))];
        return (parsed[0], parsed[1..]);
    }
}
