using System.Diagnostics;
using System.Text.Json;

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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    internal static Outcome Run(params string[] arguments) => Run(StartInfo(arguments), Patience);

    internal static Outcome Run(ProcessStartInfo start, TimeSpan patience)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {patience.TotalSeconds} s.");
        }

        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    internal static Process Start(params string[] arguments) => Process.Start(StartInfo(arguments))!;

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
