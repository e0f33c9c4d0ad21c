using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Cli.Commands;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>The words that can follow in a shell, and an example for each command.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commands_options_values_and_columns_are_completed()
    {
        string path = _folder.Write("in.csv", "area;rooms;city of birth;rent\n1,5;2;Bern;7\n2,5;3;Oslo;9\n");
        Assert.Contains("predict", Of(""));
        Assert.Equal(["plan", "plot", "predict"], Of("p"));
        Assert.Equal(["fit", "remove", "silo"], Of("cluster", ""));
        Assert.Contains("--target", Of("fit", "--t"));
        Assert.Equal(["drop", "error", "mean"], Of("fit", path, "--missing", ""));
        Assert.Equal(["area", "rooms", "city of birth", "rent"], Of("fit", path, "--target", ""));
        Assert.Equal(["rooms", "rent"], Of("fit", path, "--target", "r"));
        Assert.Equal(["area, rooms", "area, rent"], Of("fit", path, "--target", "rent", "--features", "area, r"));
        Assert.Equal(["rent="], Of("schema", path, "--kind", "re"));
        Assert.Equal(["column0", "column1", "column2", "column3"], Of("fit", "--no-header", path, "--target", "c"));
        Assert.Empty(Of("fit", "--target", ""));
        Assert.Empty(Of("fit", _folder.Path("none.csv"), "--target", ""));
        Assert.Equal(["bash", "fish", "pwsh", "zsh"], Of("completion", ""));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _hpclinreg hpclinreg")]
    [InlineData("zsh", "compdef _hpclinreg hpclinreg")]
    [InlineData("fish", "complete -c hpclinreg")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName hpclinreg")]
    public void Each_shell_has_a_script(string shell, string line)
    {
        Outcome outcome = CommandLine.Run("completion", shell);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(line, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bash_completes_columns()
    {
        string path = _folder.Write("in.csv", "area,rooms,rent\n1,2,3\n");
        System.Diagnostics.ProcessStartInfo tool = CommandLine.StartInfo();
        string script = $"hpclinreg() {{ '{tool.FileName}' '{tool.ArgumentList[0]}' \"$@\"; }}; source <(hpclinreg completion bash); COMP_WORDS=(hpclinreg fit '{path}' --target r); COMP_CWORD=4; _hpclinreg; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        System.Diagnostics.ProcessStartInfo start = new("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        Assert.Equal("rooms\nrent\n", CommandLine.Run(start).Output);
    }

    [Fact]
    public void Each_command_has_an_example_that_can_be_parsed()
    {
        RootCommand root = HpcLinReg.Cli.Program.CreateRoot();
        Assert.All(All(root).Where(command => !command.Hidden), command =>
        {
            string example = Examples.Of(command) ?? "";
            Assert.StartsWith($"hpclinreg {Examples.NameOf(command)}".TrimEnd(), example, StringComparison.Ordinal);
            string[] words = [.. CommandLineParser.SplitCommandLine(example.Replace('\'', '"').Split(" > ")[0]).Skip(1)];
            Assert.Empty(root.Parse(words).Errors);
        });
        Assert.Contains("Example:\n  hpclinreg fit flats.csv", CommandLine.Run("fit", "--help").Output, StringComparison.Ordinal);

        static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
    }

    private static string[] Of(params string[] words) => [.. CompletionCommand.Of(HpcLinReg.Cli.Program.CreateRoot(), words)];
}
