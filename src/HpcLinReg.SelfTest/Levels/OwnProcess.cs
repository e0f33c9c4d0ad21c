using System.Diagnostics;
using System.Reflection;

namespace HpcLinReg.SelfTest.Levels;

/// <summary>This program once more, in a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Settings that decide which code the runtime makes; a child has only those of its level.</summary>
    private static readonly string[] CodeSettings =
        ["Enable", "Preferred", "MaxVectorT", "Tiered", "TC_", "ReadyToRun", "JIT", "OSR"];

    private static readonly string[] Prefixes = ["DOTNET_", "COMPlus_"];

    /// <summary>How to start it: by its executable, or, where that is the runtime's own, by its assembly.</summary>
    internal static ProcessStartInfo Start(CpuLevel level, params ReadOnlySpan<string> arguments)
    {
        string executable = Environment.ProcessPath ?? throw new InvalidOperationException("This system does not tell a process where its executable is.");
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(executable).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string variable in start.Environment.Keys.Where(DecidesCode).ToArray())
        {
            start.Environment.Remove(variable);
        }

        foreach ((string name, string value) in level.Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>
    /// Runs a process to its end. One that exceeds its limit is killed with its children; so is one when this process is interrupted.
    /// </summary>
    internal static async Task<ProcessOutcome> RunAsync(ProcessStartInfo start, ProcessLimit limit, CancellationToken cancellation)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            if (await limit.WaitAsync(process, cancellation) is { } exceeded)
            {
                process.Kill(entireProcessTree: true);
                return new ProcessOutcome(null, "", exceeded);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ProcessOutcome(process.ExitCode, await output, await error);
    }

    private static bool DecidesCode(string variable) =>
        Prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && CodeSettings.Any(setting => variable.AsSpan(prefix.Length).StartsWith(setting, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code; null when it exceeded its limit.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error, or how it exceeded its limit.</param>
internal sealed record ProcessOutcome(int? ExitCode, string Output, string Error);
