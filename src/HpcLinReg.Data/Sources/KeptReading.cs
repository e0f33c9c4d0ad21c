using System.Collections.Immutable;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Sources;

/// <summary>The settings that a model file keeps of how its training data were read, beside the kinds and formats of the columns.</summary>
internal static class KeptReading
{
    internal const string Zone = "zone";
    internal const string Delimiter = "delimiter";
    internal const string DecimalMark = "decimal";
    internal const string Dates = "dates";
    internal const string Missing = "na";

    /// <summary>The text of a target that is an expression.</summary>
    internal const string Target = "target";

    /// <summary>The name or text of the weights.</summary>
    internal const string Weights = "weights";

    private const char MarkSeparator = '\n';

    /// <summary>Returns what was given and decided, by the names of the options.</summary>
    internal static ImmutableSortedDictionary<string, string> Of(ReadingSettings settings, bool hasDecimalComma,
        RowNumber? target = null, RowNumber? weights = null)
    {
        ImmutableSortedDictionary<string, string>.Builder kept =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        kept[Zone] = settings.Zone ?? ReadingSettings.DefaultZone;
        kept[DecimalMark] = hasDecimalComma ? "," : ".";
        if (settings.Delimiter is { } delimiter)
        {
            kept[Delimiter] = delimiter.ToString();
        }

        if (target?.Text is { } text)
        {
            kept[Target] = text;
        }

        if (weights is not null)
        {
            kept[Weights] = weights.Text ?? weights.Name;
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
