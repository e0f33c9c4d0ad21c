using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
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
    public void Lines_of_json_have_every_cell_and_why_a_prediction_is_missing()
    {
        string data = _folder.Write("data.csv", "code,size,lower,kind,ok,y\n007,1.50,x,a,true,1\n008,NA,,b,false,2\n009,-2e3,\"say \"\"hi\"\"\",c,true,3\n010,0.25,z,b,true,4\n");
        string model = _folder.Path("model.json"), fitted = _folder.Write("fitted.csv", "size,kind,y\n1,a,1\n2,b,3\n3,a,2\n4,b,7\n5,a,6\n");
        Assert.Equal(0, CommandLine.Run("fit", fitted, "--target", "y", "--features", "size, kind", "--out", model).ExitCode);
        Outcome outcome = CommandLine.Run("predict", model, data, "--json", "--interval", "confidence");
        Assert.Equal(0, outcome.ExitCode);
        string[] lines = outcome.Output.TrimEnd('\n').Split('\n');
        JsonElement[] rows = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(4, rows.Length);
        Assert.Equal(["code", "size", "lower", "kind", "ok", "y", "prediction", "lower_1", "upper"], rows[0].EnumerateObject().Select(member => member.Name));
        Assert.StartsWith("""{"code":"007","size":1.50,"lower":"x","kind":"a","ok":true,"y":1,"prediction":""", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"code":"008","size":null,"lower":null,"kind":"b","ok":false,"y":2,"prediction":null,"lower_1":null,"upper":null,"issue":{"cause":"missingValue","name":"size"}}""", lines[1]);
        Assert.Equal(("unknownLevel", "kind"), (rows[2].GetProperty("issue").GetProperty("cause").GetString(), rows[2].GetProperty("issue").GetProperty("name").GetString()));
        Assert.Equal(-2000, rows[2].GetProperty("size").GetDouble());
        Assert.Equal("say \"hi\"", rows[2].GetProperty("lower").GetString());
        Assert.InRange(rows[3].GetProperty("prediction").GetDouble(), rows[3].GetProperty("lower_1").GetDouble(), rows[3].GetProperty("upper").GetDouble());

        // The numbers are those of the CSV, and a file has what is printed.
        string csv = CommandLine.Run("predict", model, data, "--interval", "confidence").Output;
        Assert.EndsWith(rows[3].GetProperty("upper").GetRawText(), csv.TrimEnd('\n'), StringComparison.Ordinal);
        string file = _folder.Path("predicted.jsonl");
        Assert.Equal(0, CommandLine.Run("predict", model, data, "--json", "--interval", "confidence", "--out", file).ExitCode);
        Assert.Equal(outcome.Output, File.ReadAllText(file));
        CommandLine.AssertFails(2, ["--json", "Parquet"], "predict", model, data, "--json", "--out", _folder.Path("x.parquet"));
    }

    [Fact]
    public void An_interrupted_command_ends_with_130_and_leaves_no_file()
    {
        Assert.SkipUnless(InterruptSignal.Exists, "Interrupts are sent with kill, which this system does not have.");
        string big = _folder.Copy("big.parquet", "SELECT range AS x, range * 2 + random() AS y FROM range(20000000)");
        string few = _folder.Copy("few.csv", "SELECT range AS x, range * 2 AS y FROM range(20)");
        string model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("fit", few, "--target", "y", "--out", model).ExitCode);
        AssertStops(InterruptSignal.StartListening(CommandLine.StartInfo("predict", model, big, "--out", _folder.Path("out.csv"))), ["INT"]);
        AssertStops(InterruptSignal.StartListening(LongFit()), ["INT"]);
        string noisy = _folder.Copy("noisy.csv", "SELECT range AS x, range * 2 + random() AS y FROM range(2000)");
        AssertStops(InterruptSignal.StartListening(CommandLine.StartInfo(
            "train", noisy, "--target", "y", "--method", "sgd", "--epochs", "2000000000", "--tolerance", "0", "--plot", _folder.Path("loss.svg"), "--out", _folder.Path("trained.json"))), ["INT"]);
        Assert.Equal(["big.parquet", "few.csv", "model.json", "noisy.csv"], Directory.EnumerateFiles(_folder.Path(".")).Select(Path.GetFileName).Order());
    }

    /// <summary>A script's background jobs are not meant by the Ctrl-C that ends the script; a request to terminate is meant for them.</summary>
    [Fact]
    public void A_command_in_the_background_of_a_script_ignores_an_interrupt_and_heeds_a_request_to_terminate()
    {
        Assert.SkipUnless(InterruptSignal.Exists, "Interrupts are sent with kill, which this system does not have.");
        AssertStops(InterruptSignal.StartIgnoring(LongFit()), ["INT", "TERM"]);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path(".")));
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

    /// <summary>A query that would take minutes.</summary>
    private ProcessStartInfo LongFit() => CommandLine.StartInfo(
        "fit", "--sql", "SELECT i AS x, i * 2 + random() AS y, i * i % 1000 AS z FROM range(20000000) AS a(i), range(50) ORDER BY x", "--target", "y", "--out", _folder.Path("out.csv"));

    /// <summary>Sends signals to a command at work: the last one stops it, and those before do not.</summary>
    private static void AssertStops(Process started, string[] signals)
    {
        using Process process = started;
        foreach (string signal in signals)
        {
            Assert.False(CommandLine.EndsWithin(process, TimeSpan.FromSeconds(1.5)), $"The command ended before SIG{signal} was sent.");
            InterruptSignal.Send(process, signal);
        }

        bool ended = CommandLine.EndsWithin(process, TimeSpan.FromMinutes(1));
        process.Kill(entireProcessTree: true);
        Assert.True(ended, "The command did not stop.");
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("stopped", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }
}
