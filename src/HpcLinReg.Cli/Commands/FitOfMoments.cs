using System.CommandLine;
using System.CommandLine.Parsing;

namespace HpcLinReg.Cli.Commands;

/// <summary>The option of <c>fit</c> that names moments in place of rows, and what cannot be asked of them.</summary>
internal static class FitOfMoments
{
    /// <summary>Options that a fit of moments has; all others need the rows, or were decided when they were summed.</summary>
    private static readonly string[] Allowed =
        ["--moments", "--target", "--features", "--polynomial", "--no-intercept", "--ridge", "--standardize-ridge", "--digits", "--rank-deficient", "--out", "--level", "--verbose", "--json", "--markdown", "--csv"];

    internal static readonly Option<string?> File = new("--moments")
    {
        HelpName = "MOMENTS",
        Description = "Fit sums that 'hpclinreg moments' or 'merge' wrote, in place of FILE: any target and features among their columns, without the rows.",
    };

    internal static void Validate(CommandResult result)
    {
        if (result.GetValue(File) is null)
        {
            return;
        }

        if (result.GetValue(SourceOptions.Files) is { Length: > 0 } || result.GetValue(SourceOptions.Sql) is not null)
        {
            result.AddError("Give either --moments or rows (FILE, --sql), not both.");
        }
        else if (string.IsNullOrWhiteSpace(result.GetValue(SourceOptions.Target)))
        {
            result.AddError("Option '--target' is required: name the column to explain.");
        }
        else if (result.Children.OfType<OptionResult>().FirstOrDefault(option =>
            !option.Implicit && !Allowed.Contains(option.Option.Name)) is { } other)
        {
            result.AddError($"Option '{other.Option.Name}' needs the rows, or is decided when they are summed; it does not go with --moments.");
        }
    }
}
