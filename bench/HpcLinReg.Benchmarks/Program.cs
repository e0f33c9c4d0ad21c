using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using HpcLinReg.Benchmarks.Accuracy;
using HpcLinReg.Benchmarks.Compare;
using HpcLinReg.Benchmarks.Hosts;
using HpcLinReg.Benchmarks.Ladder;
using HpcLinReg.Benchmarks.Online;
using HpcLinReg.Benchmarks.Reading;
using HpcLinReg.Benchmarks.Report;

if (args is ["compare", ..])
{
    return CompareCommand.Run(args.AsSpan(1));
}

if (args is ["ladder", ..])
{
    return LadderCommand.Run(args.AsSpan(1));
}

if (args is ["report", var folder])
{
    return ReportCommand.Run(folder);
}

if (args is ["accuracy"])
{
    return AccuracyCommand.Run();
}

if (args is ["serve"])
{
    return PeerServer.Run();
}

if (args is ["rows", var count, var path])
{
    return RowsFile.Write(count, path);
}

if (args is ["reading", var readRows, var folderOfFiles])
{
    return ReadingCommand.Run(readRows, folderOfFiles);
}

// BenchmarkDotNet reports a benchmark that threw in its table and still ends with 0. What did not run was not measured,
// so here that is a failure, and so is a filter that selects nothing.
// A job named on the command line replaces the levels of CPU features.
bool levels = !args.Any(argument => argument is "--job" or "-j");
IConfig config = (levels ? CpuFeatureJobs.Config() : ManualConfig.CreateMinimumViable()).AddColumn(RateColumn.All)
    .AddExporter(MarkdownExporter.GitHub, JsonExporter.Full);
bool listing = args.Any(argument => argument is "--list" or "--help" or "--info" or "--version");
Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config)];
bool ran = summaries.Length > 0
    && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.Length > 0 && summary.Reports.All(report => report.Success));
if (!ran && !listing)
{
    Console.Error.WriteLine("A benchmark failed, or the filter selects none.");
}

return ran || listing ? 0 : 1;
