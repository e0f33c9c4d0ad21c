using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Cli.Output;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary>How the summary of a model is printed: the same options for fit and summary.</summary>
internal static class SummaryOptions
{
    private static readonly Option<double?> Level = NumberOption.Real("--level", "P", "The level of confidence limits, above 0 and below 1. Default: 0.95.", "a number above 0 and below 1, such as 0.95", level => level is > 0 and < 1);

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print sums of squares, rank, condition and how the arithmetic was done, too." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    private static readonly Option<bool> Markdown = new("--markdown") { Description = "Print the table of coefficients in Markdown." };

    private static readonly Option<bool> Csv = new("--csv") { Description = "Print the table of coefficients as CSV, with all digits." };

    internal static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Level, Verbose, Json, Markdown, Csv])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Validate);
    }

    /// <summary>Summarizes a model at the level asked for.</summary>
    internal static Summary Of(ParseResult parsed, RegressionModel model) => Summary.Of(model, parsed.GetValue(Level) ?? 0.95);

    /// <summary>Prints a summary as asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="source">What the rows came from.</param>
    /// <param name="diagnostics">What another reading of the rows says; null for nothing.</param>
    /// <param name="isOrdered">Whether the order of the rows means anything.</param>
    internal static void Write(ParseResult parsed, Summary summary, string source, Diagnostics? diagnostics = null, bool isOrdered = true)
    {
        if (parsed.GetValue(Json))
        {
            FitJson.Write(summary, source, diagnostics, isOrdered, Console.OpenStandardOutput());
        }
        else if (parsed.GetValue(Markdown))
        {
            CoefficientTable.WriteMarkdown(summary, Console.Out);
        }
        else if (parsed.GetValue(Csv))
        {
            CoefficientTable.WriteCsv(summary, Console.Out);
        }
        else
        {
            FitTable.Write(summary.Lines(summary.Title(source), parsed.GetValue(Verbose), diagnostics?.Lines(isOrdered)));
        }
    }

    /// <summary>Refuses options whose output has no place in --markdown and --csv, which print the coefficients alone.</summary>
    internal static void RefuseBesideCoefficients(CommandResult result, Option<bool> option)
    {
        if (result.GetValue(option) && (result.GetValue(Markdown) || result.GetValue(Csv)))
        {
            result.AddError($"Option '{option.Name}' prints in the table and with --json; --markdown and --csv have the coefficients alone.");
        }
    }

    private static void Validate(CommandResult result)
    {
        string[] formats = [.. new[] { Json, Markdown, Csv }.Where(option => result.GetValue(option)).Select(option => option.Name)];
        if (formats.Length > 1)
        {
            result.AddError($"Give one of {string.Join(" and ", formats)}: there is one output.");
        }
    }
}
