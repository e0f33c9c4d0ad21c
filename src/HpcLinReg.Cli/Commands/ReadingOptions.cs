using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary>How data are read, where their cells are not to decide that: the same options for every command that reads data.</summary>
internal static class ReadingOptions
{
    private static readonly Dictionary<string, ReadAs> Kinds = Enum.GetValues<ReadAs>()
        .ToDictionary(kind => kind.ToString().ToLowerInvariant());

    private static readonly Option<string[]> Kind = new("--kind")
    {
        HelpName = "NAME=KIND",
        Description = "Read a column as text, number, whole, date, time or flag. May be repeated.",
    };

    private static readonly Option<string[]> Category = new("--category")
    {
        HelpName = "NAME[:LEVEL]",
        Description = "Read a column of numbers as categories; of fits, LEVEL is the one that the others are compared with. May be repeated.",
    };

    private static readonly Option<DateOrder?> Dates = Choice<DateOrder>("--dates", "dmy|mdy|ymd", "The order of day, month and year in dates that are not written 2024-12-31.", text => text switch
    {
        "dmy" => DateOrder.DayMonthYear,
        "mdy" => DateOrder.MonthDayYear,
        "ymd" => DateOrder.YearMonthDay,
        _ => null,
    });

    private static readonly Option<string?> Zone = new("--zone")
    {
        HelpName = "ZONE",
        Description = "The zone of times without an offset, such as Europe/Berlin or +02:00. Default: UTC.",
    };

    private static readonly Option<char?> Decimal = Choice<char>("--decimal", ".|,", "The decimal mark of numbers in text.", text => text is [var mark and ('.' or ',')] ? mark : null);

    private static readonly Option<char?> Thousands = Choice<char>("--thousands", ".|,|'|_|space", "The mark between groups of three digits in numbers in text; a point makes the decimal mark a comma.", text => text switch
    {
        "space" => ' ',
        [var mark and ('.' or ',' or '\'' or '_' or ' ')] => mark,
        _ => null,
    });

    private static readonly Option<string?> Currency = new("--currency")
    {
        HelpName = "SIGN",
        Description = "The sign that may stand before or behind numbers in text, such as € or CHF.",
    };

    private static readonly Option<bool> Percent = new("--percent") { Description = "Columns of text whose cells all end in % are numbers: 12% is 0.12." };

    private static readonly Option<char?> Delimiter = Choice<char>("--delimiter", "C", "The delimiter of CSV: one character, or tab.", text => text switch
    {
        "tab" or "\\t" => '\t',
        [var delimiter and not ('"' or '\r' or '\n' or '\0')] => delimiter,
        _ => null,
    });

    private static readonly Option<string?> Missing = new("--na")
    {
        HelpName = "LIST",
        Description = "The cells of CSV that mean \"missing\", separated by commas, in place of NA, N/A, NULL, null and NaN: \"-,?,n/a\". An empty cell always does.",
    };

    private static readonly Option<bool> NoHeader = new("--no-header") { Description = "CSV has no line of names; columns are called column0, column1, ..." };

    private static readonly Option<int?> Skip = new("--skip")
    {
        HelpName = "N",
        Description = "Leave out the first N lines of CSV: titles above the header.",
    };

    private static readonly Option<char?> Comment = Choice<char>("--comment", "C", "Leave out lines of CSV that begin with this character.",
        text => text is [var mark and not ('"' or '\r' or '\n' or '\0')] ? mark : null);

    private static readonly Option<string?> Encoding = new("--encoding")
    {
        HelpName = "NAME",
        Description = "The encoding of text: utf-8 (default), utf-16, latin1, windows-1252 or another name.",
    };

    private static readonly Option<bool> Hive = new("--hive") { Description = "Make columns of the keys of folders: year=2024/month=1/rows.csv. Of CSV and Parquet." };

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isParquet">Whether the command reads Parquet only, for which most options mean nothing.</param>
    internal static void AddTo(Command command, bool isParquet = false)
    {
        Option[] ofText = [Delimiter, Missing, NoHeader, Skip, Comment, Encoding, Hive];
        foreach (Option option in (Option[])[Kind, Category, Dates, Zone, Decimal, Thousands, Currency, Percent,
            .. isParquet ? [] : ofText])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Validate);
    }

    /// <summary>Returns what the options say; of what they leave open, a model says how its data were read.</summary>
    internal static ReadingSettings Of(ParseResult parsed, RegressionModel? model = null)
    {
        ReadingSettings settings = model is null ? new ReadingSettings() : ReadingSettings.Of(model);
        return settings with
        {
            Kinds = (parsed.GetValue(Kind) ?? []).Select(text => Split(text)!.Value)
                .Concat(Categories(parsed).Select(category => (category.Name, Kind: ReadAs.Text)))
                    .ToDictionary(kind => kind.Name, kind => kind.Kind),
            Dates = parsed.GetValue(Dates) ?? settings.Dates,
            Zone = parsed.GetValue(Zone) ?? settings.Zone,
            DecimalMark = parsed.GetValue(Decimal) ?? settings.DecimalMark,
            ThousandsMark = parsed.GetValue(Thousands),
            Currency = parsed.GetValue(Currency),
            Percent = parsed.GetValue(Percent),
            Delimiter = parsed.GetValue(Delimiter) ?? settings.Delimiter,
            MissingMarks = parsed.GetValue(Missing)?.Split(','),
            HasHeader = !parsed.GetValue(NoHeader),
            SkippedLines = parsed.GetValue(Skip) ?? 0,
            Comment = parsed.GetValue(Comment),
            Encoding = parsed.GetValue(Encoding),
            FolderKeys = parsed.GetValue(Hive),
        };
    }

    /// <summary>Returns the columns that are read as categories, with the level that is named; null where none is.</summary>
    internal static IEnumerable<(string Name, string? Level)> Categories(ParseResult parsed) =>
        (parsed.GetValue(Category) ?? []).Select(SplitCategory);

    /// <inheritdoc cref="Categories(ParseResult)"/>
    internal static IEnumerable<(string Name, string? Level)> Categories(CommandResult result) =>
        (result.GetValue(Category) ?? []).Select(SplitCategory);

    /// <summary>The name may contain colons; the level follows the last one.</summary>
    private static (string Name, string? Level) SplitCategory(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 ? (text[..colon].Trim(), text[(colon + 1)..].Trim()) : (text.Trim(), null);
    }

    private static void Validate(CommandResult result)
    {
        HashSet<string> seen = [];
        foreach (string text in result.GetValue(Category) ?? [])
        {
            (string name, string? level) = SplitCategory(text);
            if (name.Length == 0 || level?.Length == 0)
            {
                result.AddError($"Option '--category' needs NAME or NAME:LEVEL, such as zip:08100, not '{text}'.");
            }
            else if (!seen.Add(name))
            {
                result.AddError($"Option '--category' names '{name}' twice.");
            }
            else if (level is not null && result.Command.Name is "predict" or "schema")
            {
                result.AddError($"Option '--category' has the level '{level}', which is for fits: {(result.Command.Name == "predict" ? "a model keeps the level it was fitted with" : "no rows are compared here")}; give '{name}' alone.");
            }
        }

        foreach (string text in result.GetValue(Kind) ?? [])
        {
            if (Split(text) is not var (name, _))
            {
                string kind = text[(text.LastIndexOf('=') + 1)..];
                result.AddError($"Option '--kind' needs NAME=KIND with a kind among {string.Join(", ", Kinds.Keys)}, such as zip=text, not '{text}'.{Suggestion.Question(kind, Kinds.Keys)}");
            }
            else if (!seen.Add(name))
            {
                result.AddError($"Option '--kind' names '{name}' twice, or --category names it as well.");
            }
        }

        if (result.GetValue(Skip) < 0)
        {
            result.AddError("Option '--skip' needs a number of lines, at least 0.");
        }

        if (result.GetValue(Zone) is { } zone && string.IsNullOrWhiteSpace(zone))
        {
            result.AddError("Option '--zone' needs a zone such as Europe/Berlin or +02:00.");
        }
    }

    /// <summary>The name may contain equals signs; the kind follows the last one.</summary>
    private static (string Name, ReadAs Kind)? Split(string text)
    {
        int equals = text.LastIndexOf('=');
        return equals > 0 && Kinds.TryGetValue(text[(equals + 1)..].Trim(), out ReadAs kind) ? (text[..equals].Trim(), kind) : null;
    }

    private static Option<T?> Choice<T>(string name, string values, string description, Func<string, T?> parse)
        where T : struct => new(name)
        {
            HelpName = values,
            Description = description,
            CustomParser = argument =>
            {
                string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
                T? value = parse(text);
                if (value is null)
                {
                    argument.AddError($"Option '{name}' is {values.Replace("|", " or ", StringComparison.Ordinal)}, not '{text}'.{(name == "--delimiter" ? " C is one character, or tab." : name == "--comment" ? " C is one character." : "")}");
                }

                return value;
            },
        };
}
