using System.Text.RegularExpressions;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// Puts a refusal of the engine, which knows places in a matrix, into the words of a source: columns by name, rows as a file counts them.
/// </summary>
internal static partial class EngineRefusal
{
    /// <summary>Returns the refusal as one of the source.</summary>
    /// <param name="refusal">What the engine threw.</param>
    /// <param name="rows">The rows that were given to it.</param>
    /// <param name="areRowsOfSource">
    /// Whether its rows are counted as the source counts them; false where rows without a value are left out before.
    /// </param>
    internal static DataException Of(Exception refusal, DataRows rows, bool areRowsOfSource)
    {
        string message = refusal.Message.Split(" (Parameter", 2)[0];
        message = Place().Replace(message, match => $"column '{rows.Terms[int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)].Name}'");
        message = Row().Replace(message, match => Counted(match, rows, areRowsOfSource));
        message = Target().Replace(message, match => $"{match.Value} '{rows.Target}'");
        return new DataException(message, refusal);
    }

    private static string Counted(Match match, DataRows rows, bool areRowsOfSource)
    {
        long row = long.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) + 1;
        return $"{match.Groups[1].Value} {row} of {(areRowsOfSource ? $"{rows.Description} (counted from 1 after the header)" : "the rows used (counted from 1)")}";
    }

    [GeneratedRegex(@"column (\d+) of x \(counted from 0\)")]
    private static partial Regex Place();

    [GeneratedRegex(@"([Rr]ow) (\d+) \(counted from 0\)")]
    private static partial Regex Row();

    [GeneratedRegex(@"\b[Tt]he target\b(?! ')")]
    private static partial Regex Target();
}
