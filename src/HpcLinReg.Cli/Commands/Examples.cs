using System.CommandLine;

namespace HpcLinReg.Cli.Commands;

/// <summary>An example for each command, which its help ends with.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> All = new()
    {
        [""] = "hpclinreg fit flats.csv --target rent --out rent.json",
        ["fit"] = "hpclinreg fit flats.csv --target \"ln(rent) AS lrent\" --features \"area, city, area:city\" --out rent.json",
        ["summary"] = "hpclinreg summary rent.json --markdown",
        ["plot"] = "hpclinreg plot rent.json flats.csv --out plots",
        ["compare"] = "hpclinreg compare small.json large.json",
        ["predict"] = "hpclinreg predict rent.json new.parquet --interval prediction --out predicted.parquet",
        ["plan"] = "hpclinreg plan 'data/*.parquet' --parts 64 -o plan.json",
        ["scan"] = "hpclinreg scan draft.json --part 0 -o 0.scan",
        ["moments"] = "hpclinreg moments flats.csv -o flats.moments",
        ["merge"] = "hpclinreg merge 1.moments 2.moments -o all.moments",
        ["train"] = "hpclinreg train flats.csv --target rent --plot loss.svg",
        ["schema"] = "hpclinreg schema flats.csv --decimal ,",
        ["check"] = "hpclinreg check flats.csv --target rent",
        ["chapter"] = "hpclinreg chapter --seed 7",
        ["info"] = "hpclinreg info",
        ["bench"] = "hpclinreg bench --quick",
        ["selftest"] = "hpclinreg selftest",
        ["labs"] = "hpclinreg labs --open",
        ["serve"] = "hpclinreg serve rent.json --port 8080",
        ["cluster"] = "hpclinreg cluster fit 'data/*.parquet' --target rent --redis localhost:6379",
        ["cluster silo"] = "hpclinreg cluster silo --redis localhost:6379 --data /data",
        ["cluster fit"] = "hpclinreg cluster fit 'data/*.parquet' --target rent --redis localhost:6379",
        ["cluster remove"] = "hpclinreg cluster remove nightly --redis localhost:6379",
        ["completion"] = "hpclinreg completion bash > ~/.local/share/bash-completion/completions/hpclinreg",
    };

    /// <summary>Returns a command's example; null where it has none.</summary>
    internal static string? Of(Command command) => All.GetValueOrDefault(NameOf(command));

    /// <summary>Returns the names from below the root to a command: "cluster fit"; empty for the root.</summary>
    internal static string NameOf(Command command)
    {
        List<string> names = [];
        for (Symbol? at = command; at is Command and not RootCommand; at = at.Parents.FirstOrDefault())
        {
            names.Insert(0, at.Name);
        }

        return string.Join(' ', names);
    }
}
