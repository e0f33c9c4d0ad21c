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

    internal static Command Create()
    {
        var command = new Command("plan", "Divide Parquet files into parts, each of which 'hpclinreg moments --plan' sums on any machine.") { File, Parts, MomentsCommand.Columns, WeightOptions.Weights, WeightOptions.FrequencyWeights,
            MomentsCommand.Plain, Out };
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
        MomentsPlan plan = Interruptible.Run(
            () => MomentsPlan.Create(source, MomentsCommand.Request(parsed), parsed.GetValue(Parts)!.Value, progress, Interruption.Token),
            Interruption.Token);
        OutputFile.Write(parsed.GetValue(Out)!, stream => stream.Write(Encoding.UTF8.GetBytes(plan.ToJson())));
        return Failure.Success;
    }
}
