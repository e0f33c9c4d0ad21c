using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using HpcLinReg.Benchmarks.Compare;

if (args is ["compare", ..])
{
    return CompareCommand.Run(args.AsSpan(1));
}

// BenchmarkDotNet reports a benchmark that threw in its table and still ends with 0. What did not run was not measured,
// so here that is a failure, and so is a filter that selects nothing.
bool listing = args.Any(argument => argument is "--list" or "--help" or "--info" or "--version");
Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args)];
bool ran = summaries.Length > 0
    && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.Length > 0 && summary.Reports.All(report => report.Success));
if (!ran && !listing)
{
    Console.Error.WriteLine("A benchmark failed, or the filter selects none.");
}

return ran || listing ? 0 : 1;
