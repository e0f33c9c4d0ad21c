using System.CommandLine;
using HpcLinReg.Cli.Benchmarks;
using HpcLinReg.Cli.Output;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg bench</c>: how near each kernel comes to this machine's limits.</summary>
internal static class BenchCommand
{
    private static readonly Option<bool> Quick = new("--quick") { Description = "A smaller grid of shapes, in under a minute." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON array instead of a table." };

    private static readonly Option<string[]> Kernels = new("--kernel")
    {
        HelpName = "NAME",
        Description = "Only this kernel; may be given several times.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<int[]> Columns = new("--columns")
    {
        HelpName = "D",
        Description = "Only this number of columns; may be given several times.",
        DefaultValueFactory = _ => [],
    };

    internal static Command Create()
    {
        Kernels.AcceptOnlyFromAmong(KernelSuite.Kernels);
        var command = new Command("bench", "Measure this machine's read bandwidth and peak multiply-adds, and every kernel as a share of them.") { Quick, Json, Kernels, Columns };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Columns)!.Any(columns => columns is < 1 or > 4000))
            {
                result.AddError("Option '--columns' needs a number from 1 to 4000.");
            }
        });
        command.SetAction(parsed =>
        {
            var suite = new KernelSuite(parsed.GetValue(Quick), parsed.GetValue(Kernels)!, parsed.GetValue(Columns)!);
            if (parsed.GetValue(Json))
            {
                BenchReport.WriteJson(suite.Run(), Console.OpenStandardOutput());
            }
            else
            {
                BenchReport.WriteTable(suite.Run(), Console.Out);
            }

            return Failure.Success;
        });
        return command;
    }
}
