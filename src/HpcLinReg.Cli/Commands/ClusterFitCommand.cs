using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using HpcLinReg.Cli.Cluster;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg cluster fit</c>: a fit whose rows the silos of a cluster read.</summary>
internal static class ClusterFitCommand
{
    private const int DefaultParts = 64;

    private static readonly Argument<string?> File = new("FILE") { Arity = ArgumentArity.ExactlyOne, Description = "A Parquet file, or a glob of them in quotes, which each silo has below its own --data." };

    private static readonly Option<string?> Data = new("--data")
    {
        HelpName = "DIR",
        Description = "The folder that stands for each silo's --data; paths are sent relative to it. Default: the one this command runs in.",
    };

    private static readonly Option<string?> Job = new("--job")
    {
        HelpName = "NAME",
        Description = "Name the job and keep it: the same name and files again give its result. Default: a name made of the plan, and the job is removed once it is done.",
    };

    private static readonly Option<int?> Parts = NumberOption.Whole("--parts", "N", $"The number of parts. Default {DefaultParts}.", 1);

    private static readonly Option<string?> Moments = OutputOption.Create("--moments", "FILE", "Write the merged sums to this file, for fit --moments and merge.");

    internal static Command Create(params ReadOnlySpan<Option> cluster)
    {
        var command =
            new Command("fit", "Fit files that the silos of a cluster read, with the bits of one machine.") { File, SourceOptions.Target, SourceOptions.Features, FitCommand.Polynomial, SourceOptions.NoIntercept,
            SourceOptions.Ridge, WeightOptions.Weights, WeightOptions.FrequencyWeights, Data, Job, Parts, Moments };
        foreach (Option option in cluster)
        {
            command.Add(option);
        }

        FitCommand.AddSolving(command);
        ReadingOptions.AddTo(command, isParquet: true);
        command.Validators.Add(WeightOptions.Validate);
        command.Validators.Add(Validate);
        command.SetAction(parsed => RunAsync(parsed).GetAwaiter().GetResult());
        return command;
    }

    private static void Validate(CommandResult result)
    {
        PolynomialOption.Validate(result, FitCommand.Polynomial);
        if (!Failure.RefuseOptions(result, File) && string.IsNullOrWhiteSpace(result.GetValue(SourceOptions.Target)))
        {
            result.AddError("Option '--target' is required: name the column to explain.");
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        FitRequest request = FitCommand.Request(parsed);
        string folder = Path.GetFullPath(parsed.GetValue(Data) ?? ".");
        MomentsPlan plan = Plan(parsed, request).WithPaths(path => Relative(folder, path));
        byte[] json = Encoding.UTF8.GetBytes(plan.ToJson());
        string job = parsed.GetValue(Job) ?? $"fit-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json))[..16]}";
        byte[] bytes;
        try
        {
            using var progress = new ClusterProgress();
            bytes = await ClusterClient.RunAsync(ClusterCommand.Read(parsed), job, parsed.GetValue(Job) is not null, json, progress,
                Interruption.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Failure.Warn("The job goes on without this command, if it was begun; the same command waits for it again.");
            throw;
        }

        using MemoryStream stream = new(bytes);
        var file = MomentsFile.Load(stream);
        if (parsed.GetValue(Moments) is { } path)
        {
            OutputFile.Write(path, output => output.Write(bytes));
        }

        string description = parsed.GetValue(File)!;
        DataFitResult result = MomentsFit.Run(file, request with { Weights = null }, description);
        return FitCommand.Report(parsed, result, new SecondReading(result.Model, null, null), description);
    }

    private static MomentsPlan Plan(ParseResult parsed, FitRequest request)
    {
        using DataSource source = SourceOptions.OpenFiles([parsed.GetValue(File)!], ReadingOptions.Of(parsed));
        OutputOption.RequireApart(parsed, source.Files, Moments, FitCommand.Out);
        MomentsRequest summed = new()
        {
            Columns = request.Features is null ? null : $"{request.Target}, {request.Features}",
            Polynomials = request.Polynomials,
            Weights = request.Weights,
            WeightKind = request.WeightKind,
        };
        using var progress = new RowProgress();
        return Interruptible.Run(() =>
            MomentsPlan.Create(source, summed, parsed.GetValue(Parts) ?? DefaultParts, progress, Interruption.Token), Interruption.Token);
    }

    private static string Relative(string folder, string path)
    {
        string relative = Path.GetRelativePath(folder, path);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal)
            ? throw new UsageException($"{path} does not lie below {folder}, which stands for each silo's --data; name another folder by --data.")
            : relative.Replace('\\', '/');
    }
}
