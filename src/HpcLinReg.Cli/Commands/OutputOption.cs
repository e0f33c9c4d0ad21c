using System.CommandLine;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary>Options that name a file to write.</summary>
internal static class OutputOption
{
    internal static Option<string?> Create(string name, string help, string description)
    {
        var option = new Option<string?>(name) { HelpName = help, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && string.IsNullOrWhiteSpace(path))
            {
                result.AddError($"Option '{name}' needs the name of a file.");
            }
        });
        return option;
    }

    /// <summary>Returns the option --out, which -o stands for as well.</summary>
    internal static Option<string?> WithLetter(string help, string description)
    {
        Option<string?> option = Create("--out", help, description);
        option.Aliases.Add("-o");
        return option;
    }

    /// <summary>Refuses outputs that are one file with an input, or with each other, before anything is written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">The files that are read.</param>
    /// <param name="options">The options that name files to write. The standard output counts where it is a file.</param>
    /// <exception cref="UsageException">Two are one file.</exception>
    internal static void RequireApart(ParseResult parsed, IReadOnlyList<string> inputs, params Option<string?>[] options)
    {
        const string Printed = "The standard output";
        List<(string What, string Path)> outputs =
            [.. options.Where(option => parsed.GetValue(option) is not null).Select(option => ($"Option '{option.Name}'", parsed.GetValue(option)!))];
        outputs.RemoveAll(output => OutputFile.IsStandardOutput(output.Path));
        FileIdentity? printed = OutputFile.StandardOutput();
        if (printed is { Kind: FileKind.Regular })
        {
            outputs.Add((Printed, OutputFile.StandardOutputPath));
        }

        for (int i = 0; i < outputs.Count; i++)
        {
            (string what, string path) = outputs[i];
            string named = what == Printed ? "" : $" {path}";
            if (inputs.FirstOrDefault(input => IsOneFile(input, path)) is { } overwritten)
            {
                throw new UsageException($"{what} would write{named} over the input {overwritten}; name another file.");
            }

            (string What, string Path) other = outputs.Take(i).FirstOrDefault(other => IsOneFile(other.Path, path));
            if (other.What is not null)
            {
                throw new UsageException($"{what} and {other.What.Replace('O', 'o')} would write the same file {other.Path}; name another one.");
            }
        }
    }

    /// <summary>Devices and pipes are not replaced, so two options may name the same one.</summary>
    private static bool IsOneFile(string first, string second) =>
        FileIdentity.AreSame(first, second) && FileIdentity.Of(first) is null or { Kind: FileKind.Regular };
}
