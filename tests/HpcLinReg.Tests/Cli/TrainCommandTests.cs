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
    [InlineData("sgd", "--epochs", "400", "--batch", "8", "--schedule", "constant", "--tolerance", "1e-8")]
    public void Every_method_finds_the_plane_and_agrees_with_the_closed_form(string method, params string[] more)
    {
        Outcome outcome = CommandLine.Run(["train", Plane(500), "--target", "y", "--method", method, "--json", .. more]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        JsonElement json = outcome.Json;
        Assert.Equal(
            ["source", "stop", "steps", "rate", "largestStableRate", "distance", "rows", "rowsDropped", "coefficients", "loss", "lossSteps", "closedFormDifference", "missing", "rSquared", "holdout", "miniBatches"],
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
        Assert.Equal(1, json.GetProperty("rSquared").GetDouble(), 1e-12);
        Assert.Equal((0, JsonValueKind.Null), (json.GetProperty("missing").GetArrayLength(), json.GetProperty("holdout").ValueKind));
        Assert.Equal(method == "sgd" ? JsonValueKind.Object : JsonValueKind.Null, json.GetProperty("miniBatches").ValueKind);
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
        Assert.All([loss, way], path => Assert.StartsWith("<svg", File.ReadAllText(path), StringComparison.Ordinal));
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
    [InlineData("--holdout", "--holdout", "1")]
    [InlineData("--holdout", "--holdout", "0")]
    [InlineData("--seed", "--seed", "1")]
    public void A_wrong_option_is_named(string named, params string[] arguments) =>
        CommandLine.AssertFails(2, [named], ["train", .. arguments]);

    /// <summary>A plain line of text, which the default options of mini-batches have to reach.</summary>
    [Fact]
    public void Sgd_reaches_the_closed_form_by_its_defaults()
    {
        Outcome outcome = CommandLine.Run("train", Noisy(), "--target", "y", "--method", "sgd", "--json");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("Converged", outcome.Json.GetProperty("stop").GetString());
        Assert.InRange(outcome.Json.GetProperty("closedFormDifference").GetDouble(), 0, 1e-3);
        double[] all = Numbers(outcome.Json, "loss");
        Assert.Equal(all.Min(), all.Order().First());
        Assert.True(Numbers(outcome.Json.GetProperty("miniBatches"), "loss").Min() < all.Min());
    }

    [Theory]
    [InlineData("cg")]
    [InlineData("sgd")]
    public void Rows_held_out_are_the_same_for_a_seed_and_are_not_trained_on(string method)
    {
        string[] arguments = ["train", Noisy(), "--target", "y", "--method", method, "--holdout", "0.25", "--json"];
        Outcome first = CommandLine.Run(arguments);
        Assert.Equal(first.Output, CommandLine.Run([.. arguments, "--stream"]).Output);
        Assert.NotEqual(first.Output, CommandLine.Run([.. arguments, "--seed", "1"]).Output);
        JsonElement json = first.Json, holdout = json.GetProperty("holdout");
        Assert.Equal((300, 100, 0.25, 0), (json.GetProperty("rows").GetInt32(), holdout.GetProperty("rows").GetInt32(), holdout.GetProperty("share").GetDouble(), holdout.GetProperty("seed").GetInt32()));
        Assert.Equal(3, json.GetProperty("missing")[0].GetProperty("rows").GetInt32());
        Assert.Equal(3, json.GetProperty("rowsDropped").GetInt32());

        // The noise of variance 1/12 is what is left; of 100 rows its mean square differs by a tenth or so.
        double[] losses = Numbers(holdout, "loss");
        Assert.Equal(holdout.GetProperty("lossSteps").GetArrayLength(), losses.Length);
        Assert.Equal(json.GetProperty("steps").GetInt64(), holdout.GetProperty("lossSteps").EnumerateArray().Last().GetInt64());
        Assert.Equal(1.0 / 12, losses[^1], 0.03);
        Assert.Equal(1.0 / 12, Numbers(json, "loss")[^1], 0.02);
        Assert.InRange(holdout.GetProperty("rSquared").GetDouble(), 0.9, 0.999);
        Assert.InRange(json.GetProperty("closedFormDifference").GetDouble(), 0, 1e-3);
    }

    [Fact]
    public void Weights_and_frequencies_are_those_of_fit()
    {
        string data = Noisy();
        string[] arguments = [data, "--target", "y", "--features", "a, b", "--json", "--frequency-weights", "n"];
        Outcome fit = CommandLine.Run(["fit", .. arguments]), train = CommandLine.Run(["train", "--method", "cg", .. arguments]);
        Assert.Equal(0, train.ExitCode);
        Assert.All(fit.Estimates, term => Assert.Equal(term.Value!.Value, train.Estimates[term.Key]!.Value, 1e-8 * Math.Abs(term.Value!.Value)));
        Assert.Equal(fit.Json.GetProperty("rSquared").GetDouble(), train.Json.GetProperty("rSquared").GetDouble(), 1e-12);
        arguments[^2] = "--weights";
        Assert.Equal(train.Output, CommandLine.Run(["train", "--method", "cg", "--stream", .. arguments]).Output);
        CommandLine.AssertFails(2, ["--weights", "--frequency-weights"], "train", data, "--target", "y", "--weights", "n", "--frequency-weights", "n");
        CommandLine.AssertFails(1, ["'a'", "row", "whole numbers"], "train", data, "--target", "y", "--features", "b", "--frequency-weights", "a");
    }

    [Fact]
    public void A_model_predicts_and_refuses_intervals_with_the_remedy()
    {
        string data = Noisy(), model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("train", data, "--target", "y", "--method", "cg", "--holdout", "0.25", "--out", model).ExitCode);
        Outcome predicted = CommandLine.Run("predict", model, data);
        Assert.Equal(0, predicted.ExitCode);
        var loaded = RegressionModel.Load(model);
        Assert.Equal(300, loaded.RowCount);
        Assert.All(loaded.Training.Means, mean => Assert.Equal(double.NaN, mean));
        Assert.Contains("fit it in closed form", loaded.UncertaintyNote, StringComparison.Ordinal);
        CommandLine.AssertFails(1, ["no intervals", "hpclinreg fit"], "predict", model, data, "--interval", "confidence");
        Assert.Equal(loaded.ToJson(), RegressionModel.FromJson(loaded.ToJson()).ToJson());
    }

    [Fact]
    public void A_descent_that_diverges_leaves_no_model()
    {
        string model = _folder.Path("model.json");
        Outcome outcome = CommandLine.Run("train", Plane(100), "--target", "y", "--rate", "50", "--out", model);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("no model is written", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(model));
    }

    [Fact]
    public void The_table_names_rows_held_out_and_dropped()
    {
        Outcome outcome = CommandLine.Run("train", Noisy(), "--target", "y", "--method", "cg", "--holdout", "0.25", "--seed", "7");
        Assert.All(
            ["300 rows, 100 held out, 3 dropped", "Loss of held-out rows", "seed 7", "of the training rows", "of the rows held out", "'b' in 3"],
            text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_constant_target_is_the_datas_fault() =>
        CommandLine.AssertFails(1, ["target 'y' is 7", "every row"], "train", _folder.Write("c.csv", "a,y\n1,7\n2,7\n3,7\n"), "--target", "y");

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

    /// <summary>400 complete rows of y = 3 + 2a − b + noise that is even over ±1/2, with weights n of 0 to 3, and 3 rows without b.</summary>
    private string Noisy() => _folder.Copy(
        "noisy.csv",
        """
        SELECT a, CASE WHEN i < 400 THEN b END AS b, (i * 7 + 1) % 4 AS n, 3 + 2 * a - b + noise AS y FROM (
            SELECT i, (i * 37 % 101) / 25.0 AS a, (i * 53 % 97) / 16.0 AS b, ((i * 7919 + i * i * 104729) % 100003) / 100003.0 - 0.5 AS noise FROM range(403) t(i)) ORDER BY i
        """);

    private static double[] Numbers(JsonElement json, string member) => [.. json.GetProperty(member).EnumerateArray().Select(value => value.GetDouble())];
}
