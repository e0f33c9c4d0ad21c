namespace HpcLinReg.Statistics;

/// <summary>Cells in columns, numbers aligned at the point.</summary>
internal sealed class TextTable
{
    private const int Gap = 2;

    private readonly List<(string Title, string[] Cells)> _columns = [];
    private readonly string[] _names;
    private readonly string _title;

    /// <summary>Begins a table with a column of names.</summary>
    internal TextTable(string title, IEnumerable<string> names) => (_title, _names) = (title, [.. names.Select(Printable)]);

    /// <summary>Adds a column of numbers; one without any cell is left out.</summary>
    internal TextTable Add(string title, IEnumerable<string> cells)
    {
        string[] all = [.. cells];
        if (all.Any(cell => cell.Length > 0))
        {
            _columns.Add((title, Align(all)));
        }

        return this;
    }

    /// <summary>Gets the width of the numbers' columns.</summary>
    internal int NumbersWidth => _columns.Sum(column => Gap + Width(column));

    /// <summary>Gets the width with names as they are.</summary>
    internal int FullWidth => NumbersWidth + NamesWidth;

    private int NamesWidth => _names.Append(_title).Max(name => name.Length);

    /// <summary>Returns the header and the rows; names that do not fit into the width are shortened in their middle.</summary>
    internal string[] Lines(int width)
    {
        int names = Math.Min(NamesWidth, Math.Max(12, width - NumbersWidth));
        IEnumerable<string> header =
            [Line(Shorten(_title, names).PadRight(names), _columns.Select(column => column.Title.PadLeft(Width(column))))];
        return [.. header,
            .. _names
            .Select((name, row) =>
            Line(Shorten(name, names).PadRight(names), _columns.Select(column => column.Cells[row].PadLeft(Width(column)))))];
    }

    /// <summary>A name may hold line breaks and other control characters, which would break the table.</summary>
    internal static string Printable(string name) =>
        name.Any(char.IsControl) ? string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c)) : name;

    private static string Line(string name, IEnumerable<string> cells) =>
        string.Concat(cells.Select(cell => new string(' ', Gap) + cell).Prepend(name)).TrimEnd();

    private static int Width((string Title, string[] Cells) column) => Math.Max(column.Title.Length, column.Cells.Max(cell => cell.Length));

    private static string Shorten(string name, int width) =>
        name.Length <= width ? name : $"{name[..((width - 1) / 2)]}…{name[(name.Length - (width - 1) + ((width - 1) / 2))..]}";

    private static string[] Align(string[] cells)
    {
        int after = cells.Where(IsNumber).Select(After).DefaultIfEmpty(0).Max();
        return [.. cells.Select(cell => IsNumber(cell) ? cell + new string(' ', after - After(cell)) : cell)];
    }

    private static bool IsNumber(string cell) =>
        cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || (cell.Length > 1 && cell[0] == '-' && char.IsAsciiDigit(cell[1])));

    /// <summary>What stands from the point on.</summary>
    private static int After(string cell) => cell.AsSpan().IndexOfAny('.', 'e') is var place && place < 0 ? 0 : cell.Length - place;
}
