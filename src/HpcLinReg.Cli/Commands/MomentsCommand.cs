using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg moments</c>: sums a source, or one part of a plan.</summary>
internal static class MomentsCommand
{
    private static readonly Argument<string?> File = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A CSV, TSV, Parquet, JSON, NumPy or Arrow file, or a glob of them; - for the standard input. Not with --plan.",
    };

    private static readonly Option<string?> Sql = new("--sql") { HelpName = "SELECT", Description = "A query in place of FILE." };

    private static readonly Option<string?> Plan = new("--plan") { HelpName = "PLAN", Description = "A plan that 'hpclinreg plan' wrote; --part chooses a part of it." };

    private static readonly Option<int?> Part = NumberOption.Whole("--part", "K", "Which part of the plan to sum, counted from 0.", 0);

    private static readonly Option<string?> Out = OutputOption.WithLetter("MOMENTS", "Write the sums to this file. Required.");

    internal static readonly Option<string?> Columns = new("--columns")
    {
        HelpName = "LIST",
        Description = "Columns, expressions and interactions that later fits may use, separated by commas. Default: every column of numbers or true and false.",
    };

    internal static readonly Option<bool> Plain = new("--plain") { Description = "Sum in double: half the size, but fewer digits for features that are nearly combinations of others." };

    internal static readonly Option<string[]> Polynomial = PolynomialOption.Create("Sum the powers of a column up to K as well, for fit --moments --polynomial. Reads the rows once more. May be repeated.");

    internal static readonly Option<bool> FullDigest = new("--full-digest") { Description = "Know Parquet files again by all of their bytes, not by length and footer; each part then reads whole files." };

    internal static Command Create()
    {
        var command =
            new Command("moments", "Sum rows into moments: kilobytes from which fit --moments fits any column on any others.") { File, Sql, Plan, Part, Columns, Polynomial, WeightOptions.Weights, WeightOptions.FrequencyWeights, Plain,
                FullDigest, Out, ProgressOption.Progress };
        ReadingOptions.AddTo(command);
        command.Validators.Add(WeightOptions.Validate);
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    /// <summary>Returns what is to be summed.</summary>
    internal static MomentsRequest Request(ParseResult parsed) => new()
    {
        Columns = parsed.GetValue(Columns),
        Weights = parsed.GetValue(WeightOptions.Weights) ?? parsed.GetValue(WeightOptions.FrequencyWeights),
        WeightKind = parsed.GetValue(WeightOptions.FrequencyWeights) is null ? WeightKind.Precision : WeightKind.Frequency,
        Polynomials = PolynomialOption.Of(parsed, Polynomial),
        FullDigest = parsed.GetValue(FullDigest),
        Precision = parsed.GetValue(Plain) ? MomentsPrecision.Plain : MomentsPrecision.DoubleDouble,
    };

    private static void Validate(CommandResult result)
    {
        if (Failure.RefuseOptions(result, File))
        {
            return;
        }

        PolynomialOption.Validate(result, Polynomial);
        int sources = new[] { result.GetValue(File), result.GetValue(Sql), result.GetValue(Plan) }.Count(source => source is not null);
        if (sources != 1)
        {
            result.AddError("Give one of FILE, --sql and --plan.");
        }
        else if ((result.GetValue(Plan) is null) != (result.GetValue(Part) is null))
        {
            result.AddError("Options '--plan' and '--part' go together: --plan plan.json --part 17.");
        }
        else if (result.GetValue(Plan) is not null
            && result.Children.OfType<OptionResult>().FirstOrDefault(option =>
            !option.Implicit && option.Option != Plan && option.Option != Part && option.Option != Out) is { } other)
        {
            result.AddError($"Option '{other.Option.Name}' is decided by the plan; give it to 'hpclinreg plan'.");
        }

        if (result.GetValue(Out) is null)
        {
            result.AddError("Option '--out' is required: name the file to write.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        MomentsFile file = parsed.GetValue(Plan) is { } path ? OfPart(parsed, path, parsed.GetValue(Part)!.Value) : OfSource(parsed);
        MomentsMerge.Save(file, parsed.GetValue(Out)!);
        Report(file);
        return Failure.Success;
    }

    /// <summary>Says on standard error what was left out.</summary>
    internal static void Report(MomentsFile file)
    {
        if (file.Facts.RowsDropped > 0)
        {
            Failure.Warn($"{Counted.Of(file.Facts.RowsDropped, "row")} dropped, because something is missing: {Counted.Missing([.. file.Facts.Inputs.Where(input => input.Missing > 0).Select(input => new MissingCount(input.Name, input.Missing))])}.");
        }
    }

    /// <summary>Refuses a part that a plan does not have.</summary>
    internal static void RequirePart(MomentsPlan plan, string path, int part)
    {
        if (part < 0 || part >= plan.Parts.Length)
        {
            throw new UsageException($"{path} has no part {part}; its parts are 0 to {plan.Parts.Length - 1}.");
        }
    }

    private static MomentsFile OfPart(ParseResult parsed, string path, int part)
    {
        var plan = MomentsPlan.Load(path);
        OutputOption.RequireApart(parsed, [path, .. plan.Files.Select(file => file.Path)], Out);
        RequirePart(plan, path, part);
        if (plan.Parts[part].FirstRow == plan.Parts[part].NextRow)
        {
            Failure.Warn($"Part {part} of {path} has no rows; merge its file like the others, or leave it out.");
        }

        using var progress = new RowProgress();
        return Interruptible.Run(() => plan.Sum(part, progress, Interruption.Token), Interruption.Token);
    }

    private static MomentsFile OfSource(ParseResult parsed)
    {
        using DataSource source = parsed.GetValue(Sql) is { } sql ? SourceOptions.OpenSql(sql, ReadingOptions.Of(parsed))
            : SourceOptions.OpenFiles([parsed.GetValue(File)!], ReadingOptions.Of(parsed));
        OutputOption.RequireApart(parsed, source.Files, Out);
        using RowProgress progress = ProgressOption.Of(parsed, source);
        return Interruptible.Run(() => DataMoments.Run(source, Request(parsed), progress, Interruption.Token), Interruption.Token);
    }
}
