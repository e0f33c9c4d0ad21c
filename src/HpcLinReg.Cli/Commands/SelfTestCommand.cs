using System.CommandLine;
using HpcLinReg.Cli.Output;
using HpcLinReg.Cli.SelfTest;
using HpcLinReg.Data;
using HpcLinReg.SelfTest.Levels;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg selftest</c>: whether this machine gives the results, and the bits, that are promised.</summary>
internal static class SelfTestCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    private static readonly Option<string?> Child = new(SelfTestRun.ChildOption) { Hidden = true };

    internal static Command Create()
    {
        var command = new Command("selftest", "Check results and their bits on this machine, at every level of CPU features it has.") { Json, Child };
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(Child) is { } name)
            {
                CpuLevel level = CpuLevel.All.FirstOrDefault(level => level.Name == name) ?? throw new UsageException($"there is no level '{name}'.");
                Console.Out.WriteLine(LevelRun.Run(level).ToJson());
                return Failure.Success;
            }

            IReadOnlyList<LevelOutcome> outcomes = await SelfTestRun.RunAsync(Console.Error, Interruption.Token);
            if (parsed.GetValue(Json))
            {
                SelfTestReport.WriteJson(outcomes, Console.OpenStandardOutput());
            }
            else
            {
                SelfTestReport.WriteTable(outcomes);
            }

            foreach (LevelOutcome outcome in outcomes)
            {
                foreach (string failure in outcome.Failures)
                {
                    Failure.Warn($"{outcome.Level.Name}: {failure}.");
                }
            }

            return outcomes.All(outcome => outcome.Failures.Count == 0) ? Failure.Success : Failure.DataCannotAnswer;
        });
        return command;
    }
}
