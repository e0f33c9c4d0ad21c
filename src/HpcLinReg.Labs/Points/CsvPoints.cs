using System.Collections.Immutable;
using System.Globalization;

namespace HpcLinReg.Labs.Points;

/// <summary>The result of reading text: points, or the fault and its place.</summary>
/// <param name="Points">The points; null when something is wrong.</param>
/// <param name="Problem">What is wrong, by row and column, and what to do; null when nothing is.</param>
public sealed record CsvReading(PointSet? Points, string? Problem);

/// <summary>
/// Reads pasted or uploaded text as two columns of numbers, x then y, separated by commas, semicolons, tabs or spaces, with or
/// without a header. Nothing is guessed: a cell that is not a number is named by row and column, and no point is taken at all.
/// </summary>
public static class CsvPoints
{
    /// <summary>The longest text that is read, in characters: 2,000 rows of two long numbers fit several times over.</summary>
    public const int MostCharacters = 400_000;

    private const int ShownCharacters = 30;

    /// <summary>Gets what is said of longer text.</summary>
    public static string TooLong { get; } = $"The text is longer than {MostCharacters:N0} characters. A lab takes up to {PointSet.MostPoints:N0} rows of two numbers.";

    /// <summary>Reads text.</summary>
    public static CsvReading Read(string text)
    {
        if (text.Length > MostCharacters)
        {
            return Wrong(TooLong);
        }

        string[] lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        int first = Array.FindIndex(lines, line => line.Trim().Length > 0);
        if (first < 0)
        {
            return Wrong("There is no text to read. Put one point in each row: x, then y.");
        }

        char separator = Separator(lines[first]);
        string[] header = Cells(lines[first], separator);
        bool hasHeader = !header.Any(IsNumberLike);
        string xName = "x", yName = "y";
        if (hasHeader)
        {
            if (header.Length != 2)
            {
                return Wrong($"Row {first + 1} has {Columns(header.Length)}; a lab takes two, x and y.");
            }

            (xName, yName) = (PointSet.Name(header[0], "x"), PointSet.Name(header[1], "y"));
        }

        ImmutableArray<DataPoint>.Builder points = ImmutableArray.CreateBuilder<DataPoint>();
        for (int k = hasHeader ? first + 1 : first; k < lines.Length; k++)
        {
            if (lines[k].Trim().Length == 0)
            {
                continue;
            }

            string[] cells = Cells(lines[k], separator);
            if (cells.Length != 2)
            {
                return Wrong($"Row {k + 1} has {Columns(cells.Length)} where two are needed, x and y: “{Shown(lines[k])}”.");
            }

            if (points.Count == PointSet.MostPoints)
            {
                return Wrong($"There are more than {PointSet.MostPoints:N0} points. Leave some rows out; `hpclinreg fit` takes files of any size.");
            }

            if (Problem(cells[0], k, 1, xName, out double x) is { } wrongX)
            {
                return Wrong(wrongX);
            }

            if (Problem(cells[1], k, 2, yName, out double y) is { } wrongY)
            {
                return Wrong(wrongY);
            }

            points.Add(new DataPoint(x, y));
        }

        return points.Count == 0
            ? Wrong("There is a header, but no row of numbers below it.")
            : new CsvReading(new PointSet("", points.ToImmutable(), xName, yName), null);
    }

    private static CsvReading Wrong(string problem) => new(null, problem);

    private static string Columns(int count) => count == 1 ? "one column" : $"{count} columns";

    /// <summary>A semicolon or a tab is nothing else than a separator; a comma or a space could be within a name.</summary>
    private static char Separator(string line) =>
        line.Contains('\t', StringComparison.Ordinal) ? '\t'
        : line.Contains(';', StringComparison.Ordinal) ? ';'
        : line.Contains(',', StringComparison.Ordinal) ? ','
        : ' ';

    private static string[] Cells(string line, char separator)
    {
        StringSplitOptions options = separator == ' ' ? StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            : StringSplitOptions.TrimEntries;
        return [.. line.Trim().Split(separator, options).Select(Unquoted)];
    }

    private static string Unquoted(string cell) =>
        cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal).Trim() : cell;

    private static bool Parse(string cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>
    /// A first row with a number in it, or with an empty cell, is data: a typing error in it must not turn it into a header.
    /// </summary>
    private static bool IsNumberLike(string cell) => cell.Length == 0 || Parse(cell, out _) || char.IsAsciiDigit(cell[0]);

    private static string? Problem(string cell, int line, int column, string name, out double value)
    {
        string where = $"Row {line + 1}, column {column} ({name})";
        if (cell.Length == 0)
        {
            value = 0;
            return $"{where} is empty. Give it a number, or leave the row out.";
        }

        if (!Parse(cell, out value))
        {
            return $"{where} is “{Shown(cell)}”, which is not a number. Write it like 1.5 or 2e-3.";
        }

        if (double.IsNaN(value))
        {
            return $"{where} is “{Shown(cell)}”. A point needs a number there; leave the row out if it is missing.";
        }

        return DataPoint.IsUsable(value)
            ? null
            : $"{where} is “{Shown(cell)}”, beyond ±{DataPoint.Largest:0e0}. Divide the column by a power of ten.";
    }

    private static string Shown(string text) => text.Length <= ShownCharacters ? text : $"{text[..ShownCharacters]}…";
}
