using System.Diagnostics;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>What is piped in is read wherever something names data; only a command that names none uses the built-in data.</summary>
public sealed class PipeTests : IDisposable
{
    private const string Slow = "(printf 'x,y\\n1,1\\n2,3\\n'; sleep 1.5; printf '3,5\\n') | ";

    private readonly TemporaryFolder _folder = new();

    public PipeTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Slow, "fit --target y --json")]
    [InlineData("printf 'x,y\\n1,1\\n2,3\\n3,5\\n' | ", "fit - --target y --features x --json")]
    [InlineData("", "fit --target y --json < x.csv")]
    [InlineData("", "fit /dev/stdin --target y --json < x.csv")]
    [InlineData("cat x.csv | ", "train --target y --json")]
    [InlineData("cat x.csv | ", "fit /dev/fd/0 --target y --json")]
    public void A_pipe_is_read(string before, string command)
    {
        _folder.Write("x.csv", "x,y\n1,1\n2,3\n3,5\n");
        Outcome outcome = CommandLine.Run(CommandLine.Shell(_folder.Path("."), command, before));
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(3, outcome.Json.GetProperty("rows").GetInt32());
        Assert.Equal(2, outcome.Estimates["x"]!.Value, 1e-7);
    }

    [Fact]
    public void Predictions_of_a_pipe_go_into_a_pipe()
    {
        string file = _folder.Write("x.csv", "x,y\n1,1\n2,3\n3,5\n");
        Assert.Equal(0, CommandLine.Run("fit", file, "--target", "y", "--out", _folder.Path("m.json")).ExitCode);
        Outcome outcome = CommandLine.Run(CommandLine.Shell(_folder.Path("."), "predict m.json | cat", "cat x.csv | "));
        Assert.Equal("x,y,prediction\n1,1,1\n2,3,3\n3,5,5\n", outcome.Output);
    }

    [Theory]
    [InlineData("fit", "fit --features x1,x2 --json < /dev/null")]
    [InlineData("open silent pipe", "fit --json")]
    public void Where_nothing_is_piped_or_named_the_built_in_data_are_used_and_named(string what, string command)
    {
        string before = what == "fit" ? "" : "sleep 5 | ";
        ProcessStartInfo start = CommandLine.Shell(_folder.Path("."), command, before);
        Outcome outcome = CommandLine.Run(start);
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("{\"source\":\"the built-in Longley data\",\"rows\":16,", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target", "fit --features x")]
    [InlineData("the standard input is empty", "fit --target y")]
    public void A_pipe_that_cannot_be_used_says_why(string words, string command)
    {
        Outcome outcome = CommandLine.Run(CommandLine.Shell(_folder.Path("."), command, "printf '' | "));
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_is_told_and_Ctrl_C_ends_it_without_leaving_files()
    {
        Assert.SkipUnless(InterruptSignal.Exists, "Needs SIGINT.");
        string temporary = _folder.Path("tmp");
        Directory.CreateDirectory(temporary);
        string pipe = _folder.Pipe("pipe.csv");
        foreach (string signal in (string[])["INT", "HUP"])
        {
            ProcessStartInfo start = CommandLine.StartInfo("fit", pipe, "--target", "y");
            start.Environment["TMPDIR"] = temporary;
            using Process process = InterruptSignal.StartListening(start);
            Assert.Equal($"hpclinreg: waiting for data from {pipe} …", process.StandardError.ReadLine());
            InterruptSignal.Send(process, signal);
            Assert.True(CommandLine.EndsWithin(process, TimeSpan.FromSeconds(20)));
            Assert.Equal(130, process.ExitCode);
            Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "hpclinreg*"));
        }
    }
}
