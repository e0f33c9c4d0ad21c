using System.Text.Json;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gd")]
    [InlineData("cg")]
    [InlineData("sgd", "--epochs", "400", "--batch", "8")]
    public void Every_method_finds_the_plane_and_agrees_with_the_closed_form(string method, params string[] more)
    {
        Outcome outcome = CommandLine.Run(["train", Plane(500), "--target", "y", "--method", method, "--json", .. more]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        JsonElement json = outcome.Json;
        Assert.Equal(
            ["source", "stop", "steps", "rate", "largestStableRate", "distance", "rows", "rowsDropped", "coefficients", "loss", "lossSteps", "closedFormDifference"],
            json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Converged", json.GetProperty("stop").GetString());
        Assert.InRange(json.GetProperty("closedFormDifference").GetDouble(), 0, 1e-8);
        Assert.Equal(["(Intercept)", "a", "b"], outcome.Estimates.Keys);
        Assert.Equal(1.5, outcome.Estimates["(Intercept)"]!.Value, 1e-6);
        Assert.Equal(2, outcome.Estimates["a"]!.Value, 1e-8);
        Assert.Equal(-3, outcome.Estimates["b"]!.Value, 1e-8);
        double[] loss = [.. json.GetProperty("loss").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(loss.Length, json.GetProperty("lossSteps").GetArrayLength());
        Assert.True(loss[^1] < 1e-12 * loss[0]);
        Assert.Equal(method == "cg" ? JsonValueKind.Null : JsonValueKind.Number, json.GetProperty("rate").ValueKind);
    }

    [Theory]
    [InlineData("gd")]
    [InlineData("sgd")]
    public void Streaming_gives_the_bits_of_memory(string method)
    {
        string path = Plane(5000);
        string[] arguments = ["train", path, "--target", "y", "--method", method, "--steps", "3", "--json"];
        string held = CommandLine.Run(arguments).Output;
        Assert.Equal(held, CommandLine.Run([.. arguments, "--stream"]).Output);
        Assert.Contains("\"steps\":3,", held, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_too_large_ends_with_1_and_names_a_stable_one()
    {
        Outcome outcome = CommandLine.Run("train", Plane(100), "--target", "y", "--rate", "50", "--json");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("Diverged", outcome.Json.GetProperty("stop").GetString());
        double stable = outcome.Json.GetProperty("largestStableRate").GetDouble();
        Assert.Contains(stable.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), outcome.Error, StringComparison.Ordinal);
        Assert.Contains("stable", outcome.Error, StringComparison.Ordinal);
        Assert.All(outcome.Estimates.Values, value => Assert.NotNull(value));
    }

    [Fact]
    public void The_table_shows_both_roads_and_a_limit_of_steps_is_said()
    {
        Outcome outcome = CommandLine.Run("train", "--steps", "3");
        Assert.Equal(0, outcome.ExitCode);
        Assert.All(["StepLimit after 3 steps", "Closed form", "-3482258.635", "stable below"], text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
        Assert.Contains("not converged after 3 steps: the coefficients are estimated to be", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_drawn()
    {
        string loss = _folder.Path("loss.svg");
        string way = _folder.Path("way.svg");
        Outcome outcome = CommandLine.Run("train", Plane(60), "--target", "y", "--features", "a", "--no-standardize", "--plot", loss, "--compare", "0.001,0.01", "--plot-path", way);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.All([loss, way], path => Assert.StartsWith("<?xml", File.ReadAllText(path), StringComparison.Ordinal));
        Assert.All(["rate 0.001", "rate 0.01", "loss"], text => Assert.Contains(text, File.ReadAllText(loss), StringComparison.Ordinal));
        Assert.Contains("intercept", File.ReadAllText(way), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rate", "--rate", "-1")]
    [InlineData("--rate", "--rate", "NaN")]
    [InlineData("--batch", "--batch", "0", "--method", "sgd")]
    [InlineData("--steps", "--steps", "-5")]
    [InlineData("--momentum", "--momentum", "1")]
    [InlineData("--tolerance", "--tolerance", "2")]
    [InlineData("--batch", "--batch", "8")]
    [InlineData("--rate", "--rate", "0.1", "--method", "cg")]
    [InlineData("--compare", "--compare", "0.1,x", "--plot", "x.svg")]
    [InlineData("--plot", "--compare", "0.1")]
    [InlineData("--plot-path", "--plot-path", "x.svg")]
    [InlineData("adam", "--method", "adam")]
    public void A_wrong_option_is_named(string named, params string[] arguments) =>
        CommandLine.AssertFails(2, [named], ["train", .. arguments]);

    [Fact]
    public void A_constant_target_is_the_datas_fault() =>
        CommandLine.AssertFails(1, ["target is 7", "every row"], "train", _folder.Write("c.csv", "a,y\n1,7\n2,7\n3,7\n"), "--target", "y");

    [Fact]
    public void Check_passes_on_data_of_every_kind()
    {
        Outcome plane = CommandLine.Run("check", Plane(300), "--target", "y");
        Assert.Equal((0, ""), (plane.ExitCode, plane.Error));
        Assert.Equal(4, plane.Output.Count(character => character == '✓'));
        Outcome longley = CommandLine.Run("check");
        Assert.Equal((0, ""), (longley.ExitCode, longley.Error));
        Assert.DoesNotContain("✗", longley.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_passes_on_correlated_columns_of_which_one_matters_little()
    {
        Outcome outcome = CommandLine.Run("check", TemporaryFolder.TestData("edges/engines.csv"), "--target", "y");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(4, outcome.Output.Count(character => character == '✓'));
        Assert.Equal(2, outcome.Output.Split("Converged after").Length - 1);
    }

    [Fact]
    public void Check_calls_a_limit_of_steps_no_pass_and_says_how_far_it_got()
    {
        // Two columns that differ by a thousandth: a condition number of two thousand.
        string path = _folder.Copy(
            "twins.parquet", "SELECT a, a + b / 1000 AS twin, 2 * a - b + 1 AS y FROM (SELECT (i * 37 % 101) / 101.0 AS a, (i * 53 % 97) / 97.0 AS b FROM range(200) t(i))");
        Outcome outcome = CommandLine.Run("check", path, "--target", "y");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(3, outcome.Output.Count(character => character == '✓'));
        Assert.All(["StepLimit after 40,000 steps", "estimated as"], text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_chapter_holds_for_any_seed_and_is_drawn()
    {
        string picture = _folder.Path("chapter.svg");
        Outcome first = CommandLine.Run("chapter", "--plot", picture);
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.All(["4.666666667", "-9.333333333 and -4", "Diverged", "All 10 statements hold", "█"], text => Assert.Contains(text, first.Output, StringComparison.Ordinal));
        Assert.Equal(first.Output, CommandLine.Run("chapter", "--seed", "42").Output);
        Assert.Equal(0, CommandLine.Run("chapter", "--seed", "7").ExitCode);
        string svg = File.ReadAllText(picture);
        Assert.All(["slow", "diverging", "weight w"], text => Assert.Contains(text, svg, StringComparison.Ordinal));
    }

    /// <summary>y = 1.5 + 2a − 3b, in eighths, so that no digit is lost on the way through a file.</summary>
    private string Plane(int rows) => _folder.Copy(
        $"plane{rows}.parquet", $"SELECT a, b, 1.5 + 2 * a - 3 * b AS y FROM (SELECT (i * 37 % 101) / 8.0 AS a, (i * 53 % 97) / 8.0 AS b FROM range({rows}) t(i))");
}
