using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg scan</c>: finds in parts what a draft of a plan leaves open, and makes the plan of it.</summary>
internal static class ScanCommand
{
    private static readonly Argument<string?> Draft = new("DRAFT") { Arity = ArgumentArity.ExactlyOne, Description = "A draft that 'hpclinreg plan --draft' wrote." };

    private static readonly Argument<string[]> Scans = new("SCANS") { Arity = ArgumentArity.ZeroOrMore, Description = "The scans of all parts, in any order; not with --part." };

    private static readonly Option<int?> Part = NumberOption.Whole("--part", "K", "Scan this part of the draft, counted from 0.", 0);

    private static readonly Option<string?> Out = OutputOption.WithLetter("FILE", "Write the scan, or the plan, to this file. Required.");

    internal static Command Create()
    {
        var command = new Command("scan", "Find the levels of texts and the ranges of polynomials in one part of a draft, or make the plan of the scans of all parts.") { Draft, Scans, Part, Out };
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        if (Failure.RefuseOptions(result, Draft))
        {
            return;
        }

        if ((result.GetValue(Part) is null) == (result.GetValue(Scans) is not { Length: > 0 }))
        {
            result.AddError("Give either '--part K' to scan a part, or the scans of all parts to make the plan.");
        }

        if (result.GetValue(Out) is null)
        {
            result.AddError("Option '--out' is required: name the file to write.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(Draft)!;
        var draft = MomentsPlan.Load(path);
        string[] scans = parsed.GetValue(Scans) ?? [];
        OutputOption.RequireApart(parsed, [path, .. scans, .. draft.Files.Select(file => file.Path)], Out);
        string json;
        if (parsed.GetValue(Part) is { } part)
        {
            MomentsCommand.RequirePart(draft, path, part);
            using var progress = new RowProgress();
            json = Interruptible.Run(() => draft.Scan(part, progress, Interruption.Token), Interruption.Token).ToJson();
        }
        else
        {
            json = draft.Decide([.. scans.Select(MomentsScan.Load)]).ToJson();
        }

        OutputFile.Write(parsed.GetValue(Out)!, stream => stream.Write(Encoding.UTF8.GetBytes(json)));
        return Failure.Success;
    }
}
