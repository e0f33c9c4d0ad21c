using System.Text.Json.Nodes;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class ModelFileTests : IDisposable
{
    private const string Small = "y,x,s,flag,d\n1,1,u,true,2020-01-01\n2,3,v,false,2020-02-03\n4,2,u,false,2020-04-05\n7,5,v,true,2020-07-07\n5,9,u,false,2021-01-01\n8,4,v,true,2021-07-01\n9,7,v,true,2022-02-02\n";

    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "TestData", "models");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_model_is_the_fit_to_the_last_bit()
    {
        DataFitResult result = Fit("x, ln(x) AS \"log x\", s, flag, month(d), s:x, CASE WHEN x > 3 THEN 1 ELSE 0 END AS big");
        ModelFile.Save(result.Model, _folder.Path("model.json"));
        RegressionModel model = ModelFile.Load(_folder.Path("model.json"));
        Assert.Equal(result.Terms.Select(term => term.Name), model.Terms.Select(term => term.Name));
        Assert.Equal(result.Target, model.Target);
        Assert.Equal(result.Fit.Model.Weights.ToArray(), model.Terms.Select(term => term.Coefficient));
        Assert.Equal(result.Fit.Model.Intercept, model.Intercept.Coefficient);
        Assert.Equal(7, model.RowCount);
        Assert.Equal(result.Model.ToJson(), model.ToJson());
        Assert.Equal(["model.json", "small.csv"], Directory.GetFiles(_folder.Path(".")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_model_knows_the_rows_it_was_fitted_on()
    {
        string path = _folder.Write("gaps.csv", "y,x,s,w\n1,1,u,1\n2,3,v,2\n4,NA,u,2\n7,5,v,1\n5,9,u,4\n8,4,v,0\n9,7,v,1\n");
        RegressionModel model = Fitting.Run(path, new FitRequest { Target = "y", Features = "x, s", Weights = "w" }).Model;
        ModelColumn x = model.Design.Columns[0];
        Assert.Equal((1L, 5.0, 1.0, 9.0), (model.Training.RowsDropped, model.RowCount, x.Least, x.Most));
        Assert.Equal(5, x.Mean, 1e-15);
        Assert.Equal(Math.Log(2) + Math.Log(4), model.Training.SumOfLogWeights, 1e-15);
        Assert.Equal(WeightKind.Precision, model.Training.Weights);
        string other = _folder.Write("other.csv", "y,x,s,w\n1,1,u,1\n2,3,v,2\n4,NA,u,2\n7,5,v,1\n5,9,u,4\n8,4,v,0\n9.5,7,v,1\n");
        Assert.Equal(model.Training.RowDigest, Fitting.Run(path, new FitRequest { Target = "y", Features = "x", Weights = "w" }).Model.Training.RowDigest);
        Assert.NotEqual(model.Training.RowDigest, Fitting.Run(other, new FitRequest { Target = "y", Features = "x", Weights = "w" }).Model.Training.RowDigest);
    }

    /// <summary>The coefficients of lm(y ~ 0 + s + x:s) in R 4.2.2.</summary>
    [Fact]
    public void Without_an_intercept_the_first_text_has_a_term_for_each_level()
    {
        RegressionModel model = Fitting.Run(_folder.Write("small.csv", Small), new FitRequest { Target = "y", Features = "s, x:s", Intercept = false }).Model;
        Assert.Equal(["s[u]", "s[v]", "x:s[u]", "x:s[v]"], model.Terms.Select(term => term.Name));
        Assert.Equal([1.8596491228, -0.2857142857, 0.3684210526, 1.4285714286], model.Terms.Select(term => Math.Round(term.Coefficient, 10)));
    }

    [Fact]
    public void Whole_numbers_beyond_double_enter_an_expression_whole()
    {
        // Each of the two columns is the same double in all rows.
        string parquet = _folder.Copy("ticks.parquet", "SELECT 1700000000000000000::BIGINT + range AS b, 1700000000000000000::BIGINT AS a, 3.0 * range + 1 AS y FROM range(9)");
        RegressionModel model = Fitting.Run(parquet, new FitRequest { Target = "y", Features = "b - a AS passed" }).Model;
        Assert.Equal(3, model.Terms[0].Coefficient, 1e-12);
        Assert.Equal(31, model.Predict((Cell[])[1_700_000_000_000_000_010L, 1_700_000_000_000_000_000L]).Value, 1e-12);
    }

    [Fact]
    public void A_golden_file_of_version_1_predicts_as_before()
    {
        RegressionModel model = ModelFile.Load(Path.Combine(Golden, "first.json"));
        using var source = DataSource.OpenFile(Path.Combine(Golden, "first.csv"));
        using MemoryStream output = new();
        DataPrediction.Run(model, source, output, request: null, rowsRead: null, TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllText(Path.Combine(Golden, "first.predicted.csv")), System.Text.Encoding.UTF8.GetString(output.ToArray()));
        Assert.Contains("version 1", model.UncertaintyNote, StringComparison.Ordinal);
    }

    /// <summary>The later file is of a model without an intercept, whose first text is coded by all levels.</summary>
    [Theory]
    [InlineData("second.json")]
    [InlineData("third.json")]
    public void A_golden_file_of_version_2_loads_to_the_same_file(string golden) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Golden, golden)), ModelFile.Load(Path.Combine(Golden, golden)).ToJson());

    [Theory]
    [InlineData("format", "\"other\"", "format")]
    [InlineData("version", "3", "version")]
    [InlineData("target", null, "target")]
    [InlineData("intercept", "\"yes\"", "intercept")]
    [InlineData("ridge", "-1", "ridge")]
    [InlineData("rows", "0", "rows")]
    [InlineData("rank", null, "rank")]
    [InlineData("residualDegreesOfFreedom", "-2", "residualDegreesOfFreedom")]
    [InlineData("residualVariance", "1e999", "residualVariance")]
    [InlineData("featureMeans", "[1]", "featureMeans")]
    [InlineData("factor", "[[1,2,3],[1],[1]]", "factor")]
    [InlineData("factor", "[]", "factor")]
    [InlineData("inputs", "[]", "terms[0]")]
    [InlineData("inputs", "[{\"name\":\"x\",\"kind\":\"blob\"}]", "inputs[0].kind")]
    [InlineData("terms", "[]", "columns")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"column\",\"column\":\"q\"}]", "terms[0].column")]
    [InlineData("terms", "[{\"name\":\"q\",\"kind\":\"magic\"}]", "terms[0].kind")]
    [InlineData("terms", "[{\"name\":\"s[w]\",\"kind\":\"level\",\"column\":\"s\",\"level\":\"w\"}]", "terms[0]")]
    [InlineData("categoricals", "[{\"name\":\"s\",\"column\":\"s\",\"reference\":\"v\",\"levels\":[\"u\",\"v\"]}]", "categoricals[0].reference")]
    [InlineData("categoricals", null, "categoricals")]
    [InlineData("coefficients", "[]", "coefficients")]
    public void A_wrong_member_of_version_1_is_named(string member, string? json, string told) => RefusesMember("first.json", member, json, told);

    [Theory]
    [InlineData("version", "3", "version")]
    [InlineData("target", null, "target")]
    [InlineData("ridge", "\"Infinity\"", "ridge")]
    [InlineData("rankDeficient", "\"perhaps\"", "rankDeficient")]
    [InlineData("columns", "[]", "features")]
    [InlineData("columns", "[{\"name\":\"x\",\"kind\":\"blob\"}]", "columns[0].kind")]
    [InlineData("features", "[]", "columns")]
    [InlineData("features", "[{\"name\":\"x\",\"expression\":\"log(x)\"}]", "features")]
    [InlineData("features", "[{\"name\":\"x\"}]", "features[0]")]
    [InlineData("features", "[{\"name\":\"x\",\"column\":\"x\",\"degree\":99}]", "features[0].degree")]
    [InlineData("features", "[{\"name\":\"x\",\"interaction\":[{\"column\":\"x\"}]}]", "features[0].interaction")]
    [InlineData("coefficients", "[]", "coefficients")]
    [InlineData("training", null, "training")]
    [InlineData("uncertainty", null, "uncertainty")]
    [InlineData("nonsense", "1", "nonsense")]
    public void A_wrong_member_of_version_2_is_named(string member, string? json, string told) => RefusesMember("second.json", member, json, told);

    [Theory]
    [InlineData("read_text('/etc/hosts')")]
    [InlineData("sum(x)")]
    [InlineData("z + 1")]
    [InlineData("1); COPY (SELECT 1) TO 'x'; --")]
    public void Sql_in_a_file_is_allowed_or_refused_when_it_is_loaded(string sql)
    {
        ModelFile.Save(Fit("x, CASE WHEN x > 3 THEN 1 ELSE 0 END AS big").Model, _folder.Path("model.json"));
        JsonObject model = JsonNode.Parse(File.ReadAllText(_folder.Path("model.json")))!.AsObject();
        model["features"]![1]!["sql"] = sql;
        model.Remove("fingerprint");
        string path = _folder.Write("wrong.json", model.ToJsonString());
        Assert.Contains("expression in SQL is refused", Assert.Throws<DataException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x,y\n1,2\n")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":1")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":1}")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":2}")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":2,\"target\":\"y\",\"intercept\":true,\"ridge\":0,\"columns\":[null],\"features\":[null],\"coefficients\":[null]}")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":1,\"target\":\"y\",\"intercept\":true,\"ridge\":0,\"inputs\":[null],\"terms\":[null],\"coefficients\":[null],\"categoricals\":[null],\"factor\":[null]}")]
    public void What_is_no_model_is_refused(string content) =>
        Assert.Contains("not a valid model file", Assert.Throws<DataException>(() => ModelFile.Load(_folder.Write("m.json", content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_that_is_not_there_or_cannot_be_written_says_so()
    {
        Assert.Contains("no model file", Assert.Throws<DataException>(() => ModelFile.Load(_folder.Path("nosuch.json"))).Message, StringComparison.Ordinal);
        RegressionModel model = Fit("x").Model;
        Assert.Contains("cannot be written", Assert.Throws<DataException>(() => ModelFile.Save(model, _folder.Path("no/such/folder.json"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Recognizes terms that --polynomial wrote once by their quotes and brackets, which a square that a person wrote does not have.</summary>
    [Theory]
    [InlineData("\"x\"^2", true)]
    [InlineData("x^2", false)]
    public void Powers_that_an_earlier_version_stored_are_refused_and_squares_of_ones_own_are_not(string expression, bool refused)
    {
        JsonObject model = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden, "first.json")))!.AsObject();
        model["terms"]![1]!["name"] = "x^2";
        model["terms"]![1]!["expression"] = expression;
        model["coefficients"]![2]!["term"] = "x^2";
        string path = _folder.Write("powers.json", model.ToJsonString());
        if (refused)
        {
            Assert.Contains("holds powers of 'x'", Assert.Throws<DataException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("x^2", ModelFile.Load(path).Terms[1].Name);
        }
    }

    private void RefusesMember(string golden, string member, string? json, string told)
    {
        JsonObject model = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden, golden)))!.AsObject();
        model.Remove(member);
        if (json is not null)
        {
            model[member] = JsonNode.Parse(json);
        }

        string path = _folder.Write("wrong.json", model.ToJsonString());
        DataException error = Assert.Throws<DataException>(() => ModelFile.Load(path));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    private DataFitResult Fit(string features) => Fitting.Run(_folder.Write("small.csv", Small), new FitRequest { Target = "y", Features = features });
}
