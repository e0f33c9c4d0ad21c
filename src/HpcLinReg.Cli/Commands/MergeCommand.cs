using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg merge</c>: joins parts to the bytes of the whole, or moments of different sources as values.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string[]> Files = new("FILES") { Arity = ArgumentArity.OneOrMore, Description = "Files that 'hpclinreg moments' wrote, in any order." };

    private static readonly Option<string[]> Remove = new("--remove") { HelpName = "MOMENTS", Description = "Remove the rows of this file, as values. May be repeated." };

    private static readonly Option<bool> Values = new("--values") { Description = "Merge different sources, or folded moments, as values: with an error bound instead of the bits of one process." };

    private static readonly Option<string?> Out = OutputOption.WithLetter("MOMENTS", "Write the sums to this file. Required.");

    internal static Command Create()
    {
        var command = new Command("merge", "Merge moments of adjacent parts, to the bytes of one process's sums.") { Files, Remove, Values, Out };
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        if (result.GetValue(Files)?.FirstOrDefault(file => file is ['-', _, ..]) is { } option)
        {
            result.AddError($"Unknown option '{option}'; a file of that name is written './{option}'.{Suggestion.Question(option, result.Command.Options.Select(known => known.Name))}");
        }

        if (result.GetValue(Out) is null)
        {
            result.AddError("Option '--out' is required: name the file to write.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        string[] files = parsed.GetRequiredValue(Files), removed = parsed.GetValue(Remove) ?? [];
        OutputOption.RequireApart(parsed, [.. files, .. removed], Out);
        MomentsFile sum = parsed.GetValue(Values) ? MomentsMerge.AsValues(files) : MomentsMerge.Exact(files);
        foreach (string unknown in MomentsMerge.RequireWithin(sum, removed))
        {
            Failure.Warn($"Whether the rows of {unknown} are among those that were merged cannot be checked, because it is of another source or holds folded sums.");
        }

        foreach (string path in removed)
        {
            sum = MomentsMerge.Remove(sum, path);
        }

        MomentsMerge.Save(sum, parsed.GetValue(Out)!);
        return Failure.Success;
    }
}
