using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Models;

/// <summary>Files of models: the same bits after a round trip, and refusal of what is no model.</summary>
public class FileTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Law(MaxTest = 300)]
    public void A_loaded_model_is_the_saved_one_to_the_last_bit(Seed seed)
    {
        Random random = new(seed);
        (ColumnTable data, RegressionModel model) = RandomModel.Fit(random);
        string json = model.ToJson();
        var loaded = RegressionModel.FromJson(json);
        Assert.Equal(json, loaded.ToJson());
        Assert.Equal(model.Fingerprint, loaded.Fingerprint);
        Assert.Equal(model.Terms.Select(Values), loaded.Terms.Select(Values));
        Assert.Equal(model.ToString(), loaded.ToString());
        using MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        Assert.Equal(json, RegressionModel.Load(stream).ToJson());
        for (int i = 0; i < 20; i++)
        {
            Cell[] row = RandomModel.Row(random, data, model);
            Assert.Equal(model.Predict(row), loaded.Predict(row));
            Assert.Equal(model.PredictWithUncertainty(row, 0.9), loaded.PredictWithUncertainty(row, 0.9));
            Assert.Equal(model.Describe(model.Predict(row)), loaded.Describe(loaded.Predict(row)));
        }
    }

    private static (string Name, int Feature, double Coefficient, double ErrorBound, double StandardError, bool IsDropped) Values(ModelTerm term) =>
        (term.Name, term.Feature, term.Coefficient, term.ErrorBound, term.StandardError, term.IsDropped);

    /// <summary>Whatever bytes of a file are changed, cut, doubled or inserted: it loads to a model that can be saved and used, or is refused with one sentence.</summary>
    [Law(MaxTest = 300)]
    public void A_changed_file_loads_or_is_refused(Seed seed)
    {
        Random random = new(seed);
        (ColumnTable data, RegressionModel model) = RandomModel.Fit(random);
        // Without the fingerprint, which refuses changes that everything else accepts.
        JsonObject document = JsonNode.Parse(model.ToJson())!.AsObject();
        document.Remove("fingerprint");
        byte[] whole = Encoding.UTF8.GetBytes(document.ToJsonString(Indented));
        for (int change = 0; change < 10; change++)
        {
            byte[] file = Changed(random, whole);
            try
            {
                using MemoryStream stream = new(file);
                var loaded = RegressionModel.Load(stream);
                _ = RegressionModel.FromJson(loaded.ToJson());
                if (loaded.Design.Columns.Length == model.Design.Columns.Length)
                {
                    _ = loaded.PredictWithUncertainty(RandomModel.Row(random, data, model));
                }
            }
            catch (InvalidDataException exception)
            {
                Assert.StartsWith("The model is not a valid model file: ", exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', exception.Message);
            }
        }
    }

    [Fact]
    public void A_refusal_is_one_line_also_where_a_name_has_several()
    {
        JsonObject file = JsonNode.Parse(RegressionModel.Fit(new() { ["x"] = (double[])[1, 2, 4], ["y"] = (double[])[1, 2, 3] }, "y", ["x"]).ToJson())!.AsObject();
        file["features"]![0]!["name"] = "two\nlines";
        Assert.Contains("two lines", Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(file.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xF9)]
    [InlineData(0xFF)]
    public void Bytes_that_are_no_text_are_refused(byte wrong)
    {
        byte[] file = Encoding.UTF8.GetBytes(RandomModel.Fit(new Random(5)).Model.ToJson());
        file[Array.IndexOf(file, (byte)'h')] = wrong;
        using MemoryStream stream = new(file);
        Assert.Contains("UTF-8", Assert.Throws<InvalidDataException>(() => RegressionModel.Load(stream)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson("{\"format\":\"\\ud800\"}"));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(70)]
    public void Deep_nesting_is_refused(int depth) =>
        Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson("{\"format\":\"hpclinreg-model\",\"version\":2,\"columns\":" + new string('[', depth) + new string(']', depth) + "}"));

    [Fact]
    public void A_large_number_of_terms_does_not_ask_for_memory_before_the_factor_is_there()
    {
        string features = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"name\":\"f{i}\",\"expression\":\"x + {i}\"}}"));
        string terms = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"term\":\"f{i}\",\"estimate\":1}}"));
        string json = "{\"format\":\"hpclinreg-model\",\"version\":2,\"target\":\"y\",\"intercept\":false,\"ridge\":0,\"rankDeficient\":\"drop\",\"columns\":[{\"name\":\"x\",\"kind\":\"number\"}],\"features\":[" + features
            + "],\"coefficients\":[" + terms + "],\"training\":{\"rows\":3,\"totalWeight\":3},\"uncertainty\":{\"residualDegreesOfFreedom\":1,\"termMeans\":[],\"factor\":[]}}";
        Assert.Contains("uncertainty.factor", Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_in_another_encoding_and_values_of_another_kind_are_named_in_plain_words()
    {
        var model = RegressionModel.Fit(new ColumnTable { ["x"] = new double[] { 1, 2, 3, 5 }, ["y"] = new double[] { 1, 2, 3, 4 } }, "y", ["x"]);
        using MemoryStream utf16 = new([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(model.ToJson())]);
        Assert.Contains("UTF-16; save it as UTF-8", Assert.Throws<InvalidDataException>(() => RegressionModel.Load(utf16)).Message, StringComparison.Ordinal);
        string message = Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(model.ToJson().Replace("\"ridge\": 0", "\"ridge\": \"0\"", StringComparison.Ordinal))).Message;
        Assert.Contains("ridge", message, StringComparison.Ordinal);
        Assert.DoesNotContain("HpcLinReg.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_accepted()
    {
        RegressionModel model = RandomModel.Fit(new Random(5)).Model;
        using MemoryStream stream = new([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(model.ToJson())]);
        Assert.Equal(model.ToJson(), RegressionModel.Load(stream).ToJson());
    }

    [Fact]
    public void The_fingerprint_is_of_the_model_and_not_of_the_time()
    {
        (ColumnTable data, _) = RandomModel.Fit(new Random(6));
        RegressionModel first = RegressionModel.Fit(data, "target", ["g"]), again = RegressionModel.Fit(data, "target", ["g"]), other = RegressionModel.Fit(data, "target", ["g", "x"]);
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.NotEqual(first.Fingerprint, other.Fingerprint);
        Assert.Contains($"\"fingerprint\": \"{first.Fingerprint}\"", first.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_changed_by_hand_is_refused_unless_its_fingerprint_is_deleted()
    {
        JsonObject file = JsonNode.Parse(RandomModel.Fit(new Random(6)).Model.ToJson())!.AsObject();
        Assert.NotNull(RegressionModel.FromJson(file.ToJsonString()));
        file["created"] = "2020-01-01T00:00:00Z";
        Assert.NotNull(RegressionModel.FromJson(file.ToJsonString()));
        file["target"] = "another";
        string message = Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(file.ToJsonString())).Message;
        Assert.Contains("\"fingerprint\" does not match", message, StringComparison.Ordinal);
        Assert.Contains("delete this member", message, StringComparison.Ordinal);
        file.Remove("fingerprint");
        var changed = RegressionModel.FromJson(file.ToJsonString());
        Assert.Equal("another", changed.Target);
        Assert.Equal(changed.Fingerprint, RegressionModel.FromJson(changed.ToJson()).Fingerprint);
    }

    [Theory]
    [InlineData("\"target\":", "\"target\": \"z\", \"target\":", "target")]
    [InlineData("\"estimate\":", "\"estimate\": 1, \"estimate\":", "estimate")]
    [InlineData("\"format\":", "\"format\": \"z\", \"format\":", "format")]
    public void A_member_that_stands_twice_is_refused_by_name(string member, string twice, string name)
    {
        string json = RandomModel.Fit(new Random(6)).Model.ToJson();
        string message = Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(json.Replace(member, twice, StringComparison.Ordinal))).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains("uplicate", message, StringComparison.Ordinal);
    }

    /// <summary>Each is possible by itself and impossible beside the other members, so a fit never wrote it.</summary>
    [Theory]
    [InlineData("uncertainty.factor[0][0]", "0")]
    [InlineData("uncertainty.factor[0][0]", "-1")]
    [InlineData("uncertainty.factor[2][0]", "3")]
    [InlineData("training.rows", "0")]
    [InlineData("training.rows", "-3")]
    [InlineData("training.rows", "99", "uncertainty.residualDegreesOfFreedom")]
    [InlineData("certificate.rank", "99")]
    [InlineData("certificate.rank", "1")]
    [InlineData("certificate.digits", "40")]
    [InlineData("certificate.reciprocalCondition", "2")]
    [InlineData("certificate.refinementSteps", "-1")]
    [InlineData("certificate", "null")]
    [InlineData("uncertainty.robust", "null")]
    [InlineData("uncertainty.residualDegreesOfFreedom", "40")]
    [InlineData("uncertainty.residualStandardError", "100")]
    [InlineData("training.residualSumOfSquares", "1e9", "uncertainty.residualStandardError")]
    [InlineData("training.rowDigest", "null")]
    [InlineData("columns[0].least", "1e9")]
    [InlineData("columns[0].mean", "-1e9")]
    [InlineData("coefficients[1].estimate", "null")]
    [InlineData("coefficients[3].estimate", "5")]
    [InlineData("coefficients[0].standardError", "null")]
    [InlineData("aliased", "null")]
    [InlineData("aliased", "[]", "coefficients[3].estimate")]
    public void Members_that_contradict_the_others_are_refused_by_name(string member, string value, string? named = null)
    {
        JsonObject file = JsonNode.Parse(RegressionModel.Fit(
            new() { ["a"] = (double[])[1, 2, 4, 7, 3], ["b"] = (double[])[1, 0, 5, 2, 2], ["c"] = (double[])[2, 2, 9, 9, 5], ["y"] = (double[])[1, 2, 3, 1, 7] }, "y", ["a", "b", "c"]).ToJson())!.AsObject();
        Assert.NotNull(RegressionModel.FromJson(file.ToJsonString()));
        file.Remove("fingerprint");
        JsonNode node = file;
        string[] path = member.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        foreach (string step in path[..^1])
        {
            node = step[0] == '[' ? node[int.Parse(step.Trim('[', ']'), System.Globalization.CultureInfo.InvariantCulture)]! : node[step]!;
        }

        var changed = JsonNode.Parse(value);
        if (path[^1][0] == '[')
        {
            node[int.Parse(path[^1].Trim('[', ']'), System.Globalization.CultureInfo.InvariantCulture)] = changed;
        }
        else
        {
            node[path[^1]] = changed;
        }

        string message = Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(file.ToJsonString())).Message;
        Assert.Contains($"\"{named ?? member}\"", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first.json", "\"target\"", "\"foreign\": 1, \"target\"", "foreign")]
    [InlineData("second.json", "\"target\"", "\"foreign\": 1, \"target\"", "foreign")]
    [InlineData("first.json", "\"term\"", "\"odd\": [1], \"term\"", "odd")]
    [InlineData("first.json", "\"target\"", "\"target\": \"z\", \"target\"", "target")]
    [InlineData("third.json", "\"estimate\"", "\"estimate\": 1, \"estimate\"", "estimate")]
    [InlineData("first.json", "\"rank\": 8", "\"rank\": 7", "rank")]
    public void Refusals_of_either_version_name_members_and_no_types_of_this_program(string golden, string member, string changed, string named)
    {
        string json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "models", golden));
        string message = Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(json.Replace(member, changed, StringComparison.Ordinal))).Message;
        Assert.Contains($"\"{named}\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("HpcLinReg.", message, StringComparison.Ordinal);
        Assert.DoesNotContain(".NET", message, StringComparison.Ordinal);
    }

    private static byte[] Changed(Random random, byte[] whole)
    {
        List<byte> file = [.. whole];
        for (int i = random.Next(1, 4); i > 0 && file.Count > 2; i--)
        {
            int at = random.Next(file.Count - 1), length = Math.Min(random.Next(1, 40), file.Count - at);
            switch (random.Next(6))
            {
                case 0: file[at] = (byte)random.Next(256); break;
                case 1: file.RemoveRange(at, length); break;
                case 2: file.InsertRange(at, file.GetRange(at, length)); break;
                case 3: file.InsertRange(at, "null"u8.ToArray()); break;
                case 4: file[at] = (byte)"0123456789-.eE[]{},:\""[random.Next(20)]; break;
                default: file.RemoveRange(at, file.Count - at); break;
            }
        }

        return [.. file];
    }
}
