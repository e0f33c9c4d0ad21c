using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg fit</c>.</summary>
internal static class FitCommand
{
    private const string Drop = "drop";
    private const string Error = "error";
    private const string MinimumNorm = "minimum-norm";

    /// <summary>Aliased terms that are warned of one by one.</summary>
    private const int WarnedTerms = 10;

    private static readonly Option<string> RankDeficient = new Option<string>("--rank-deficient")
    {
        Description = "What to do with a term that the terms before it determine.",
        DefaultValueFactory = _ => Drop,
    }.AcceptOnlyFromAmong(Drop, Error, MinimumNorm);

    private static readonly Option<int> Digits = new("--digits")
    {
        HelpName = "N",
        Description = "Digits the worst coefficient is to have, 0 to 16, or max: all that the data have.",
        DefaultValueFactory = _ => 10,
        CustomParser = ParseDigits,
    };

    internal static readonly Option<string[]> Polynomial = PolynomialOption.Create("Fit a polynomial of degree K in a column, without the digits that powers lose. May be repeated.");

    private static readonly Option<bool> StandardizeRidge = new("--standardize-ridge")
    {
        Description = "Let --ridge penalize columns divided by their standard deviations, so that units do not matter.",
    };

    private static readonly Option<bool> Diagnose = new("--diagnostics")
    {
        Description = "Read the rows once more and print quantiles and tests of the residuals, and the rows that decide most.",
    };

    internal static readonly Option<string?> Out = OutputOption.Create("--out", "MODEL", "Write the model to this file, for predict.");

    private static readonly Option<string?> Plots = PlotOptions.Folder("--plots", "Read the rows once more and draw the fit into this folder: residuals, quantiles, leverage and more; or four of them into one file (.svg, .png).");

    internal static Command Create()
    {
        var command = new Command("fit", "Fit a linear regression.")
        {
            FitOfMoments.File, Polynomial, WeightOptions.Weights, WeightOptions.FrequencyWeights, RobustChoice.Robust, RobustChoice.Cluster,
            Diagnose, Plots, ProgressOption.Progress,
        };
        AddSolving(command);
        SourceOptions.AddTo(command);
        command.Validators.Add(Validate);
        command.Validators.Add(WeightOptions.Validate);
        command.Validators.Add(RobustChoice.Validate);
        command.Validators.Add(FitOfMoments.Validate);
        command.SetAction(Run);
        return command;
    }

    /// <summary>Adds how sums are solved and their summary shown: what a fit has whether or not it reads the rows itself.</summary>
    internal static void AddSolving(Command command)
    {
        foreach (Option option in (Option[])[Digits, RankDeficient, StandardizeRidge, Out])
        {
            command.Add(option);
        }

        SummaryOptions.AddTo(command);
    }

    private static int ParseDigits(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (text == "max")
        {
            return FitOptions.MaxDigits;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int digits) || digits > FitOptions.MaxDigits)
        {
            argument.AddError($"Option '--digits' needs a whole number from 0 to {FitOptions.MaxDigits}, or max, not '{text}'.");
        }

        return digits;
    }

    private static void Validate(CommandResult result)
    {
        SummaryOptions.RefuseBesideCoefficients(result, Diagnose);
        if (result.GetValue(StandardizeRidge) && !(result.GetValue(SourceOptions.Ridge) > 0))
        {
            result.AddError("Option '--standardize-ridge' says what --ridge penalizes; give --ridge L as well.");
        }

        PolynomialOption.Validate(result, Polynomial);
    }

    internal static FitRequest Request(ParseResult parsed) => WeightOptions.With(SourceOptions.Request(parsed), parsed) with
    {
        Digits = parsed.GetValue(Digits),
        StandardizeRidge = parsed.GetValue(StandardizeRidge),
        Polynomials = PolynomialOption.Of(parsed, Polynomial),
        Cluster = parsed.GetValue(RobustChoice.Cluster),
        RankDeficient = parsed.GetValue(RankDeficient) == MinimumNorm ? RankDeficiency.MinimumNorm : RankDeficiency.Drop,
    };

    private static int Run(ParseResult parsed)
    {
        FitRequest request = Request(parsed);
        DataFitResult result;
        SecondReading second;
        if (parsed.GetValue(FitOfMoments.File) is { } moments)
        {
            OutputOption.RequireApart(parsed, [moments], Out);
            result = MomentsFit.Run(MomentsMerge.Load(moments), request, moments);
            return Report(parsed, result, new SecondReading(result.Model, null, null), moments);
        }

        using (DataSource source = SourceOptions.Open(parsed))
        using (RowProgress progress = ProgressOption.Of(parsed, source))
        {
            OutputOption.RequireApart(parsed, source.Files, Out, Plots);
            PlotOptions.RequireOutside(parsed.GetValue(Plots), parsed.GetValue(Out));
            (result, second) = Interruptible.Run(() => Fit(source, request, RobustChoice.Of(parsed), parsed.GetValue(Diagnose),
                parsed.GetValue(Plots) is not null, progress),
                Interruption.Token);
        }

        return Report(parsed, result, second, SourceOptions.Describe(parsed));
    }

    /// <summary>Warns, writes the model and prints the summary.</summary>
    internal static int Report(ParseResult parsed, DataFitResult result, SecondReading second, string source)
    {
        IReadOnlyList<AliasedTerm> aliased = AliasedTerm.Of(result.Model);
        if (aliased.Count > 0 && parsed.GetValue(RankDeficient) == Error)
        {
            throw new DataException($"The design is rank deficient: {string.Join("; ", aliased.Take(WarnedTerms))}{(aliased.Count > WarnedTerms ? $"; and {aliased.Count - WarnedTerms} more" : "")}. Leave these terms out, or use --rank-deficient drop or minimum-norm.");
        }

        Warn(result, aliased, parsed.GetValue(RankDeficient) == MinimumNorm);
        if (parsed.GetValue(Out) is { } path)
        {
            ModelFile.Save(second.Model, path);
        }

        Summary summary = SummaryOptions.Of(parsed, second.Model);
        if (parsed.GetValue(Plots) is { } plots)
        {
            PlotOptions.Write(second.Pictures!, summary, plots);
        }

        SummaryOptions.Write(parsed, summary, source, second.Diagnostics, result.BitsPromised);
        return Failure.Success;
    }

    private static (DataFitResult Result, SecondReading Second) Fit(DataSource source, FitRequest request, RobustChoice? robust,
        bool diagnose, bool draw, RowProgress progress)
    {
        var rows = DataRows.Of(source, request, progress, Interruption.Token);
        DataFitResult result = DataFit.Run(rows);
        return (result, SecondReading.Of(result, rows, request, robust, diagnose, draw));
    }

    private static void Warn(DataFitResult result, IReadOnlyList<AliasedTerm> aliased, bool kept)
    {
        if (result.RowsDropped > 0)
        {
            Failure.Warn($"{Counted.Of(result.RowsDropped, "row")} dropped, because something is missing: {Counted.Missing(result.MissingByColumn)}.");
        }

        if (!result.FilledByColumn.IsEmpty)
        {
            Failure.Warn($"Missing values count as the column's mean: {Counted.Missing(result.FilledByColumn)}.");
        }

        if (result.Fit.ResidualDegreesOfFreedom == 0 && aliased.Count > 0)
        {
            Failure.Warn($"{Counted.Of((long)result.Fit.RowCount, "row")} cannot determine {result.Fit.Rank + aliased.Count} coefficients; use more rows or fewer features.");
        }

        string remedy = kept ? "of all weights that fit alike, the smallest are given" : aliased.Count > WarnedTerms ? "they are dropped" : "it is dropped";
        if (aliased.Count > WarnedTerms)
        {
            Failure.Warn($"{Counted.Of(aliased.Count, "term")}, '{aliased[0].Name}' to '{aliased[^1].Name}', are determined by those before them; {remedy}.");
            aliased = [];
        }

        foreach (AliasedTerm term in aliased)
        {
            Failure.Warn($"{term}; {remedy}.");
        }

        foreach (string warning in result.Warnings)
        {
            Failure.Warn(warning);
        }
    }
}
