using System.Text.Json;
using HpcLinReg.SelfTest;
using HpcLinReg.SelfTest.Levels;

namespace HpcLinReg.Cli.SelfTest;

/// <summary>One level's run as its parent sees it.</summary>
/// <param name="Level">The level.</param>
/// <param name="Report">What the child found; null when it did not report.</param>
/// <param name="Failures">What is wrong, in words.</param>
internal sealed record LevelOutcome(CpuLevel Level, LevelReport? Report, IReadOnlyList<string> Failures);

/// <summary>Every level the host has, each in a process of its own, one after another so that their speeds can be compared.</summary>
internal static class SelfTestRun
{
    /// <summary>
    /// Ten times the processor time of the slowest level, 29 s without vectors on a Zen 4; waiting for a busy machine counts as neither.
    /// </summary>
    private static readonly ProcessLimit Limit = new(Used: TimeSpan.FromMinutes(5), Idle: TimeSpan.FromMinutes(2));

    /// <summary>The hidden option that makes a process the child of another.</summary>
    internal const string ChildOption = "--child";

    internal static async Task<IReadOnlyList<LevelOutcome>> RunAsync(TextWriter progress, CancellationToken cancellation)
    {
        List<LevelOutcome> outcomes = [];
        HostCpu? host = null;
        foreach (CpuLevel level in CpuLevel.All)
        {
            if (level != CpuLevel.Default && (host is null || !level.Exists(host)))
            {
                continue;
            }

            progress.WriteLine(string.Join(' ', [$"checking: {level.Name}", .. level.Variables.Select(variable => $"{variable.Name}={variable.Value}")]));
            ProcessOutcome outcome = await OwnProcess.RunAsync(OwnProcess.Start(level, "selftest", ChildOption, level.Name), Limit, cancellation);
            outcomes.Add(Judge(level, outcome));
            host ??= outcomes[^1].Report is { } report ? LevelRun.Host(report) : null;
        }

        return outcomes;
    }

    /// <summary>
    /// Returns the result of a child process from how it ended. One that crashed, was killed, exceeded its limit or wrote no report has
    /// failed.
    /// </summary>
    internal static LevelOutcome Judge(CpuLevel level, ProcessOutcome outcome)
    {
        if (outcome.ExitCode is null)
        {
            return new LevelOutcome(level, null, [$"{outcome.Error} and was stopped"]);
        }

        if (outcome.ExitCode != 0)
        {
            string last = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("it said nothing");
            return new LevelOutcome(level, null, [$"ended with exit code {outcome.ExitCode} before it reported: {last}"]);
        }

        try
        {
            var report = LevelReport.Parse(outcome.Output);
            return new LevelOutcome(level, report, [.. report.Failures()]);
        }
        catch (JsonException exception)
        {
            return new LevelOutcome(level, null, [$"its report cannot be read: {exception.Message}"]);
        }
    }
}
