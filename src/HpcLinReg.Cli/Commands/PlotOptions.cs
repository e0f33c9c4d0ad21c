using System.CommandLine;
using HpcLinReg.Cli.Plots;
using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary>Where the pictures of a model go: a folder for all of them, or one file.</summary>
internal static class PlotOptions
{
    /// <summary>Makes an option for a folder of pictures, or one sheet.</summary>
    internal static Option<string?> Folder(string name, string description)
    {
        Option<string?> option = OutputOption.Create(name, "DIR", description);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && PictureFile.ProblemOfFolder($"Option '{name}'", path) is { } problem)
            {
                result.AddError(problem);
            }
        });
        return option;
    }

    /// <summary>Makes an option for one picture.</summary>
    internal static Option<string?> File(string name, string help, string description)
    {
        Option<string?> option = OutputOption.Create(name, help, description);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !string.IsNullOrWhiteSpace(path)
                && PictureFile.Problem($"Option '{name}'", path) is { } problem)
            {
                result.AddError(problem);
            }
        });
        return option;
    }

    /// <summary>Refuses a model among the pictures, one of which could replace it.</summary>
    internal static void RequireOutside(string? plots, string? model)
    {
        if (plots is not null && model is not null && !PictureFile.IsPicture(plots) && PictureFile.IsPicture(model)
            && Path.GetDirectoryName(Path.GetFullPath(model)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(plots)))
        {
            throw new UsageException($"Option '--out' would write the model {model} among the pictures of --plots, one of which could replace it; name it otherwise, such as model.json.");
        }
    }

    /// <summary>Writes the pictures of a model: a sheet where the path names a picture, else each into the folder.</summary>
    /// <param name="statistic">What the pictures show of the rows.</param>
    /// <param name="summary">What they show of the model.</param>
    /// <param name="path">The folder or file.</param>
    internal static void Write(PictureStatistic statistic, Summary summary, string path)
    {
        var pictures = new ModelPictures(statistic, summary);
        if (PictureFile.IsPicture(path))
        {
            PictureFile.Write(pictures.Sheet(), path);
            return;
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The folder {path} cannot be made: {exception.Message}", exception);
        }

        foreach ((string name, Drawing drawing) in pictures.Draw())
        {
            PictureFile.Write(drawing, Path.Combine(path, name + PictureFile.Svg));
        }

        int terms = summary.Model.Terms.Count(term => !term.IsDropped);
        if (terms > PictureStatistic.MostPartial && statistic.Partial.Any())
        {
            Failure.Warn($"partial regressions are drawn of the first {PictureStatistic.MostPartial} of {terms} terms.");
        }
    }
}
