using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HpcLinReg.Cli.BuiltIn;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary>Which data a command works on, and what is explained by what: the same options for fit, train and check.</summary>
internal static class SourceOptions
{
    private const string Drop = "drop";
    private const string Error = "error";

    internal static readonly Argument<string?> File = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A CSV, TSV, Parquet or JSON file, or a glob of them. Without it: the built-in Longley data.",
    };

    internal static readonly Option<string?> Target = new("--target")
    {
        HelpName = "NAME",
        Description = "The column to explain.",
    };

    internal static readonly Option<string?> Features = new("--features")
    {
        HelpName = "LIST",
        Description = "Columns and SQL expressions, separated by commas: \"a, b, a*b AS ab\". Default: every other numeric column.",
    };

    internal static readonly Option<string?> Sql = new("--sql")
    {
        HelpName = "SELECT",
        Description = "A query in place of FILE.",
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
        Description = "What to do with rows in which a value is missing.",
        DefaultValueFactory = _ => Drop,
    }.AcceptOnlyFromAmong(Drop, Error);

    /// <summary>Adds the options and their rules; those of the command itself come behind.</summary>
    internal static void AddTo(Command command)
    {
        command.Arguments.Add(File);
        Option[] own = [.. command.Options];
        command.Options.Clear();
        foreach (Option option in (Option[])[Target, Features, Sql, NoIntercept, Ridge, Missing, .. own])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Validate);
    }

    internal static FitRequest Request(ParseResult parsed) => new()
    {
        Target = parsed.GetValue(Target) ?? Longley.Target,
        Features = parsed.GetValue(Features),
        Intercept = !parsed.GetValue(NoIntercept),
        Ridge = parsed.GetValue(Ridge),
        Missing = parsed.GetValue(Missing) == Error ? MissingValues.Error : MissingValues.Drop,
    };

    internal static OpenedSource Open(ParseResult parsed)
    {
        string? file = parsed.GetValue(File);
        if (parsed.GetValue(Sql) is { } sql)
        {
            return new OpenedSource(DataSource.OpenSql(sql), null);
        }

        if (file is not null)
        {
            return new OpenedSource(DataSource.OpenFile(file), null);
        }

        var builtIn = Longley.Unpack();
        return new OpenedSource(DataSource.OpenFile(builtIn.Path), builtIn);
    }

    /// <summary>What the source is called in results.</summary>
    internal static string Describe(ParseResult parsed) =>
        parsed.GetValue(Sql) is not null ? "the query" : parsed.GetValue(File) ?? "the built-in Longley data";

    private static void Validate(CommandResult result)
    {
        if (Failure.RefuseOptions(result, File))
        {
            return;
        }

        bool hasFile = result.GetValue(File) is not null;
        bool hasSql = result.GetValue(Sql) is not null;
        if (string.IsNullOrWhiteSpace(result.GetValue(File) ?? "-") || string.IsNullOrWhiteSpace(result.GetValue(Sql) ?? "-"))
        {
            result.AddError("FILE and --sql may not be empty.");
        }
        else if (hasFile && hasSql)
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
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double ridge) || !double.IsFinite(ridge) || ridge < 0)
        {
            argument.AddError($"Option '--ridge' needs a finite number of at least 0, not '{text}'.");
        }

        return ridge;
    }
}

/// <summary>An open source, and the built-in data's file if it is that.</summary>
internal sealed record OpenedSource(DataSource Source, IDisposable? BuiltIn) : IDisposable
{
    public void Dispose()
    {
        Source.Dispose();
        BuiltIn?.Dispose();
    }
}
