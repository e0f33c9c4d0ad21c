using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg predict</c>.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string?> Model = new("MODEL") { Arity = ArgumentArity.ExactlyOne, Description = "A model that fit or train wrote with --out." };

    private static readonly Argument<string[]> Files = new("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = "CSV, TSV, Parquet, JSON, NumPy or Arrow files, or globs of them, read one after the other; - or nothing for the standard input." };

    private static readonly Option<string?> Out = OutputOption.Create("--out", "FILE", "Write here instead of standard output: Parquet when the name ends in .parquet, else CSV.");

    private static readonly Option<PredictionInterval> Interval = new("--interval")
    {
        HelpName = "confidence|prediction",
        Description = "Add columns with the lower and upper limit: for the mean of the target at a row (confidence) or for one observation there (prediction).",
        CustomParser = ParseInterval,
    };

    private static readonly Option<double?> Level = new("--level")
    {
        HelpName = "P",
        Description = "The level of the limits, above 0 and below 1. Default: 0.95.",
        CustomParser = ParseLevel,
    };

    private static readonly Option<bool> Residuals = new("--residuals")
    {
        Description = "Add the columns residual, standardized and cook where the target is present. Reads the rows once more.",
    };

    private static readonly Option<string> Unseen = new Option<string>("--unseen")
    {
        Description = "What to do with rows whose text is no level that the model was fitted on.",
        DefaultValueFactory = _ => "missing",
    }.AcceptOnlyFromAmong("missing", "baseline", "error");

    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object for each row, each in a line of its own; a row without a prediction says why." };

    internal static Command Create()
    {
        var command = new Command("predict", "Add a column with predictions to a file: all its columns and rows, in order.") { Model, Files, SourceOptions.Sql, Unseen, Interval, Level, Residuals, WeightOptions.Weights,
            WeightOptions.FrequencyWeights,
            Out, Json, ProgressOption.Progress };
        command.Validators.Add(Validate);
        command.Validators.Add(WeightOptions.Validate);
        ReadingOptions.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static PredictionInterval ParseInterval(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        switch (text)
        {
            case "confidence":
                return PredictionInterval.Confidence;
            case "prediction":
                return PredictionInterval.Prediction;
            default:
                argument.AddError($"Option '--interval' is confidence or prediction, not '{text}'.");
                return PredictionInterval.None;
        }
    }

    private static double? ParseLevel(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double level) && level > 0 && level < 1)
        {
            return level;
        }

        argument.AddError($"Option '--level' needs a number above 0 and below 1, such as 0.95, not '{text}'.");
        return null;
    }

    private static void Validate(CommandResult result)
    {
        string[] files = result.GetValue(Files) ?? [];
        string? sql = result.GetValue(SourceOptions.Sql);
        if (!Failure.RefuseOptions(result, Model) && !SourceOptions.RefuseFiles(result, files)
            && result.GetResult(Model) is { Tokens.Count: > 0 })
        {
            if (string.IsNullOrWhiteSpace(sql ?? "-"))
            {
                result.AddError("FILE and --sql may not be empty.");
            }
            else if (files.Length > 0 && sql is not null)
            {
                result.AddError("Give either FILE or --sql, not both.");
            }
            else if (files.Length == 0 && sql is null && !StandardInput.HasData)
            {
                result.AddError("FILE is missing: name the data to predict, or pipe them in.");
            }
        }

        if (result.GetValue(Json) && result.GetValue(Out) is { } path && IsParquet(path))
        {
            result.AddError($"Option '--json' writes lines of JSON, and '{path}' is a name for Parquet; give one of them.");
        }

        foreach (Option<string?> weights in (Option<string?>[])[WeightOptions.Weights, WeightOptions.FrequencyWeights])
        {
            if (result.GetValue(weights) is not null && !result.GetValue(Residuals))
            {
                result.AddError($"Option '{weights.Name}' is for --residuals, which are standardized by the weights of the fit; predictions need no weights.");
            }
        }

        if (result.GetResult(Level) is not null && result.GetResult(Interval) is null)
        {
            result.AddError("Option '--level' is the level of an interval; name one with --interval.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        RegressionModel model = Load(parsed.GetRequiredValue(Model)!);
        using DataSource source = Open(parsed, ReadingOptions.Of(parsed, model));
        OutputOption.RequireApart(parsed, [parsed.GetRequiredValue(Model)!, .. source.Files], Out);
        RequireKind(model, parsed);
        var request = new PredictionRequest
        {
            Weights = parsed.GetValue(WeightOptions.Weights) ?? parsed.GetValue(WeightOptions.FrequencyWeights),
            Interval = parsed.GetValue(Interval),
            Level = parsed.GetValue(Level) ?? 0.95,
            Residuals = parsed.GetValue(Residuals),
            Format = Format(parsed),
            Unseen = Enum.Parse<UnseenLevels>(parsed.GetValue(Unseen)!, ignoreCase: true),
        };
        if (request.Interval != PredictionInterval.None && model.UncertaintyNote is { } note)
        {
            throw new DataException($"The model has no intervals: {note}.");
        }

        PredictionSummary summary;
        using (RowProgress progress = ProgressOption.Of(parsed, source))
        {
            summary = parsed.GetValue(Out) is { } path
                ? ToFile(model, source, path, request, progress)
                : ToStandardOutput(model, source, request, progress);
        }

        foreach (string renamed in summary.AddedColumns.Where(name => name is not ("prediction" or "lower" or "upper" or "residual" or "standardized" or "cook" or "issue")))
        {
            Failure.Warn($"The input has a column '{renamed[..renamed.LastIndexOf('_')]}'; the new one is called '{renamed}'.");
        }

        if (summary.RowsWithoutPrediction > 0)
        {
            Failure.Warn($"{summary.RowsWithoutPrediction} of {summary.Rows} rows have no prediction, by the first cause in a row: {Counted.Missing(summary.MissingByColumn)}.");
        }

        foreach (string warning in summary.Warnings)
        {
            Failure.Warn(warning);
        }

        return Failure.Success;
    }

    private static DataSource Open(ParseResult parsed, ReadingSettings settings) =>
        parsed.GetValue(SourceOptions.Sql) is { } sql ? SourceOptions.OpenSql(sql, settings)
            : SourceOptions.OpenFiles(parsed.GetValue(Files) is { Length: > 0 } files ? files : [SourceOptions.Standard], settings);

    /// <summary>Weights of predict mean what those of the fit meant.</summary>
    internal static void RequireKind(RegressionModel model, ParseResult parsed)
    {
        if (model.Training.Weights is { } kind
            && parsed.GetValue(kind == WeightKind.Frequency ? WeightOptions.Weights : WeightOptions.FrequencyWeights) is not null)
        {
            throw new UsageException(kind == WeightKind.Frequency ? "The weights of the model are frequencies; name their column with --frequency-weights." : "The weights of the model are precisions; name their column with --weights.");
        }
    }

    private static PredictionFormat Format(ParseResult parsed) =>
        parsed.GetValue(Json) ? PredictionFormat.JsonLines
        : parsed.GetValue(Out) is { } path && IsParquet(path) ? PredictionFormat.Parquet
        : PredictionFormat.Csv;

    private static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>A pipe may keep its reader waiting.</summary>
    internal static RegressionModel Load(string path)
    {
        if (!string.IsNullOrWhiteSpace(path) && FileIdentity.Of(path) is { Kind: FileKind.Pipe })
        {
            Failure.Warn($"reading the model from the pipe {path} …");
        }

        return Interruptible.Run(() => ModelFile.Load(path), Interruption.Token);
    }

    private static PredictionSummary ToStandardOutput(RegressionModel model, DataSource source, PredictionRequest request,
        RowProgress progress)
    {
        // Rows that are printed cannot be taken back.
        source.RequireWhole(Interruption.Token);
        using Stream output = Console.OpenStandardOutput();
        return DataPrediction.Run(model, source, output, request, progress, Interruption.Token);
    }

    private static PredictionSummary ToFile(RegressionModel model, DataSource source, string path, PredictionRequest request,
        RowProgress progress)
    {
        PredictionSummary? summary = null;
        OutputFile.Write(path, output => summary = DataPrediction.Run(model, source, output, request, progress, Interruption.Token));
        return summary!;
    }
}
