using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HpcLinReg.Cli.Commands;

/// <summary>Which robust standard errors are asked for: <c>--robust hc0|hc1|hc2|hc3|hac:L</c> or <c>--cluster COLUMN</c>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Lag">The number of lags of HAC.</param>
internal sealed record RobustChoice(RobustKind Kind, int Lag)
{
    internal static readonly Option<RobustChoice?> Robust = new("--robust")
    {
        HelpName = "hc0|hc1|hc2|hc3|hac:L",
        Description = "Standard errors for rows that are not equally noisy (hc0 to hc3), or follow each other (hac with L lags). Reads the rows once more.",
        CustomParser = Parse,
    };

    internal static readonly Option<string?> Cluster = new("--cluster")
    {
        HelpName = "NAME",
        Description = "Standard errors for rows that come in groups, which this column names (CR1). Reads the rows once more.",
    };

    /// <summary>Returns what was asked for; null for nothing.</summary>
    internal static RobustChoice? Of(ParseResult parsed) =>
        parsed.GetValue(Cluster) is not null ? new(RobustKind.Cluster, 0) : parsed.GetValue(Robust);

    internal static void Validate(CommandResult result)
    {
        if (result.GetResult(Robust) is not null && result.GetValue(Cluster) is not null)
        {
            result.AddError("Give either --robust or --cluster, not both: clustered errors are robust to unequal noise, too.");
        }
    }

    private static RobustChoice? Parse(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        RobustChoice? choice = text switch
        {
            "hc0" => new(RobustKind.HC0, 0),
            "hc1" => new(RobustKind.HC1, 0),
            "hc2" => new(RobustKind.HC2, 0),
            "hc3" => new(RobustKind.HC3, 0),
            _ when text.StartsWith("hac:", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int lag) && lag <= 10_000 =>
                new(RobustKind.Hac, lag),
            _ => null,
        };
        if (choice is null)
        {
            argument.AddError($"Option '--robust' is hc0, hc1, hc2, hc3 or hac:L with L lags of 0 to 10000, such as hac:4, not '{text}'.");
        }

        return choice;
    }
}
