using System.Diagnostics;
using System.Globalization;
using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Nist;

namespace HpcLinReg.Tests.Cli;

public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_predicts_every_row_of_the_file_it_came_from()
    {
        string data = ReferenceData.PathOf("real/penguins.csv");
        string model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("fit", data, "--target", "Body Mass (g)", "--features", "Species, Flipper Length (mm)", "--out", model).ExitCode);
        Outcome outcome = CommandLine.Run("predict", model, data);
        string[] lines = outcome.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(345, lines.Length);
        Assert.EndsWith("prediction", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",", lines[4], StringComparison.Ordinal);
        Assert.Contains("2 of 344 rows have no prediction", outcome.Error, StringComparison.Ordinal);

        // Residuals of a fit with an intercept add up to nothing.
        double sum = lines.Skip(1).Select(line => line.Split(',')).Where(cells => cells[^1].Length > 0)
            .Sum(cells => double.Parse(cells[^1], CultureInfo.InvariantCulture) - double.Parse(cells[5], CultureInfo.InvariantCulture));
        Assert.InRange(Math.Abs(sum), 0, 1e-6);

        string file = _folder.Path("predicted.csv");
        Outcome toFile = CommandLine.Run("predict", model, data, "--out", file);
        Assert.Equal((0, ""), (toFile.ExitCode, toFile.Output));
        Assert.Equal(outcome.Output, File.ReadAllText(file));
    }

    [Fact]
    public void An_interrupted_command_ends_with_130_and_leaves_no_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Interrupts are sent with kill, which this system does not have.");
        string big = _folder.Copy("big.parquet", "SELECT range AS x, range * 2 + random() AS y FROM range(20000000)");
        string model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("fit", big, "--target", "y", "--out", model).ExitCode);
        string output = _folder.Path("out.csv");
        foreach (string[] arguments in new string[][]
        {
            ["predict", model, big, "--out", output],
            ["fit", "--sql", $"SELECT x, y, x * y % 1000 AS z FROM '{big}', range(50) AS r(k) ORDER BY x", "--target", "y", "--out", output],
        })
        {
            using Process process = CommandLine.Start(arguments);

            // Measured by its own time: on a busy machine it would be interrupted before it has begun.
            bool ended = false;
            while (!ended && process.TotalProcessorTime < TimeSpan.FromSeconds(1.5))
            {
                ended = process.WaitForExit(TimeSpan.FromMilliseconds(50));
                process.Refresh();
            }

            Assert.False(ended, "The command ended before it could be interrupted.");
            using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])!;
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(90)), "The command did not stop.");
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("stopped", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
            Assert.Equal(["big.parquet", "model.json"], Directory.EnumerateFiles(_folder.Path(".")).Select(Path.GetFileName).Order());
        }
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_the_command_quietly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The pipe is made with sh, which this system does not have.");
        string data = _folder.Copy("wide.csv", "SELECT range AS x, range * 2 AS y FROM range(300000)");
        string model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("fit", data, "--target", "y", "--out", model).ExitCode);
        string tool = Path.Combine(AppContext.BaseDirectory, "HpcLinReg.Cli.dll");
        var start = new ProcessStartInfo("sh", ["-c", $"dotnet '{tool}' predict '{model}' '{data}' | head -n 2"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Assert.Equal("x,y,prediction\n0,0,", process.StandardOutput.ReadToEnd()[..19]);
        Assert.Equal("", process.StandardError.ReadToEnd());
    }

    [Fact]
    public void Info_tells_version_vector_width_and_threads()
    {
        Outcome outcome = CommandLine.Run("info");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.All(["hpclinreg 0.", $"{EngineInfo.VectorBits} bits", EngineInfo.InstructionSet, "threads"], text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
        Assert.Contains("fit", CommandLine.Run("--help").Output, StringComparison.Ordinal);
    }
}
