using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using HpcLinReg.SelfTest.Levels;

namespace HpcLinReg.Tests.Cli;

/// <summary>What a run of the command line left behind.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    internal JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The estimates by term; null where the term is aliased.</summary>
    internal Dictionary<string, double?> Estimates => Json.GetProperty("coefficients").EnumerateArray().ToDictionary(
        coefficient => coefficient.GetProperty("term").GetString()!,
        coefficient => coefficient.GetProperty("estimate").ValueKind == JsonValueKind.Null ? (double?)null : coefficient.GetProperty("estimate").GetDouble());
}

/// <summary>The command line as a process, as a user has it.</summary>
internal static class CommandLine
{
    /// <summary>A command that hangs ends the test. A self-test may wait for each of its levels, which have a limit of their own.</summary>
    internal static readonly ProcessLimit Limit = new(Used: TimeSpan.FromMinutes(5), Idle: TimeSpan.FromHours(1));

    internal static Outcome Run(params string[] arguments) => Run(StartInfo(arguments));

    internal static Outcome Run(ProcessStartInfo start)
    {
        ProcessOutcome outcome = Task.Run(() => OwnProcess.RunAsync(start, Limit, CancellationToken.None)).GetAwaiter().GetResult();
        Assert.True(outcome.ExitCode is not null, $"{start.FileName} {string.Join(' ', start.ArgumentList)} {outcome.Error}.");
        return new Outcome(outcome.ExitCode!.Value, outcome.Output, outcome.Error);
    }

    /// <summary>
    /// Waits until a process has ended, true, or has used some more processor time, false: on a busy machine a time on a clock may pass before
    /// it has begun.
    /// </summary>
    internal static bool EndsWithin(Process process, TimeSpan more)
    {
        for (TimeSpan? first = null; !process.WaitForExit(TimeSpan.FromMilliseconds(50)); process.Refresh())
        {
            TimeSpan used;
            try
            {
                used = process.TotalProcessorTime;
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
            {
                continue; // It has just ended.
            }

            first ??= used;
            if (used - first > more)
            {
                return false;
            }
        }

        return true;
    }

    internal static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HpcLinReg.Cli.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>A command in a shell, for its pipes and redirections; <c>hpclinreg</c> stands before it.</summary>
    internal static ProcessStartInfo Shell(string directory, string command, string before = "")
    {
        ProcessStartInfo tool = StartInfo();
        ProcessStartInfo start = new("/bin/sh") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{before}'{tool.FileName}' '{tool.ArgumentList[0]}' {command}");
        return start;
    }

    /// <summary>Runs and expects a failure that prints nothing to standard output and the words to standard error.</summary>
    internal static void AssertFails(int exitCode, string[] words, params string[] arguments)
    {
        Outcome outcome = Run(arguments);
        string what = $"hpclinreg {string.Join(' ', arguments)} ended with {outcome.ExitCode}:\n{outcome.Error}";
        Assert.True(exitCode == outcome.ExitCode, what);
        Assert.True(outcome.Output.Length == 0, what);
        Assert.StartsWith("hpclinreg: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, outcome.Error, StringComparison.OrdinalIgnoreCase));
    }
}
