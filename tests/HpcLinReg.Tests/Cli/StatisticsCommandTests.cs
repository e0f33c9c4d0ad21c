using System.Globalization;
using System.Text.Json;
using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Nist;

namespace HpcLinReg.Tests.Cli;

/// <summary>Statistics at the command line: fit with robust errors and diagnostics, summary, compare, residuals of predict.</summary>
public sealed class StatisticsCommandTests : IDisposable
{
    private static readonly string Diabetes = ReferenceData.PathOf("real/diabetes.csv");
    private static readonly string Penguins = ReferenceData.PathOf("real/penguins.csv");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_model_prints_what_fit_printed()
    {
        string model = _folder.Path("m.json");
        string[] fit = ["fit", Penguins, "--target", "Body Mass (g)", "--features", "\"Flipper Length (mm)\", Species", "--polynomial", "Beak Length (mm):2", "--robust", "hc1", "--level", "0.9", "--out", model];
        Outcome fresh = CommandLine.Run(fit), loaded = CommandLine.Run("summary", model, "--level", "0.9");
        Assert.Equal((0, ""), (loaded.ExitCode, loaded.Error));
        Assert.Equal(fresh.Output.Split('\n').Skip(1), loaded.Output.Split('\n').Skip(1));
        Assert.Contains("Robust standard errors: HC1", loaded.Output, StringComparison.Ordinal);
        Assert.All(loaded.Output.Split('\n'), line => Assert.InRange(line.Length, 0, Math.Max(79, loaded.Output.IndexOf('\n', StringComparison.Ordinal))));
    }

    [Fact]
    public void Coefficients_are_printed_as_CSV_and_in_Markdown()
    {
        Outcome csv = CommandLine.Run("fit", "--csv"), markdown = CommandLine.Run("fit", "--markdown");
        string[] lines = csv.Output.TrimEnd().Split('\n');
        Assert.Equal("term,estimate,standard_error,t,p,lower,upper", lines[0]);
        double[] intercept = [.. lines[1].Split(',').Skip(1).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        Assert.Equal([-3482258.63459582, 890420.383607373], intercept[..2].Select(value => Math.Round(value, 8)).Zip([-3482258.63459582, 890420.383607373], (actual, certified) => Math.Abs((actual / certified) - 1) < 1e-12 ? certified : actual));
        Assert.Equal(8, lines.Length);
        Assert.Equal("|---|---:|---:|---:|---:|---:|---:|", markdown.Output.Split('\n')[1]);
        Assert.Contains("| x6 | 1829.2 | 455.5 | 4.016 | 0.00304 |", markdown.Output, StringComparison.Ordinal);
        CommandLine.AssertFails(2, ["--json", "--csv"], "fit", "--json", "--csv");
        CommandLine.AssertFails(2, ["--diagnostics", "coefficients alone"], "fit", "--csv", "--diagnostics");
    }

    /// <summary>Standard errors of sandwich::vcovHC(lm(target ~ ., diabetes), "HC3") in R 4.2, and what base R says of residuals.</summary>
    [Fact]
    public void Robust_errors_and_diagnostics_are_in_the_JSON()
    {
        JsonElement json = CommandLine.Run("fit", Diabetes, "--target", "target", "--robust", "hc3", "--diagnostics", "--json").Json;
        double[] expected = [67.1419667, 0.2115215, 5.6855529, 0.7392796, 0.2284733, 0.5659406, 0.5112280, 0.7674554, 5.9954997, 15.2400574, 0.2646861];
        Assert.All(expected.Zip(json.GetProperty("coefficients").EnumerateArray()), pair => Assert.Equal(pair.First, pair.Second.GetProperty("standardError").GetDouble(), 5e-8));
        Assert.Equal("hc3", json.GetProperty("robust").GetProperty("kind").GetString());
        JsonElement diagnostics = json.GetProperty("diagnostics");
        Assert.Equal(323, diagnostics.GetProperty("largestLeverageRow").GetInt32());
        Assert.Equal(2.028543, diagnostics.GetProperty("durbinWatson").GetDouble(), 5e-7);
    }

    /// <summary>A text column of groups, of which some rows have none; they are counted as missing.</summary>
    [Fact]
    public void Clusters_may_be_texts_and_come_through_a_pipe()
    {
        string rows = "g,x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{(i == 7 ? "" : $"group {i % 5}")},{i},{(2 * i) + (i * i % 7)}\n")));
        string path = _folder.Write("clusters.csv", rows);
        Outcome file = CommandLine.Run("fit", path, "--target", "y", "--cluster", "g", "--json");
        Assert.Contains("1 row dropped", file.Error, StringComparison.Ordinal);
        Assert.Contains("'g' in 1", file.Error, StringComparison.Ordinal);
        JsonElement json = file.Json;
        Assert.Equal((5, 4.0), (json.GetProperty("robust").GetProperty("clusters").GetInt32(), json.GetProperty("degreesOfFreedom").GetDouble()));
        Assert.Equal(["(Intercept)", "x"], file.Estimates.Keys);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell.");
        Outcome piped = CommandLine.Run(CommandLine.Shell(_folder.Path("."), "fit --target y --cluster g --json", before: "cat clusters.csv | "));
        Assert.Equal(json.GetProperty("coefficients").ToString(), piped.Json.GetProperty("coefficients").ToString());
    }

    [Fact]
    public void What_cannot_be_read_in_order_is_refused()
    {
        string query = $"SELECT * FROM '{Diabetes}'";
        CommandLine.AssertFails(1, ["ORDER BY"], "fit", "--sql", query, "--target", "target", "--features", "bmi", "--robust", "hac:2");
        CommandLine.AssertFails(2, ["hc0", "hac:4"], "fit", Diabetes, "--target", "target", "--robust", "hc9");
        CommandLine.AssertFails(2, ["--robust", "--cluster"], "fit", Diabetes, "--target", "target", "--robust", "hc1", "--cluster", "age");
        CommandLine.AssertFails(1, ["no column 'nobody'"], "fit", Diabetes, "--target", "target", "--cluster", "nobody");
    }

    [Fact]
    public void Models_are_compared_or_refused()
    {
        string small = Fit("small.json", Diabetes, "target", "bmi, bp"), large = Fit("large.json", Diabetes, "target", "bmi, bp, s5, s6");
        JsonElement json = CommandLine.Run("compare", large, small, "--json").Json;
        Assert.Equal(small, json.GetProperty("models")[0].GetProperty("model").GetString());
        Assert.Equal((2.0, 437.0), (json.GetProperty("fNumerator").GetDouble(), json.GetProperty("fDenominator").GetDouble()));

        // R 4.2: anova(lm(target ~ bmi + bp, d), lm(target ~ bmi + bp + s5 + s6, d)).
        double rss0 = json.GetProperty("models")[0].GetProperty("residualSumOfSquares").GetDouble(), rss1 = json.GetProperty("models")[1].GetProperty("residualSumOfSquares").GetDouble();
        Assert.Equal((rss0 - rss1) / 2 / (rss1 / 437), json.GetProperty("f").GetDouble(), 1e-9);
        Assert.Contains("No F test: the models are not nested", CommandLine.Run("compare", small, Fit("other.json", Diabetes, "target", "s5, s1, s2")).Output, StringComparison.Ordinal);
        CommandLine.AssertFails(1, ["one target"], "compare", small, Fit("age.json", Diabetes, "age", "bmi"));
        string length = Fit("length.json", Penguins, "Body Mass (g)", "\"Beak Length (mm)\""), sex = Fit("sex.json", Penguins, "Body Mass (g)", "\"Beak Length (mm)\", Sex");
        CommandLine.AssertFails(1, ["other rows", "342", "334"], "compare", length, sex);
    }

    /// <summary>rstandard and cooks.distance of the row of the largest distance, by R 4.2.</summary>
    /// <summary>rstandard and cooks.distance of R 4.2.2: of lm with weights, of lm on rows repeated f times, and by e/(s·√(1 − h)) and e²h/(k·s²·(1 − h)²) with the hat matrix of λ = 2.</summary>
    [Theory]
    [InlineData("--weights v", new[] { 0.6304864974806, 0.0841645779713, -1.3298934011293, 0.4554974451560, -0.7321080232906, 1.7276905596626, -0.9980485922382, -0.5343758722003 },
        new[] { 0.06356826135575, 0.00235026181888, 0.09693062256699, 0.00983420941959, 0.07424677627404, 0.35898372123051, 0.54091697568041, 0.26119304503079 })]
    [InlineData("--frequency-weights f", new[] { 0.417695368849, -0.151918203516, -2.084368616091, 0.779971928659, -0.415160004872, 1.574053588714, -0.996163402561, 0.443740098644 },
        new[] { 0.02593042320302, 0.00244804670196, 0.26444618005894, 0.03367430275954, 0.00638812993743, 0.16237507761954, 0.16689822406430, 0.14754351886783 })]
    [InlineData("--ridge 2", new[] { 0.4024883425828, -0.0319066588508, -1.7181923807197, 0.6917037737578, -0.2913513663781, 1.4078120383524, -1.2445955881252, 0.6316692654849 },
        new[] { 0.037846886839876, 0.000181113499469, 0.267625322600469, 0.057022965512496, 0.004260146774329, 0.147343699464563, 1.052525479052183, 0.277409077364173 })]
    public void Residuals_with_weights_or_a_ridge_are_standardized(string option, double[] standardized, double[] cook)
    {
        string data = _folder.Write("w.csv", "x,z,v,f,y\n1,2,1,1,1.5\n2,0,2,2,2.5\n3,1,1,1,2\n4,5,0.5,3,4.5\n5,3,4,1,5\n6,3,3,1,7.5\n7,8,1,2,6\n8,1,2,1,9\n"), model = _folder.Path("w.json");
        Assert.Equal(0, CommandLine.Run(["fit", data, "--target", "y", "--features", "x, z", "--out", model, .. option.Split(' ')]).ExitCode);
        bool hasWeights = !option.StartsWith("--ridge", StringComparison.Ordinal);
        Outcome outcome = CommandLine.Run(["predict", model, data, "--residuals", .. hasWeights ? option.Split(' ') : []]);
        double[][] rows = [.. outcome.Output.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(',')[^2..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        Assert.All(standardized.Zip(rows), pair => Assert.Equal(pair.First, pair.Second[0], 1e-10));
        Assert.All(cook.Zip(rows), pair => Assert.Equal(pair.First, pair.Second[1], 1e-10));
        Assert.Equal(!hasWeights, outcome.Error.Contains("hat matrix of the ridge", StringComparison.Ordinal));

        string other = _folder.Write("o.csv", "x,z,v,f,y\n1,2,1,1,1.5\n2,0,2,2,2.5\n");
        Outcome without = CommandLine.Run("predict", model, hasWeights ? data : other, "--residuals");
        Assert.EndsWith(",", without.Output.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains(hasWeights ? option.Split(' ')[0] : "not those the model was fitted on", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_predict_are_those_of_the_fit()
    {
        string data = _folder.Write("w.csv", "x,v,y\n1,1,1\n2,2,3\n3,1,2\n4,0,9\n5,2,6\n"), model = _folder.Path("w.json"), plain = Fit("p.json", data, "y", "x");
        _ = CommandLine.Run("fit", data, "--target", "y", "--features", "x", "--weights", "v", "--out", model);
        CommandLine.AssertFails(2, ["--residuals"], "predict", model, data, "--weights", "v");
        CommandLine.AssertFails(2, ["precisions", "--weights"], "predict", model, data, "--residuals", "--frequency-weights", "v");
        CommandLine.AssertFails(1, ["without weights"], "predict", plain, data, "--residuals", "--weights", "v");
        CommandLine.AssertFails(1, ["'nosuch'"], "predict", model, data, "--residuals", "--weights", "nosuch");
        string[] rows = CommandLine.Run("predict", model, data, "--residuals", "--weights", "v").Output.Split('\n');
        Assert.EndsWith(",,", rows[4], StringComparison.Ordinal);
        Assert.False(rows[5].EndsWith(',') || rows[1].EndsWith(','));
        Assert.Contains("other weights", CommandLine.Run("predict", model, data, "--residuals", "--weights", "x").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_gives_residuals_of_the_rows_of_the_fit()
    {
        string model = Fit("m.json", Diabetes, "target", null);
        Outcome outcome = CommandLine.Run("predict", model, Diabetes, "--residuals");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        string[][] rows = [.. outcome.Output.TrimEnd().Split('\n').Select(line => line.Split(','))];
        Assert.Equal(["prediction", "residual", "standardized", "cook"], rows[0][^4..]);
        double[] Column(int fromEnd) => [.. rows.Skip(1).Select(row => double.Parse(row[^fromEnd], CultureInfo.InvariantCulture))];
        Assert.Equal(0.02447496, Column(1).Max(), 5e-9);
        Assert.Equal(0.02447496, Column(1)[382], 5e-9);
        Assert.Equal(-155.8267661, Column(3).Min(), 5e-8);
        Assert.Equal(0, Column(3).Sum(), 1e-8);

        string others = _folder.Write("others.csv", string.Join('\n', File.ReadAllLines(Diabetes).Take(20)) + "\n");
        Outcome other = CommandLine.Run("predict", model, others, "--residuals", "--interval", "prediction");
        Assert.Contains("not those the model was fitted on", other.Error, StringComparison.Ordinal);
        Assert.EndsWith(",", other.Output.Split('\n')[1], StringComparison.Ordinal);
        string without = _folder.Write("without.csv", string.Join('\n', File.ReadAllLines(Diabetes).Take(5).Select(line => line[..line.LastIndexOf(',')])) + "\n");
        CommandLine.AssertFails(1, ["Residuals need the target 'target'"], "predict", model, without, "--residuals");
    }

    [Fact]
    public void More_than_ten_aliased_terms_take_one_line()
    {
        Random random = new(1);
        string path = _folder.Write("wide.csv", string.Join(',', Enumerable.Range(0, 40).Select(j => $"x{j}")) + ",y\n" + string.Concat(Enumerable.Range(0, 8).Select(_ =>
            string.Join(',', Enumerable.Range(0, 41).Select(_ => random.NextDouble().ToString("F4", CultureInfo.InvariantCulture))) + "\n")));
        Outcome outcome = CommandLine.Run("fit", path, "--target", "y");
        Assert.Single(outcome.Output.Split('\n'), line => line.Contains("aliased", StringComparison.Ordinal));
        Assert.Single(outcome.Error.Split('\n'), line => line.Contains("33 terms, 'x7' to 'x39', are determined by those before them", StringComparison.Ordinal));
        Assert.Contains("no residual degrees of freedom", string.Join(' ', outcome.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private string Fit(string name, string data, string target, string? features)
    {
        string path = _folder.Path(name);
        Outcome outcome = CommandLine.Run(["fit", data, "--target", target, "--out", path, .. features is null ? Array.Empty<string>() : ["--features", features]]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return path;
    }
}
