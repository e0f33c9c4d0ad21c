using System.CommandLine;
using HpcLinReg.Cli.Plots;
using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg plot</c>.</summary>
internal static class PlotCommand
{
    private const string DefaultFolder = "plots";

    private static readonly Argument<string?> Model = new("MODEL") { Arity = ArgumentArity.ExactlyOne, Description = "A model that fit wrote with --out." };

    private static readonly Argument<string?> File = new("FILE") { Arity = ArgumentArity.ExactlyOne, Description = "The rows the model was fitted on; - for the standard input." };

    private static readonly Option<string?> Out = PlotOptions.Folder("--out", "The folder for the pictures, or one file (.svg, .png) for a sheet of the first four. Default: plots.");

    internal static Command Create()
    {
        var command = new Command("plot", $"Draw a model and the rows it was fitted on: {ModelPictures.All}.") { Model, File, WeightOptions.Weights, WeightOptions.FrequencyWeights, Out };
        command.Validators.Add(result => Failure.RefuseOptions(result, Model, File));
        command.Validators.Add(WeightOptions.Validate);
        ReadingOptions.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        RegressionModel model = PredictCommand.Load(parsed.GetRequiredValue(Model)!);
        using DataSource source = SourceOptions.OpenFiles([parsed.GetRequiredValue(File)!], ReadingOptions.Of(parsed, model));
        OutputOption.RequireApart(parsed, [parsed.GetRequiredValue(Model)!, .. source.Files], Out);
        string? weights = parsed.GetValue(WeightOptions.Weights) ?? parsed.GetValue(WeightOptions.FrequencyWeights);
        RequireWeights(model, weights is not null);
        PredictCommand.RequireKind(model, parsed);
        var statistic = new PictureStatistic(model);
        using (var progress = new RowProgress())
        {
            Interruptible.Run(() => Read(model, ModelRows.Of(model, source, weights, progress, Interruption.Token), statistic),
                Interruption.Token);
        }

        PlotOptions.Write(statistic, Summary.Of(model), parsed.GetValue(Out) ?? DefaultFolder);
        return Failure.Success;
    }

    private static void RequireWeights(RegressionModel model, bool hasWeights)
    {
        if (model.Training.Weights is { } kind && !hasWeights)
        {
            throw new UsageException($"The model was fitted with weights; name their column with {(kind == WeightKind.Frequency ? "--frequency-weights" : "--weights")}.");
        }

        if (model.Training.Weights is null && hasWeights)
        {
            throw new UsageException("The model was fitted without weights; leave the option out.");
        }
    }

    private static bool Read(RegressionModel model, ModelRows rows, PictureStatistic statistic)
    {
        try
        {
            RowReading.Run(model, rows, rows.HasWeights, statistic);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new DataException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
    }
}
