using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HpcLinReg.Cli.BuiltIn;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary>Which data a command works on, and what is explained by what: the same options for fit, train and check.</summary>
internal static class SourceOptions
{
    /// <summary>The name of the standard input.</summary>
    internal const string Standard = "-";

    private const string Drop = "drop";
    private const string Error = "error";
    private const string Mean = "mean";

    private static readonly string[] NamesOfData = ["--target", "--features", "--weights", "--frequency-weights", "--cluster", "--polynomial", "--kind", "--category", "--baseline"];

    internal static readonly Argument<string[]> Files = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "CSV, TSV, Parquet, JSON, NumPy or Arrow files, or globs of them, read one after the other; - for the standard input, which is also read when it is a pipe and an option names columns. Else, without it: the built-in Longley data.",
    };

    internal static readonly Option<string?> Target = new("--target")
    {
        HelpName = "NAME",
        Description = "The column to explain, or an expression of columns: \"ln(price) AS lprice\".",
    };

    internal static readonly Option<string?> Features = new("--features")
    {
        HelpName = "LIST",
        Description = "Columns, expressions and interactions, separated by commas: \"a, b, ln(a) AS la, a:b\". Default: every other column of numbers or true and false.",
    };

    internal static readonly Option<string?> Sql = new("--sql")
    {
        HelpName = "SELECT",
        Description = "A query in place of FILE.",
    };

    private static readonly Option<string[]> Baseline = new("--baseline")
    {
        HelpName = "NAME=LEVEL",
        Description = "The level of a text column that the others are compared with. Default: the first in ordinal order. May be repeated.",
    };

    internal static readonly Option<bool> NoIntercept = new("--no-intercept") { Description = "Fit through the origin." };

    internal static readonly Option<double> Ridge = new("--ridge")
    {
        HelpName = "L",
        Description = "Penalty L ≥ 0: minimize ‖y − Xw − b‖² + L‖w‖².",
        CustomParser = ParseRidge,
    };

    internal static readonly Option<string> Missing = new Option<string>("--missing")
    {
        Description = "What to do with missing values: drop their rows, refuse them, or let numbers of features count as their column's mean, which the model keeps.",
        DefaultValueFactory = _ => Drop,
    }.AcceptOnlyFromAmong(Drop, Error, Mean);

    /// <summary>Adds the options and their rules; those of the command itself come behind.</summary>
    internal static void AddTo(Command command)
    {
        command.Arguments.Add(Files);
        Option[] own = [.. command.Options];
        command.Options.Clear();
        foreach (Option option in (Option[])[Target, Features, Sql, Baseline, NoIntercept, Ridge, Missing, .. own])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Validate);
        command.Validators.Add(ValidateBaselines);
        ReadingOptions.AddTo(command);
    }

    internal static FitRequest Request(ParseResult parsed) => new()
    {
        Target = parsed.GetValue(Target) ?? Longley.Target,
        Features = parsed.GetValue(Features),
        Categories = [.. ReadingOptions.Categories(parsed).Select(category => category.Name)],
        Baselines = Baselines(parsed),
        Intercept = !parsed.GetValue(NoIntercept),
        Ridge = parsed.GetValue(Ridge),
        Missing = parsed.GetValue(Missing) switch { Error => MissingValues.Error, Mean => MissingValues.Mean, _ => MissingValues.Drop },
    };

    private static Dictionary<string, string> Baselines(ParseResult parsed) => (parsed.GetValue(Baseline) ?? []).Select(Split)
        .Concat(ReadingOptions.Categories(parsed).Where(category => category.Level is not null)
            .Select(category => (category.Name, Level: category.Level!)))
        .ToDictionary(baseline => baseline.Name, baseline => baseline.Level);

    /// <summary>The level may contain equals signs; the name ends at the first one.</summary>
    private static (string Name, string Level) Split(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (text[..equals].Trim(), text[(equals + 1)..].Trim()) : ("", "");
    }

    private static void ValidateBaselines(CommandResult result)
    {
        HashSet<string> seen =
            [.. ReadingOptions.Categories(result).Where(category => category.Level is not null).Select(category => category.Name)];
        foreach (string text in result.GetValue(Baseline) ?? [])
        {
            (string name, _) = Split(text);
            if (name.Length == 0)
            {
                result.AddError($"Option '--baseline' needs NAME=LEVEL, such as origin=USA, not '{text}'.");
            }
            else if (!seen.Add(name))
            {
                result.AddError($"The baseline of '{name}' is given twice.");
            }
        }
    }

    internal static DataSource Open(ParseResult parsed) => Place(parsed) switch
    {
        _ when parsed.GetValue(Sql) is { } sql => OpenSql(sql, ReadingOptions.Of(parsed)),
        { } files => OpenFiles(files, ReadingOptions.Of(parsed)),
        null => DataSource.OpenStream(Longley.Open(), Longley.Name, settings: ReadingOptions.Of(parsed)),
    };

    /// <summary>Opens a query, and says beforehand what sorting its rows takes.</summary>
    internal static DataSource OpenSql(string query, ReadingSettings settings)
    {
        var source = DataSource.OpenSql(query, settings);
        if (source.Notice is { } notice)
        {
            Failure.Warn(notice);
        }

        return source;
    }

    /// <summary>Opens the standard input, or files.</summary>
    internal static DataSource OpenFiles(IReadOnlyList<string> files, ReadingSettings settings) =>
        files is [Standard] ? StandardInput.Open(settings) : DataSource.AwaitFiles(files, Failure.Warn, settings, Interruption.Token);

    /// <summary>Refuses names that can be no files: empty ones, unknown options, and the standard input beside files.</summary>
    internal static bool RefuseFiles(CommandResult result, string[] files)
    {
        if (files.FirstOrDefault(file => file is ['-', _, ..]) is { } option)
        {
            result.AddError($"Unknown option '{option}'; a file of that name is written './{option}'.{Suggestion.Question(option, result.Command.Options.Select(known => known.Name))}");
            return true;
        }

        if (files.Any(string.IsNullOrWhiteSpace))
        {
            result.AddError("FILE and --sql may not be empty.");
            return true;
        }

        if (files.Length > 1 && files.Contains(Standard))
        {
            result.AddError("The standard input (-) cannot be read beside files; give it alone.");
            return true;
        }

        return false;
    }

    /// <summary>Returns the name of the source for results.</summary>
    internal static string Describe(ParseResult parsed) => parsed.GetValue(Sql) is not null ? "the query" : Place(parsed) switch
    {
        [Standard] => StandardInput.Name,
        { } files => DataSource.Describe(files),
        null => Longley.Name,
    };

    /// <summary>
    /// The files to read, <see cref="Standard"/> for the standard input, or null for the built-in data: where nothing names data, and also
    /// where data are named but nothing is piped in.
    /// </summary>
    private static string[]? Place(ParseResult parsed) =>
        parsed.GetValue(Files) is { Length: > 0 } files ? files
            : parsed.GetValue(Sql) is null && StandardInput.HasData && NamesData(parsed.CommandResult) ? [Standard] : null;

    /// <summary>Returns whether an option names a column or an expression, so that data of the user's own are meant.</summary>
    private static bool NamesData(CommandResult result) =>
        NamesOfData.Any(name => result.Children.OfType<OptionResult>().Any(option => option.Option.Name == name && !option.Implicit));

    private static void Validate(CommandResult result)
    {
        string[] files = result.GetValue(Files) ?? [];
        if (RefuseFiles(result, files))
        {
            return;
        }

        bool hasFile = files.Length > 0 || (StandardInput.HasData && NamesData(result));
        bool hasSql = result.GetValue(Sql) is not null;
        if (string.IsNullOrWhiteSpace(result.GetValue(Sql) ?? "-"))
        {
            result.AddError("FILE and --sql may not be empty.");
        }
        else if (files.Length > 0 && hasSql)
        {
            result.AddError("Give either FILE or --sql, not both.");
        }
        else if ((hasFile || hasSql) && string.IsNullOrWhiteSpace(result.GetValue(Target)))
        {
            result.AddError("Option '--target' is required: name the column to explain.");
        }
    }

    private static double ParseRidge(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double ridge) || !double.IsFinite(ridge)
            || ridge < 0)
        {
            argument.AddError($"Option '--ridge' needs a finite number of at least 0, not '{text}'.");
        }

        return ridge;
    }
}
