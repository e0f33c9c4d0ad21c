using System.CommandLine;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg predict</c>.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string?> Model = new("MODEL") { Arity = ArgumentArity.ExactlyOne, Description = "A model that fit wrote with --out." };

    private static readonly Argument<string?> File = new("FILE") { Arity = ArgumentArity.ExactlyOne, Description = "A CSV, TSV, Parquet or JSON file, or a glob of them." };

    private static readonly Option<string?> Out = new("--out")
    {
        HelpName = "FILE",
        Description = "Write here instead of standard output: Parquet when the name ends in .parquet, else CSV.",
    };

    internal static Command Create()
    {
        var command = new Command("predict", "Add a column with predictions to a file: all its columns and rows, in order.") { Model, File, Out };
        command.Validators.Add(result => Failure.RefuseOptions(result, Model, File));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        ModelFile model = ModelFile.Load(parsed.GetRequiredValue(Model)!);
        using DataSource source = DataSource.OpenFile(parsed.GetRequiredValue(File)!);
        PredictionSummary summary;
        using (var progress = new RowProgress())
        {
            summary = parsed.GetValue(Out) is { } path
                ? ToFile(model, source, path, progress)
                : ToStandardOutput(model, source, progress);
        }

        if (summary.PredictionColumn != "prediction")
        {
            Failure.Warn($"The input has a column 'prediction'; the new one is called '{summary.PredictionColumn}'.");
        }

        if (summary.RowsWithoutPrediction > 0)
        {
            Failure.Warn($"{summary.RowsWithoutPrediction} of {summary.Rows} rows have no prediction, because something is missing: {Counted.Missing(summary.MissingByColumn)}.");
        }

        foreach (string warning in summary.Warnings)
        {
            Failure.Warn(warning);
        }

        return Failure.Success;
    }

    private static PredictionSummary ToStandardOutput(ModelFile model, DataSource source, RowProgress progress)
    {
        using Stream output = Console.OpenStandardOutput();
        return DataPrediction.Run(model, source, output, PredictionFormat.Csv, progress, Interruption.Token);
    }

    /// <summary>Writes beside the target and renames at the end: a reader sees the old file or the whole new one.</summary>
    private static PredictionSummary ToFile(ModelFile model, DataSource source, string path, RowProgress progress)
    {
        PredictionFormat format = path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? PredictionFormat.Parquet : PredictionFormat.Csv;
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            PredictionSummary summary;
            using (FileStream output = new(temporary, FileMode.Create, FileAccess.ReadWrite))
            {
                summary = DataPrediction.Run(model, source, output, format, progress, Interruption.Token);
            }

            System.IO.File.Move(temporary, full, overwrite: true);
            return summary;
        }
        finally
        {
            System.IO.File.Delete(temporary);
        }
    }
}
