using System.CommandLine;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg fit</c>.</summary>
internal static class FitCommand
{
    private const string Drop = "drop";
    private const string Error = "error";

    /// <summary>Aliased terms that are warned of one by one.</summary>
    private const int WarnedTerms = 10;

    private static readonly Option<string> RankDeficient = new Option<string>("--rank-deficient")
    {
        Description = "What to do with a term that the terms before it determine.",
        DefaultValueFactory = _ => Drop,
    }.AcceptOnlyFromAmong(Drop, Error);

    private static readonly Option<string?> Out = new("--out")
    {
        HelpName = "MODEL",
        Description = "Write the model to this file, for predict.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    internal static Command Create()
    {
        var command = new Command("fit", "Fit a linear regression.")
        {
            RankDeficient, Out, Json,
        };
        SourceOptions.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        DataFitResult result;
        using (OpenedSource opened = SourceOptions.Open(parsed))
        using (var progress = new RowProgress())
        {
            result = DataFit.Run(opened.Source, SourceOptions.Request(parsed), progress, Interruption.Token);
        }

        IReadOnlyList<AliasedTerm> aliased = AliasedTerm.Of(result);
        if (aliased.Count > 0 && parsed.GetValue(RankDeficient) == Error)
        {
            throw new DataException($"The design is rank deficient: {string.Join("; ", aliased.Take(WarnedTerms))}{(aliased.Count > WarnedTerms ? $"; and {aliased.Count - WarnedTerms} more" : "")}. Leave these terms out, or use --rank-deficient drop.");
        }

        Warn(result, aliased);
        if (parsed.GetValue(Out) is { } path)
        {
            result.ToModelFile().Save(path);
        }

        if (parsed.GetValue(Json))
        {
            FitJson.Write(result, aliased, Console.OpenStandardOutput());
        }
        else
        {
            FitTable.Write(result, aliased, SourceOptions.Describe(parsed));
        }

        return Failure.Success;
    }

    private static void Warn(DataFitResult result, IReadOnlyList<AliasedTerm> aliased)
    {
        if (result.RowsDropped > 0)
        {
            string columns = string.Join(", ", result.MissingByColumn.Where(count => count.Rows > 0).Select(count => $"'{count.Column}' in {count.Rows}"));
            Failure.Warn($"{result.RowsDropped} rows with missing values were dropped: {columns}.");
        }

        if (result.Fit.ResidualDegreesOfFreedom == 0 && aliased.Count > 0)
        {
            Failure.Warn($"{result.Fit.RowCount} rows cannot determine {result.Fit.Rank + aliased.Count} coefficients; use more rows or fewer features.");
        }

        foreach (AliasedTerm term in aliased.Take(WarnedTerms))
        {
            Failure.Warn($"{term}; it is dropped.");
        }

        if (aliased.Count > WarnedTerms)
        {
            Failure.Warn($"{aliased.Count - WarnedTerms} more terms are determined by those before them and dropped.");
        }

        foreach (string warning in result.Warnings)
        {
            Failure.Warn(warning);
        }
    }
}
