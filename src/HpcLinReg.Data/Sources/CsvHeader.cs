using System.Globalization;
using System.Text;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// The dialect of a CSV file, read from its first lines by ourselves: DuckDB's sniffer bends the dialect until every line
/// fits, so that a short line near the top would silently turn the file into one column of text.
/// </summary>
/// <param name="Delimiter">One of <c>, ; tab |</c>, or what a first line <c>sep=</c> says.</param>
/// <param name="Names">The names in the header, as written, duplicates included.</param>
/// <param name="LinesBefore">How many lines come before the header: empty ones, and one that says <c>sep=;</c>.</param>
/// <param name="HasNames">Whether the names stand in the file.</param>
internal sealed record CsvHeader(char Delimiter, IReadOnlyList<string> Names, int LinesBefore, bool HasNames = true)
{
    private const int HeadLength = 1 << 20;
    private const int LongestHeader = HeadLength / 4;
    private const string Declaration = "sep=";
    private const int DeclarationLength = 5;

    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="settings">The delimiter, if it is given, and whether there is a header.</param>
    /// <exception cref="DataException">There is no header.</exception>
    internal static CsvHeader Read(SourceFile file, ReadingSettings settings)
    {
        string path = file.Name;
        string head = ReadHead(file);
        int start = 0;
        int linesBefore = 0;
        while (start < head.Length && (head[start] is '\r' or '\n'))
        {
            linesBefore += head[start] == '\n' || start + 1 == head.Length || head[start + 1] != '\n' ? 1 : 0;
            start++;
        }

        string first = Record(head, start, out int next);
        char? declared = null;
        if (first.Length == DeclarationLength && first.StartsWith(Declaration, StringComparison.OrdinalIgnoreCase))
        {
            // Written for spreadsheet programs, which take the delimiter from it.
            declared = first[^1];
            linesBefore += 1 + LinesBetween(head, start + first.Length, next);
            (start, first) = (next, Record(head, next, out next));
        }

        if (string.IsNullOrWhiteSpace(first))
        {
            throw new DataException($"{path} is empty; a header line with the column names and at least one row are needed.");
        }

        if (start + first.Length == head.Length && head.Length > LongestHeader)
        {
            throw new DataException($"{path} has a first line that does not end within {head.Length} characters, so it cannot be its header: {Excerpt(first)}");
        }

        if (FileContent.IsJson(Encoding.UTF8.GetBytes(first)) && first.TrimEnd() is [.., '}' or ']' or ','])
        {
            throw new DataException($"{path} is JSON, not CSV as its name says; name it .json or .ndjson.");
        }

        RequireLineEnds(path, first, head[(start + first.Length)..next]);
        string second = Record(head, next, out _);
        char delimiter = settings.Delimiter ?? declared ?? Delimiters
            .OrderByDescending(c => Count(first, c) > 0 && Count(first, c) == Count(second, c))
            .ThenByDescending(c => Count(first, c))
            .First();
        List<string> names = Cells(first, delimiter);
        if (!settings.HasHeader)
        {
            return new CsvHeader(delimiter, [.. names.Select((_, i) => FormattableString.Invariant($"column{i}"))], linesBefore, HasNames: false);
        }

        for (int i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0)
            {
                names[i] = string.Create(CultureInfo.InvariantCulture, $"column{i}");
            }
        }

        if (names.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            throw new DataException(
                $"The first line of {path} holds only numbers ({Excerpt(first)}); write a header line with the column names above it, or read it by --no-header.");
        }

        return new CsvHeader(delimiter, names, linesBefore);
    }

    /// <summary>Shortens a line for a message.</summary>
    internal static string Excerpt(string line)
    {
        const int Longest = 120;
        string trimmed = line.Trim('\r', '\n').Split('\n', 2)[0].TrimEnd('\r');
        return trimmed.Length <= Longest ? trimmed : $"{trimmed[..Longest]}…";
    }

    private static string ReadHead(SourceFile file)
    {
        ReadOnlySpan<byte> read = FileContent.Head(file, HeadLength);
        FileContent.RequireText(file.Name, read);
        return Encoding.UTF8.GetString(read.StartsWith(Encoding.UTF8.Preamble) ? read[Encoding.UTF8.Preamble.Length..] : read);
    }

    /// <summary>
    /// Refuses a line break within a quoted name that differs from the line's own end: DuckDB takes the first one it sees for that of all
    /// lines, and then finds no rows.
    /// </summary>
    private static void RequireLineEnds(string path, string header, string end)
    {
        if (!header.AsSpan().ContainsAny('\r', '\n'))
        {
            return;
        }

        string within = header.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : header.Contains('\r', StringComparison.Ordinal) ? "\r" : "\n";
        string own = end.StartsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : end.StartsWith('\r') ? "\r" : "\n";
        if (end.Length > 0 && within != own)
        {
            throw new DataException($"{path} has a line break within a name of its header ({Excerpt(header)}) that is another one than at the ends of its lines; write that name on one line.");
        }
    }

    /// <summary>Empty lines between two records.</summary>
    private static int LinesBetween(string text, int end, int next)
    {
        string between = text[end..next];
        return between.Replace("\r\n", "\n", StringComparison.Ordinal).Length - 1;
    }

    private static string Record(string text, int start, out int next)
    {
        bool quoted = false;
        int end = start;
        while (end < text.Length && (quoted || text[end] is not ('\r' or '\n')))
        {
            quoted ^= text[end++] == '"';
        }

        next = end;
        while (next < text.Length && text[next] is '\r' or '\n')
        {
            next++;
        }

        return text[start..end];
    }

    private static int Count(string record, char delimiter)
    {
        bool quoted = false;
        int count = 0;
        foreach (char c in record)
        {
            quoted ^= c == '"';
            count += !quoted && c == delimiter ? 1 : 0;
        }

        return count;
    }

    /// <summary>Splits a record into its cells, without their quotes.</summary>
    internal static List<string> Cells(string record, char delimiter)
    {
        List<string> cells = [];
        bool quoted = false;
        int start = 0;
        for (int i = 0; i <= record.Length; i++)
        {
            if (i < record.Length && (quoted || record[i] != delimiter))
            {
                quoted ^= record[i] == '"';
                continue;
            }

            string cell = record[start..i].Trim();
            cells.Add(cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell);
            start = i + 1;
        }

        return cells;
    }
}
