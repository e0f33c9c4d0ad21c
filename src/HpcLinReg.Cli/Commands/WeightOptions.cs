using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary>The column of row weights and what they mean: the same options for fit and train.</summary>
internal static class WeightOptions
{
    internal static readonly Option<string?> Weights = new("--weights")
    {
        HelpName = "NAME",
        Description = "A column of weights, or an expression such as 1/variance: the precision of each row, the inverse of its variance up to a factor.",
    };

    internal static readonly Option<string?> FrequencyWeights = new("--frequency-weights")
    {
        HelpName = "NAME",
        Description = "A column of weights, or an expression: how many times each row was observed.",
    };

    /// <summary>Refuses both kinds at once.</summary>
    internal static void Validate(CommandResult result)
    {
        if (result.GetValue(Weights) is not null && result.GetValue(FrequencyWeights) is not null)
        {
            result.AddError("Give either --weights or --frequency-weights, not both: they mean different things.");
        }
    }

    /// <summary>Returns the request with the column of weights and their kind.</summary>
    internal static FitRequest With(FitRequest request, ParseResult parsed) => request with
    {
        Weights = parsed.GetValue(Weights) ?? parsed.GetValue(FrequencyWeights),
        WeightKind = parsed.GetValue(FrequencyWeights) is null ? WeightKind.Precision : WeightKind.Frequency,
    };
}
