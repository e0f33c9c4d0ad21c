using System.Text.Json.Nodes;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class ModelFileTests : IDisposable
{
    private const string Small = "y,x,s,flag,d\n1,1,u,true,2020-01-01\n2,3,v,false,2020-02-03\n4,2,u,false,2020-04-05\n7,5,v,true,2020-07-07\n5,9,u,false,2021-01-01\n8,4,v,true,2021-07-01\n9,7,v,true,2022-02-02\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_model_is_the_fit_to_the_last_bit()
    {
        DataFitResult result = Fit("x, ln(x) AS \"log x\", s, flag, date_part('month', d)");
        result.ToModelFile().Save(_folder.Path("model.json"));
        ModelFile model = ModelFile.Load(_folder.Path("model.json"));
        Assert.Equal(result.Terms, model.Terms);
        Assert.Equal(result.Target, model.Target);
        Assert.Equal(result.Fit.Model.Weights.ToArray(), model.Model.Weights.ToArray());
        Assert.Equal(result.Fit.Model.Intercept, model.Model.Intercept);
        Assert.Equal(7, model.RowCount);
        Assert.Equal(["model.json", "small.csv"], Directory.GetFiles(_folder.Path(".")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_file_has_what_prediction_and_intervals_need()
    {
        DataFitResult result = Fit("x, s");
        result.ToModelFile().Save(_folder.Path("model.json"));
        JsonNode json = JsonNode.Parse(File.ReadAllText(_folder.Path("model.json")))!;
        Assert.Equal("hpclinreg-model", json["format"]!.GetValue<string>());
        Assert.Equal(1, json["version"]!.GetValue<int>());
        Assert.Equal("u", json["categoricals"]![0]!["reference"]!.GetValue<string>());
        Assert.Equal("(Intercept)", json["coefficients"]![0]!["term"]!.GetValue<string>());
        Assert.Equal("s[v]", json["coefficients"]![2]!["term"]!.GetValue<string>());
        Assert.Equal(4, json["residualDegreesOfFreedom"]!.GetValue<int>());
        Assert.Equal(result.Fit.ResidualSumOfSquares / 4, json["residualVariance"]!.GetValue<double>(), 1e-13);
        Assert.Equal(result.Fit.Factor[0], json["factor"]![0]![0]!.GetValue<double>());
        Assert.Equal(result.Fit.Factor[3], json["factor"]![1]![0]!.GetValue<double>());
    }

    [Fact]
    public void An_aliased_term_is_null()
    {
        Fit("x, x*2 AS twice").ToModelFile().Save(_folder.Path("model.json"));
        JsonNode json = JsonNode.Parse(File.ReadAllText(_folder.Path("model.json")))!;
        Assert.Null(json["coefficients"]![2]!["estimate"]);
        Assert.Equal(0, ModelFile.Load(_folder.Path("model.json")).Model.Weights[1]);
    }

    [Fact]
    public void Weights_of_minimum_norm_are_kept_with_those_of_aliased_terms()
    {
        string path = _folder.Write("small.csv", Small);
        DataFitResult result = Fitting.Run(path, new FitRequest { Target = "y", Features = "x, x*2 AS twice", RankDeficient = RankDeficiency.MinimumNorm });
        result.ToModelFile().Save(_folder.Path("model.json"));
        Assert.NotEqual(0, result.Fit.Model.Weights[1]);
        Assert.Equal(result.Fit.Model.Weights, ModelFile.Load(_folder.Path("model.json")).Model.Weights);
    }

    [Fact]
    public void Without_degrees_of_freedom_there_is_no_variance()
    {
        string path = _folder.Write("two.csv", "x,y\n1,2\n2,5\n");
        Fitting.Run(path, new FitRequest { Target = "y" }).ToModelFile().Save(_folder.Path("model.json"));
        Assert.Null(JsonNode.Parse(File.ReadAllText(_folder.Path("model.json")))!["residualVariance"]);
        Assert.Equal(3, ModelFile.Load(_folder.Path("model.json")).Model.Weights[0], 1e-13);
    }

    [Theory]
    [InlineData("format", "\"other\"", "format")]
    [InlineData("version", "2", "version")]
    [InlineData("target", null, "target")]
    [InlineData("intercept", "\"yes\"", "intercept")]
    [InlineData("ridge", "-1", "ridge")]
    [InlineData("rows", "0", "rows")]
    [InlineData("rank", null, "rank")]
    [InlineData("residualDegreesOfFreedom", "-2", "residualDegreesOfFreedom")]
    [InlineData("residualVariance", "1e999", "residualVariance")]
    [InlineData("featureMeans", "[1]", "featureMeans")]
    [InlineData("factor", "[[1,2,3],[1],[1]]", "factor[1]")]
    [InlineData("factor", "[]", "factor")]
    [InlineData("inputs", "[]", "terms[0]")]
    [InlineData("inputs", "[{\"name\":\"x\",\"kind\":\"blob\"}]", "inputs[0].kind")]
    [InlineData("terms", "[]", "coefficients")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"column\",\"column\":\"q\"}]", "terms[0].column")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"magic\"}]", "terms[0].kind")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"expression\",\"expression\":\"read_text('/etc/hosts')\"}]", "terms[0].expression")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"expression\",\"expression\":\"sum(x)\"}]", "terms[0].expression")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"expression\",\"expression\":\"z + 1\"}]", "terms[0].expression")]
    [InlineData("terms", "[{\"name\":\"s[w]\",\"kind\":\"level\",\"column\":\"s\",\"level\":\"w\"}]", "terms[0]")]
    [InlineData("categoricals", "[{\"name\":\"s\",\"column\":\"s\",\"reference\":\"v\",\"levels\":[\"u\",\"v\"]}]", "categoricals[0].reference")]
    [InlineData("categoricals", null, "categoricals")]
    [InlineData("coefficients", "[]", "coefficients")]
    [InlineData("coefficients", "[{\"term\":\"(Intercept)\",\"estimate\":null},{\"term\":\"x\",\"estimate\":1},{\"term\":\"ln(x)\",\"estimate\":1},{\"term\":\"s[v]\",\"estimate\":1}]", "coefficients[0].estimate")]
    [InlineData("coefficients", "[{\"term\":\"(Intercept)\",\"estimate\":1},{\"term\":\"z\",\"estimate\":1},{\"term\":\"ln(x)\",\"estimate\":1},{\"term\":\"s[v]\",\"estimate\":1}]", "coefficients[1].term")]
    public void A_wrong_member_is_named(string member, string? json, string told)
    {
        Fit("x, ln(x), s").ToModelFile().Save(_folder.Path("model.json"));
        JsonObject model = JsonNode.Parse(File.ReadAllText(_folder.Path("model.json")))!.AsObject();
        model.Remove(member);
        if (json is not null)
            model[member] = JsonNode.Parse(json);
        string path = _folder.Write("wrong.json", model.ToJsonString());
        DataException error = Assert.Throws<DataException>(() => ModelFile.Load(path));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x,y\n1,2\n")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":1")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":1}")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":1,\"target\":\"y\",\"intercept\":true,\"ridge\":0,\"inputs\":[null],\"terms\":[null],\"coefficients\":[null],\"categoricals\":[null],\"factor\":[null]}")]
    public void What_is_no_model_is_refused(string content) =>
        Assert.Contains("not a valid model file", Assert.Throws<DataException>(() => ModelFile.Load(_folder.Write("m.json", content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_that_is_not_there_or_cannot_be_written_says_so()
    {
        Assert.Contains("no model file", Assert.Throws<DataException>(() => ModelFile.Load(_folder.Path("nosuch.json"))).Message, StringComparison.Ordinal);
        ModelFile model = Fit("x").ToModelFile();
        Assert.Contains("cannot be written", Assert.Throws<DataException>(() => model.Save(_folder.Path("no/such/folder.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fit_of_powers_is_not_stored()
    {
        var request = new FitRequest { Target = "y", Features = "x, s", Polynomials = new Dictionary<string, int> { ["x"] = 2 } };
        DataFitResult result = Fitting.Run(_folder.Write("small.csv", Small), request);
        Assert.Contains("cannot hold a polynomial", Assert.Throws<UsageException>(() => result.ToModelFile()).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => ModelFile.RequireStorable(request));
        ModelFile.RequireStorable(request with { Polynomials = new Dictionary<string, int> { ["x"] = 1 } });
    }

    /// <summary>Recognizes terms that --polynomial wrote by their quotes and brackets, which a square that a person wrote does not have.</summary>
    [Theory]
    [InlineData("x, \"x\"^2 AS \"x^2\"", "'x'")]
    [InlineData("s, x*2 AS z, (x*2)^2 AS \"z^2\"", "'z'")]
    [InlineData("x, x^2", null)]
    [InlineData("x*x, s", null)]
    public void Powers_that_an_earlier_version_stored_are_refused_and_squares_of_ones_own_are_not(string features, string? told)
    {
        Action load = () =>
        {
            Fit(features).ToModelFile().Save(_folder.Path("model.json"));
            ModelFile.Load(_folder.Path("model.json"));
        };
        if (told is null)
            load();
        else
            Assert.Contains($"holds powers of {told}", Assert.Throws<DataException>(load).Message, StringComparison.Ordinal);
    }

    private DataFitResult Fit(string features) => Fitting.Run(_folder.Write("small.csv", Small), new FitRequest { Target = "y", Features = features });
}
