using System.Collections.Immutable;
using System.Globalization;

namespace HpcLinReg.Labs.Points;

/// <summary>Pasted or uploaded text as columns, of which two become points.</summary>
/// <param name="Names">What the columns are called.</param>
/// <param name="Rows">The cells of each row, with its line in the text.</param>
/// <param name="Separator">What stands between cells; unless it is a comma, a comma within a number is its decimal mark.</param>
public sealed record CsvTable(ImmutableArray<string> Names, ImmutableArray<(int Line, string[] Cells)> Rows, char Separator)
{
    private const int ShownCharacters = 30;

    /// <summary>Gets the columns in which every cell is a number.</summary>
    public ImmutableArray<int> Numbers { get; } =
        [.. Enumerable.Range(0, Names.Length).Where(column => Rows.All(row => Parse(row.Cells[column], Separator, out _)))];

    /// <summary>Takes text apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">What is wrong, by row, and what to do; null when nothing is.</param>
    public static CsvTable? Read(string text, out string? problem)
    {
        string[] lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        int first = Array.FindIndex(lines, line => line.Trim().Length > 0);
        if (first < 0)
        {
            problem = "There is no text to read. Put one point in each row: x, then y.";
            return null;
        }

        char separator = SeparatorOf(lines[first]);
        string[] header = Cells(lines[first], separator);
        bool hasHeader = !header.Any(cell => IsNumberLike(cell, separator));
        if (header.Length < 2)
        {
            problem = $"Row {first + 1} has one column where two are needed, x and y: “{Shown(lines[first])}”.";
            return null;
        }

        ImmutableArray<(int Line, string[] Cells)>.Builder rows = ImmutableArray.CreateBuilder<(int, string[])>();
        for (int k = hasHeader ? first + 1 : first; k < lines.Length; k++)
        {
            if (lines[k].Trim().Length == 0)
            {
                continue;
            }

            string[] cells = Cells(lines[k], separator);
            if (cells.Length != header.Length)
            {
                problem = $"Row {k + 1} has {Columns(cells.Length)} where the first has {header.Length}: “{Shown(lines[k])}”.";
                return null;
            }

            rows.Add((k + 1, cells));
        }

        problem = rows.Count == 0 ? "There is a header, but no row of numbers below it." : null;
        return problem is null
            ? new CsvTable([.. header.Select((name, column) => NameOf(name, column, hasHeader, header.Length))], rows.ToImmutable(),
            separator) : null;
    }

    /// <summary>Reads a cell; what is wrong is named by row and column.</summary>
    internal string? Problem(int row, int column, out double value)
    {
        (int line, string[] cells) = Rows[row];
        string cell = cells[column], where = $"Row {line}, column {column + 1} ({Names[column]})";
        if (cell.Length == 0)
        {
            value = 0;
            return $"{where} is empty. Give it a number, or leave the row out.";
        }

        if (!Parse(cell, Separator, out value))
        {
            return cell.Contains('.', StringComparison.Ordinal) && cell.Contains(',', StringComparison.Ordinal)
                ? $"{where} is “{Shown(cell)}”, with a point and a comma. Write it with its decimal mark alone, without marks between thousands."
                : $"{where} is “{Shown(cell)}”, which is not a number. Write it like 1.5 or 2e-3.";
        }

        if (double.IsNaN(value))
        {
            return $"{where} is “{Shown(cell)}”. A point needs a number there; leave the row out if it is missing.";
        }

        return DataPoint.IsUsable(value) ? null
            : $"{where} is “{Shown(cell)}”, beyond ±{DataPoint.Largest:0e0}. Divide the column by a power of ten.";
    }

    private static string NameOf(string name, int column, bool hasHeader, int columns)
    {
        string otherwise = columns > 2 ? $"column {column + 1}" : column == 0 ? "x" : "y";
        return hasHeader ? PointSet.Name(name, otherwise) : otherwise;
    }

    private static string Columns(int count) => count == 1 ? "one column" : $"{count} columns";

    /// <summary>
    /// A semicolon or a tab is nothing else than a separator; a comma or a space could be within a name, and a comma within a number.
    /// </summary>
    private static char SeparatorOf(string line)
    {
        if (line.Contains('\t', StringComparison.Ordinal) || line.Contains(';', StringComparison.Ordinal))
        {
            return line.Contains('\t', StringComparison.Ordinal) ? '\t' : ';';
        }

        string[] spaced = Cells(line, ' ');
        bool hasCommas = line.Contains(',', StringComparison.Ordinal);
        return !hasCommas
            || (spaced.Length > 1 && spaced.All(cell => !cell.StartsWith(',') && !cell.EndsWith(',') && Parse(cell, ' ', out _))) ? ' '
            : ',';
    }

    private static string[] Cells(string line, char separator)
    {
        StringSplitOptions options = separator == ' ' ? StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            : StringSplitOptions.TrimEntries;
        return [.. line.Trim(' ', '\r').Split(separator, options).Select(Unquoted)];
    }

    private static string Unquoted(string cell) =>
        cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal).Trim() : cell;

    private static bool Parse(string cell, char separator, out double value)
    {
        string read = separator != ',' && !cell.Contains('.', StringComparison.Ordinal) && cell.Count(letter => letter == ',') == 1
            ? cell.Replace(',', '.') : cell;
        return double.TryParse(read, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>
    /// A first row with a number in it, or with an empty cell, is data: a typing error in it must not turn it into a header.
    /// </summary>
    private static bool IsNumberLike(string cell, char separator) =>
        cell.Length == 0 || Parse(cell, separator, out _) || char.IsAsciiDigit(cell[0]);

    private static string Shown(string text) => text.Length <= ShownCharacters ? text : $"{text[..ShownCharacters]}…";
}
