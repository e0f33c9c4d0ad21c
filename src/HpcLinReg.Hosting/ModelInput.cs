using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace HpcLinReg.Hosting;

/// <summary>
/// How values by name become a row of doubles for a model: the place of each column, the level of each text, times in seconds.
/// </summary>
/// <remarks>Immutable and thread-safe; converting a value allocates nothing.</remarks>
internal sealed class ModelInput
{
    /// <summary>From here on doubles are further apart than whole numbers.</summary>
    private const double MostExactWhole = 1L << 53;

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _places;
    private readonly FrozenDictionary<string, int>?[] _levels;
    private readonly bool[] _isExact;

    internal ModelInput(Design design, string target)
    {
        Columns = design.Columns;
        Target = target;
        _places = Columns
            .Select((column, i) =>
            KeyValuePair.Create(column.Name, i)).ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _levels = [.. Columns.Select(column => column.Kind == CellKind.Text
            ? column.Levels.Select((level, k) => KeyValuePair.Create(level, k)).ToFrozenDictionary(StringComparer.Ordinal) : null)];
        // A sum of whole numbers is exact in an expression, so a whole number there must not be rounded on the way.
        _isExact = [.. Columns.Select((column, i) => column.Kind == CellKind.Whole && design.IsInExpression(i))];
        HasText = Columns.Any(column => column.Kind == CellKind.Text);
    }

    internal ImmutableArray<ModelColumn> Columns { get; }

    internal string Target { get; }

    /// <summary>Gets whether a column holds texts, which a matrix of numbers cannot bring.</summary>
    internal bool HasText { get; }

    /// <summary>Returns the place of a column, or −1.</summary>
    internal int PlaceOf(ReadOnlySpan<char> name) => _places.TryGetValue(name, out int place) ? place : -1;

    /// <summary>
    /// Converts a text. Returns why it cannot be used, or null; a text that is no level becomes −1, which a prediction names.
    /// </summary>
    internal string? Convert(int column, ReadOnlySpan<char> text, out double value)
    {
        switch (Columns[column].Kind)
        {
            case CellKind.Text:
                value = _levels[column]!.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out int level) ? level : -1;
                return null;
            case CellKind.Time when IsDate(text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time):
                value = ((Cell)time).ToDouble();
                return null;
            case CellKind.Time:
                value = double.NaN;
                return "is no time; write it as in ISO 8601, such as 2026-05-01T12:00:00Z";
            default:
                value = double.NaN;
                return $"is a text, but the model was fitted on {Words(Columns[column].Kind)} there";
        }
    }

    /// <summary>Converts a number. Returns why it cannot be used, or null.</summary>
    internal string? Convert(int column, double number, out double value)
    {
        value = number;
        return Columns[column].Kind switch
        {
            CellKind.Text => "is a number, but the model was fitted on texts there",
            CellKind.Flag when number is not (0 or 1) && !double.IsNaN(number) => "is a flag: true, false, 0 or 1",
            CellKind.Whole when _isExact[column] && Math.Abs(number) >= MostExactWhole => "is a whole number of 2^53 or more in an expression; a service computes with doubles, so predict such rows with hpclinreg predict",
            _ => null,
        };
    }

    /// <summary>Converts a flag. Returns why it cannot be used, or null.</summary>
    internal string? Convert(int column, bool flag, out double value)
    {
        value = flag ? 1 : 0;
        return Columns[column].Kind == CellKind.Flag ? null : $"is a flag, but the model was fitted on {Words(Columns[column].Kind)} there";
    }

    /// <summary>Converts a cell. Returns why it cannot be used, or null.</summary>
    internal string? Convert(int column, Cell cell, out double value)
    {
        switch (cell.Kind)
        {
            case CellKind.Missing:
                value = double.NaN;
                return null;
            case CellKind.Text:
                return Convert(column, cell.Text.AsSpan(), out value);
            case CellKind.Flag:
                return Convert(column, cell.ToDouble() != 0, out value);
            case CellKind.Time when Columns[column].Kind == CellKind.Time:
                value = cell.ToDouble();
                return null;
            case CellKind.Time:
                value = double.NaN;
                return $"is a time, but the model was fitted on {Words(Columns[column].Kind)} there";
            default:
                return Convert(column, cell.ToDouble(), out value);
        }
    }

    /// <summary>Returns the columns in words, for messages.</summary>
    internal string Describe() => string.Join(", ", Columns.Select(column => $"'{column.Name}'"));

    internal static string Words(CellKind kind) => kind switch
    {
        CellKind.Flag => "true or false",
        CellKind.Text => "texts",
        CellKind.Time => "times",
        _ => "numbers",
    };

    /// <summary>Whether a text begins with a date as ISO 8601 writes it, as models read JSON.</summary>
    private static bool IsDate(ReadOnlySpan<char> text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && (text.Length == 10 || text[10] is 'T' or ' ')
        && !text[..4].ContainsAnyExceptInRange('0', '9') && !text.Slice(5, 2).ContainsAnyExceptInRange('0', '9')
            && !text.Slice(8, 2).ContainsAnyExceptInRange('0', '9');
}
