using System.Text.Json;
using System.Text.Json.Nodes;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Models;

/// <summary>What becomes of features that hardly make sense: coded as in R, or refused before memory is asked for.</summary>
public class DesignTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 24).Select(i => i + (0.1 * (i * 7 % 5)))];

    private static ColumnTable Data => new()
    {
        ["x"] = X,
        ["y"] = (double[])[.. X.Select((x, i) => (2 * x) + (i * 5 % 3))],
        ["a"] = (string[])[.. Enumerable.Range(0, 24).Select(i => $"a{i % 3}")],
        ["b"] = (string[])[.. Enumerable.Range(0, 24).Select(i => $"b{i / 3 % 2}")],
        ["c"] = (string[])[.. Enumerable.Range(0, 24).Select(i => $"c{i / 6 % 2}")],
    };

    /// <summary>The columns of model.matrix(y ~ …) in R 4.2.2; R orders the parts of a product by their first use, which changes no coding.</summary>
    [Theory]
    [InlineData("a:b", "a0:b0 a1:b0 a2:b0 a0:b1 a1:b1 a2:b1")]
    [InlineData("a a:b", "a1 a2 a0:b1 a1:b1 a2:b1")]
    [InlineData("b a:b", "b1 a1:b0 a2:b0 a1:b1 a2:b1")]
    [InlineData("a:x a:b", "a0:x a1:x a2:x a0:b1 a1:b1 a2:b1")]
    [InlineData("a:b a:c", "a0:b0 a1:b0 a2:b0 a0:b1 a1:b1 a2:b1 a0:c1 a1:c1 a2:c1")]
    [InlineData("a:c a:b:c", "a0:c0 a1:c0 a2:c0 a0:c1 a1:c1 a2:c1 a0:b1:c0 a1:b1:c0 a2:b1:c0 a0:b1:c1 a1:b1:c1 a2:b1:c1")]
    [InlineData("x a:x", "x a1:x a2:x")]
    public void Texts_of_interactions_are_coded_as_in_R(string features, string expected)
    {
        ModelColumn[] columns = [new("x", CellKind.Number), Text("a", 3), Text("b", 2), Text("c", 2)];
        IEnumerable<string> names = Design.Create(columns, Features(features)).VariableNames.Select(name => string.Join(':', name.Split(':').Select(part => part.Contains('[', StringComparison.Ordinal) ? part[2..^1] : part)));
        Assert.Equal(expected, string.Join(' ', names));

        static ModelColumn Text(string name, int levels) => new(name, CellKind.Text) { Levels = [.. Enumerable.Range(0, levels).Select(i => $"{name}{i}")] };
    }

    [Fact]
    public void A_product_with_a_text_of_one_level_has_no_numbers_and_is_filled_last()
    {
        ModelColumn[] columns = [new("x", CellKind.Number), new("a", CellKind.Text) { Levels = ["only"] }];
        var design = Design.Create(columns, "x", "a", Feature.Interaction("x", "a"), Feature.Interaction(Feature.Polynomial("x", 3), "a"));
        Assert.Equal(["x"], design.VariableNames);
        double[] numbers = new double[1];
        Assert.True(design.Fill([7, 0], numbers).HasValue);
        Assert.Equal(7, numbers[0]);
        Assert.Equal((PredictionIssue.UnknownLevel, 1), (design.Fill([7, -1], numbers).Issue, design.Fill([7, -1], numbers).Place));
    }

    [Fact]
    public void A_design_is_read_from_its_text_as_it_was()
    {
        ModelColumn[] columns = [new("x", CellKind.Number), new("größe", CellKind.Whole), new("a", CellKind.Text) { Levels = ["Bern", "Zürich"] }];
        var design = Design.Create(columns, "x", "a", Feature.Expression("ln(x + 1)").As("lx"), Feature.Interaction("größe", "a"), Feature.Polynomial("größe", 2));
        var read = Design.FromJson(design.ToJson());
        Assert.Equal(design.ToJson(), read.ToJson());
        Assert.Equal(design.VariableNames, read.VariableNames);
        Assert.Equal(design.Degrees, read.Degrees);
        Assert.Contains("\"columns\" is missing", Assert.Throws<InvalidDataException>(() => Design.FromJson("{}")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Design.FromJson("[1"));
    }

    /// <summary>The columns of model.matrix for 200 random formulas, 150 of them without an intercept (bench/peers/coding.R); R orders the parts of a product by their first use.</summary>
    [Fact]
    public void Texts_are_coded_as_in_R_with_and_without_an_intercept()
    {
        ModelColumn[] columns = [new("x", CellKind.Number), new("z", CellKind.Number), Text("a", 3), Text("b", 2), Text("c", 2)];
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "models", "coding.csv"));
        Assert.Equal(201, lines.Length);
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.Split(',');
            var design = Design.Create(columns, cells[0] == "TRUE", Features(cells[1]));
            Assert.True(Sorted(cells[2].Split(' ')).SequenceEqual(Sorted(design.VariableNames.Select(name => name.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)))), line);

            // A loaded design is coded as it was stored, whatever the rule.
            Assert.Equal(design.VariableNames, Design.Create(design.Columns, design.Features.AsSpan()).VariableNames);
        }

        static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Select(name => string.Join(':', name.Split(':').Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal);

        static ModelColumn Text(string name, int levels) => new(name, CellKind.Text) { Levels = [.. Enumerable.Range(0, levels).Select(i => $"{i}")] };
    }

    [Fact]
    public void Without_an_intercept_a_text_alone_has_a_coefficient_for_each_level()
    {
        var model = RegressionModel.Fit(Data, "y", ["a"], new FitOptions { Intercept = false });
        double[] y = [.. X.Select((x, i) => (2 * x) + (i * 5 % 3))];
        Assert.Equal(["a[a0]", "a[a1]", "a[a2]"], model.Terms.Select(term => term.Name));
        for (int level = 0; level < 3; level++)
        {
            // Sums of 8 values up to 50: 8 roundings in each of both means.
            Assert.Equal(y.Where((_, i) => i % 3 == level).Average(), model.Terms[level].Coefficient, 16 * 50 * Naive.Roundoff);
        }

        var loaded = RegressionModel.FromJson(model.ToJson());
        Assert.Equal(model.Predict((Cell[])["a2"]), loaded.Predict((Cell[])["a2"]));
        Assert.Contains("\"allLevels\": true", model.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_levels_are_asked_for_of_texts_only()
    {
        JsonObject file = JsonNode.Parse(Fit("x").ToJson())!.AsObject();
        file["features"]![0]!["allLevels"] = true;
        Assert.Contains("column 'x' is no text", Refusal(file), StringComparison.Ordinal);
        file["features"]![0] = new JsonObject { ["name"] = "x", ["expression"] = "x + 1", ["allLevels"] = true };
        Assert.Contains("features[0].allLevels", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void The_target_as_weights_is_refused_by_name() =>
        Assert.Contains("The target 'y' is named as the weights too", Assert.Throws<ArgumentException>(() => RegressionModel.Fit(Data, "y", ["x"], weights: "y")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_interaction_of_a_part_with_itself_is_refused()
    {
        Assert.Contains("has the part 'x' twice", Assert.Throws<ArgumentException>(() => Fit(Feature.Interaction("x", "x"))).Message, StringComparison.Ordinal);
        Assert.Contains("has the part 'a' twice", Assert.Throws<ArgumentException>(() => Fit(Feature.Interaction("a", Feature.Column("a")))).Message, StringComparison.Ordinal);
    }

    /// <summary>Such a model was saved to a file that could not be loaded.</summary>
    [Fact]
    public void A_power_has_no_name_that_another_term_has() =>
        Assert.Contains("Two terms are named 'x^2'", Assert.Throws<ArgumentException>(() => Fit(Feature.Polynomial("x", 2), "x^2")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("y")]
    [InlineData("ln(y + 1)")]
    public void A_feature_of_the_target_is_refused_as_such(string feature) =>
        Assert.Contains("is computed from the target 'y'", Assert.Throws<ArgumentException>(() => Fit(feature)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_with_half_of_a_surrogate_pair_is_refused_before_it_is_saved()
    {
        double[] values = [1, 2, 3];
        Assert.Contains("no Unicode text", Assert.Throws<ArgumentException>(() => RegressionModel.Fit(new() { ["a\ud800"] = values, ["y"] = values }, "y", [Feature.Column("a\ud800")])).Message, StringComparison.Ordinal);
        Assert.Contains("no Unicode text", Assert.Throws<ArgumentException>(() => RegressionModel.Fit(new() { ["a"] = (string[])["p", "\udc00", "p"], ["y"] = values }, "y", ["a"])).Message, StringComparison.Ordinal);
        Assert.Contains("no Unicode text", Assert.Throws<ArgumentException>(() => RegressionModel.Fit(new() { ["x"] = values, ["y\ud800"] = values }, "y\ud800", ["x"])).Message, StringComparison.Ordinal);
        Assert.Single(RegressionModel.Fit(new() { ["\U0001F600"] = values, ["y"] = values }, "y", [Feature.Column("\U0001F600")]).Terms);
    }

    [Fact]
    public void Levels_that_multiply_are_refused_before_memory_is_asked_for()
    {
        string[] levels = [.. Enumerable.Range(0, 1000).Select(i => $"L{i}")];
        ColumnTable data = new() { ["p"] = levels, ["q"] = levels, ["y"] = (double[])[.. levels.Select((_, i) => (double)i)] };
        Assert.Contains("more than 46340 terms", Assert.Throws<ArgumentException>(() => RegressionModel.Fit(data, "y", [Feature.Interaction("p", "q")])).Message, StringComparison.Ordinal);

        JsonObject file = JsonNode.Parse(Fit("a").ToJson())!.AsObject();
        file["columns"] = new JsonArray([.. Enumerable.Range(0, 10).Select(i => new JsonObject { ["name"] = $"c{i}", ["kind"] = "text", ["levels"] = new JsonArray([.. levels.Select(level => JsonValue.Create(level))]) })]);
        file["features"] = new JsonArray(new JsonObject { ["name"] = "f", ["interaction"] = new JsonArray([.. Enumerable.Range(0, 10).Select(i => new JsonObject { ["column"] = $"c{i}" })]) });
        Assert.Contains("more than 46340 terms", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_of_many_levels_are_refused_before_memory_is_asked_for()
    {
        JsonObject file = JsonNode.Parse(Fit("a").ToJson())!.AsObject();
        file["columns"]![0]!["levels"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(i => JsonValue.Create($"{i}"))]);
        file["features"]![0]!["name"] = new string('n', 1_000_000);
        Assert.Contains("characters of names", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("errorBound")]
    [InlineData("standardError")]
    public void An_error_below_zero_is_refused(string member)
    {
        JsonObject file = JsonNode.Parse(Fit("x").ToJson())!.AsObject();
        file["coefficients"]![1]![member] = -1;
        Assert.Contains($"coefficients[1].{member}\" is negative", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-05", true)]
    [InlineData("2026-01-05T12:30:00.25+02:00", true)]
    [InlineData("2026-01-05 12:30", true)]
    [InlineData("12:30", false)]
    [InlineData("01/02/2026", false)]
    [InlineData("5 Jan 2026", false)]
    public void A_time_in_JSON_begins_with_a_date_in_ISO_8601(string text, bool isTime)
    {
        DateTime[] days = [new(2026, 1, 1), new(2026, 1, 2), new(2026, 1, 4)];
        var model = RegressionModel.Fit(new() { ["t"] = days, ["y"] = (double[])[1, 2, 5] }, "y", ["epoch(t)"]);
        using var row = JsonDocument.Parse($"{{\"t\": \"{text}\"}}");
        Assert.Equal(isTime ? PredictionIssue.None : PredictionIssue.WrongKind, model.Predict(row.RootElement).Issue);
    }

    [Fact]
    public void Without_features_and_intercept_the_prediction_is_certain_and_an_observation_is_not()
    {
        var model = RegressionModel.Fit(Data, "y", [], new FitOptions { Intercept = false });
        UncertainPrediction prediction = model.PredictWithUncertainty(ReadOnlySpan<double>.Empty);
        Assert.Equal((0, 0, 0), (prediction.Value, prediction.StandardError, prediction.Leverage));
        Assert.True(prediction.PredictionUpper > 0);
    }

    [Fact]
    public void Means_are_of_the_values_there_are()
    {
        TrainingRecord record = new(columns: 6);
        double[] row = [1, 1, 1, 1, 1, 1];
        record.Add(row, 0);
        (row[1], row[5]) = (double.NaN, double.NaN);
        record.Add(row, 0);
        Assert.Equal([1, 1, 1, 1, 1, 1], record.ToFacts(0).Means);
    }

    private static Feature[] Features(string names) =>
        [.. names.Split(' ').Select(item => item.Split(':') is [var only] ? Feature.Column(only) : Feature.Interaction([.. item.Split(':').Select(Feature.Column)]))];

    private static RegressionModel Fit(params Feature[] features) => RegressionModel.Fit(Data, "y", features);

    private static string Refusal(JsonObject file) => Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(file.ToJsonString())).Message;
}
