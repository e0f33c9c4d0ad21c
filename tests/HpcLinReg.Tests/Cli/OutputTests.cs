using System.Diagnostics;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>No command writes over what it reads, under whatever name.</summary>
public sealed class OutputTests : IDisposable
{
    private const string Rows = "x,y\n1,2\n2,4.1\n3,6\n4,8.2\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fit", "x.csv", "--target", "y", "--out", "x.csv")]
    [InlineData("fit", "x.csv", "--target", "y", "--out", "link.csv")]
    [InlineData("fit", "link.csv", "--target", "y", "--out", "sub/../x.csv")]
    [InlineData("fit", "[xz].csv", "--target", "y", "--out", "x.csv")]
    [InlineData("fit", "--sql", "SELECT * FROM (SELECT x, y FROM '*.csv' UNION ALL SELECT 1, 2) ORDER BY x", "--target", "y", "--out", "x.csv")]
    [InlineData("fit", "--sql", "SELECT * FROM read_csv(['x.csv']) ORDER BY x", "--target", "y", "--out", "x.csv")]
    [InlineData("train", "x.csv", "--target", "y", "--plot", "x.csv")]
    [InlineData("train", "x.csv", "--target", "y", "--plot-path", "link.csv")]
    [InlineData("train", "x.csv", "--target", "y", "--plot", "new.svg", "--plot-path", "./new.svg")]
    [InlineData("predict", "m.json", "x.csv", "--out", "x.csv")]
    [InlineData("predict", "m.json", "x.csv", "--out", "m.json")]
    public void An_output_that_is_an_input_is_refused(params string[] arguments)
    {
        _folder.Write("x.csv", Rows);
        _folder.Write("sub/other.txt", "");
        File.CreateSymbolicLink(_folder.Path("link.csv"), "x.csv");
        string model = _folder.Write("m.json", Model.Value);
        Outcome outcome = Run(arguments);
        Assert.True(outcome.ExitCode == 2, outcome.Error);
        Assert.Contains("another", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(Rows, File.ReadAllText(_folder.Path("x.csv")));
        Assert.Equal(Model.Value, File.ReadAllText(model));
        Assert.Equal(["link.csv", "m.json", "x.csv"], Directory.EnumerateFiles(_folder.Path(".")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("fit", "x.csv", "--target", "y", "--out")]
    [InlineData("predict", "m.json", "x.csv", "--out")]
    [InlineData("train", "x.csv", "--target", "y", "--plot")]
    [InlineData("chapter", "--plot")]
    public void An_output_without_a_name_is_wrong_usage(params string[] arguments) =>
        CommandLine.AssertFails(2, [arguments[^1], "name of a file"], [.. arguments, ""]);

    [Fact]
    public void A_standard_output_that_is_an_input_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell.");
        _folder.Write("x.csv", Rows);
        _folder.Write("m.json", Model.Value);
        Outcome outcome = RunShell("predict m.json x.csv >> x.csv");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("standard output", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(Rows, File.ReadAllText(_folder.Path("x.csv")));
    }

    [Fact]
    public void The_standard_output_can_be_named_as_a_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/stdout.");
        _folder.Write("x.csv", Rows);
        Assert.Equal(0, RunShell("fit x.csv --target y --out /dev/stdout --json > both.txt").ExitCode);
        string[] lines = File.ReadAllLines(_folder.Path("both.txt"));
        Assert.Equal("{", lines[0]);
        Assert.StartsWith("{\"source\":\"x.csv\",\"rows\":4,", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fit x.csv --target y --out /dev/full")]
    [InlineData("train x.csv --target y --plot /dev/full")]
    [InlineData("chapter --plot /dev/full")]
    public void A_full_disk_is_told_in_one_line(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");
        _folder.Write("x.csv", Rows);
        Outcome outcome = RunShell(command);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("hpclinreg: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("/dev/full cannot be written", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    private static readonly Lazy<string> Model = new(() =>
    {
        using TemporaryFolder folder = new();
        string model = folder.Path("m.json");
        Assert.Equal(0, CommandLine.Run("fit", folder.Write("x.csv", Rows), "--target", "y", "--out", model).ExitCode);
        return File.ReadAllText(model);
    });

    private Outcome Run(string[] arguments)
    {
        ProcessStartInfo start = CommandLine.StartInfo(arguments);
        start.WorkingDirectory = _folder.Path(".");
        return CommandLine.Run(start);
    }

    private Outcome RunShell(string command) => CommandLine.Run(CommandLine.Shell(_folder.Path("."), command));
}
