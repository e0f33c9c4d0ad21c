using System.Collections.Immutable;

namespace HpcLinReg.Data.Sources;

/// <summary>The settings that a model file keeps of how its training data were read, beside the kinds and formats of the columns.</summary>
internal static class KeptReading
{
    internal const string Zone = "zone";
    internal const string Delimiter = "delimiter";
    internal const string DecimalMark = "decimal";
    internal const string Dates = "dates";
    internal const string Missing = "na";

    private const char MarkSeparator = '\n';

    /// <summary>Returns what was given and decided, by the names of the options.</summary>
    internal static ImmutableSortedDictionary<string, string> Of(ReadingSettings settings, bool hasDecimalComma)
    {
        ImmutableSortedDictionary<string, string>.Builder kept =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        kept[Zone] = settings.Zone ?? ReadingSettings.DefaultZone;
        kept[DecimalMark] = hasDecimalComma ? "," : ".";
        if (settings.Delimiter is { } delimiter)
        {
            kept[Delimiter] = delimiter.ToString();
        }

        if (settings.Dates is { } order)
        {
            kept[Dates] = order switch { DateOrder.DayMonthYear => "dmy", DateOrder.MonthDayYear => "mdy", _ => "ymd" };
        }

        if ((settings.MissingMarks ?? settings.ModelMarks) is { } marks)
        {
            kept[Missing] = string.Join(MarkSeparator, marks);
        }

        return kept.ToImmutable();
    }

    /// <summary>Returns the marks of missing cells that were kept.</summary>
    internal static string[] MarksOf(string kept) => kept.Split(MarkSeparator);
}
