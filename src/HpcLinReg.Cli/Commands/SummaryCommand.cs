using System.CommandLine;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg summary</c>.</summary>
internal static class SummaryCommand
{
    private static readonly Argument<string?> Model = new("MODEL") { Arity = ArgumentArity.ExactlyOne, Description = "A model that fit wrote with --out." };

    internal static Command Create()
    {
        var command = new Command("summary", "Print the summary of a model that fit wrote: what fit printed of it.") { Model };
        SummaryOptions.AddTo(command);
        command.Validators.Add(result => Failure.RefuseOptions(result, Model));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(Model)!;
        SummaryOptions.Write(parsed, SummaryOptions.Of(parsed, PredictCommand.Load(path)), path);
        return Failure.Success;
    }
}
