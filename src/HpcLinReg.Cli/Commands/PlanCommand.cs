using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg plan</c>: divides Parquet files into parts that are summed anywhere.</summary>
internal static class PlanCommand
{
    private static readonly Argument<string?> File = new("FILE") { Arity = ArgumentArity.ExactlyOne, Description = "A Parquet file, or a glob of them; quote a glob." };

    private static readonly Option<int?> Parts = NumberOption.Whole("--parts", "N", "The number of parts. Required.", 1);

    private static readonly Option<string?> Out = OutputOption.WithLetter("PLAN", "Write the plan to this file. Required.");

    private static readonly Option<bool> Draft = new("--draft") { Description = "Leave open what needs all rows, levels of texts and ranges of polynomials; 'hpclinreg scan' finds them in parts." };

    internal static Command Create()
    {
        var command = new Command("plan", "Divide Parquet files into parts, each of which 'hpclinreg moments --plan' sums on any machine.") { File, Parts, MomentsCommand.Columns, MomentsCommand.Polynomial, WeightOptions.Weights,
            WeightOptions.FrequencyWeights, MomentsCommand.Plain, MomentsCommand.FullDigest, Draft, Out };
        ReadingOptions.AddTo(command, isParquet: true);
        command.Validators.Add(WeightOptions.Validate);
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        if (Failure.RefuseOptions(result, File))
        {
            return;
        }

        PolynomialOption.Validate(result, MomentsCommand.Polynomial);
        if (result.GetValue(Parts) is null)
        {
            result.AddError("Option '--parts' is required: the number of parts.");
        }

        if (result.GetValue(Out) is null)
        {
            result.AddError("Option '--out' is required: name the file to write.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        using DataSource source = SourceOptions.OpenFiles([parsed.GetValue(File)!], ReadingOptions.Of(parsed));
        OutputOption.RequireApart(parsed, source.Files, Out);
        using var progress = new RowProgress();
        (MomentsRequest request, int parts) = (MomentsCommand.Request(parsed), parsed.GetValue(Parts)!.Value);
        MomentsPlan plan = parsed.GetValue(Draft) ? MomentsPlan.CreateDraft(source, request, parts)
            : Interruptible.Run(() => MomentsPlan.Create(source, request, parts, progress, Interruption.Token), Interruption.Token);
        WarnOfEmptyParts(plan);
        OutputFile.Write(parsed.GetValue(Out)!, stream => stream.Write(Encoding.UTF8.GetBytes(plan.ToJson())));
        return Failure.Success;
    }

    /// <summary>Says on standard error that there are more parts than blocks of rows.</summary>
    private static void WarnOfEmptyParts(MomentsPlan plan)
    {
        int filled = plan.Parts.Count(part => part.FirstRow < part.NextRow);
        if (filled < plan.Parts.Length)
        {
            Failure.Warn($"Only {filled} of the {plan.Parts.Length} parts have rows, because parts are cut at multiples of 2048 rows; the others are empty.");
        }
    }
}
