using System.CommandLine;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary>Whether rows are counted on standard error while they are read, where it is no terminal.</summary>
internal static class ProgressOption
{
    internal static readonly Option<bool> Progress = new("--progress")
    {
        Description = "Show rows read, share and time left on standard error, once a second, also where it is no terminal.",
    };

    /// <summary>Returns what shows the rows of a source as they are read.</summary>
    internal static RowProgress Of(ParseResult parsed, DataSource source) => new(source.EstimateRows(), parsed.GetValue(Progress));
}
