using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Targets and weights that are expressions of columns.</summary>
public sealed class TargetExpressionTests : IDisposable
{
    private const string Text = "price,area,s,var\n100,50,a,2\n150,60,b,4\n210,80,a,5\n260,90,b,0.5\n,70,a,1\n333,120,a,8\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ln(price) AS lprice", "lprice", "ln(price)")]
    [InlineData("price / area", "price / area", "price / area")]
    [InlineData("-price^2 AS p", "p", "-price^2")]
    [InlineData("round(price / 7) AS p", "p", "round(price / 7)")]
    [InlineData("\"price\" - area AS p", "p", "price - area")]
    public void A_fit_is_that_of_a_column_with_the_expression_in_it(string target, string name, string expression)
    {
        string path = _folder.Write("in.csv", Text);
        var request = new FitRequest { Target = target, Features = "area, s" };
        DataFitResult fit = Fitting.Run(path, request);
        using var query = DataSource.OpenSql($"SELECT *, ({expression.Replace("-price^2", "-(price^2)", StringComparison.Ordinal)})::double AS t FROM '{path}'");
        DataFitResult expected = Fitting.Run(query, new FitRequest { Target = "t", Features = "area, s" });
        Assert.Equal(name, fit.Target);
        Assert.Equal(name, fit.Model.Target);
        Assert.Equal(1, fit.RowsDropped);
        Assert.Equal(name, Assert.Single(fit.MissingByColumn).Column);
        Assert.All(fit.Model.Terms.Zip(expected.Model.Terms), pair => Assert.Equal(pair.Second.Coefficient, pair.First.Coefficient, Math.Abs(1e-11 * pair.Second.Coefficient)));
    }

    [Fact]
    public void Columns_of_the_expression_are_no_default_features()
    {
        string path = _folder.Write("in.csv", Text);
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "ln(price)", Weights = "1/var" });
        Assert.Equal(["area"], fit.Terms.Select(term => term.Name));
        Assert.Contains("computed from the target 'price'", Assert.Throws<UsageException>(() => Fitting.Run(path, new FitRequest { Target = "ln(price)", Features = "price^2" })).Message, StringComparison.Ordinal);
        // A target of several columns may be explained by one of them: an offset.
        Assert.Equal(["area"], Fitting.Run(path, new FitRequest { Target = "price - area", Features = "area" }).Terms.Select(term => term.Name));
    }

    [Fact]
    public void Weights_may_be_an_expression()
    {
        string path = _folder.Write("in.csv", Text), with = _folder.Write("with.csv", "price,area,w\n100,50,0.5\n150,60,0.25\n210,80,0.2\n260,90,2\n,70,1\n333,120,0.125\n");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "price", Features = "area", Weights = "1/var" });
        DataFitResult expected = Fitting.Run(with, new FitRequest { Target = "price", Features = "area", Weights = "w" });
        Assert.Equal(expected.Model.Terms[0].Coefficient, fit.Model.Terms[0].Coefficient);
        Assert.Equal(expected.Model.Training.RowDigest, fit.Model.Training.RowDigest);
        Assert.Contains("The weight '-var' is -2 in row 1", Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "price", Features = "area", Weights = "-var" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Residuals_are_those_of_the_expression(bool weighted)
    {
        string path = _folder.Write("in.csv", Text);
        string? weights = weighted ? "1/var" : null;
        RegressionModel fitted = Fitting.Run(path, new FitRequest { Target = "ln(price) AS lprice", Features = "area, s", Weights = weights }).Model;
        ModelFile.Save(fitted, _folder.Path("model.json"));
        RegressionModel model = ModelFile.Load(_folder.Path("model.json"));
        using var source = DataSource.OpenFile(path);
        using MemoryStream output = new();
        PredictionSummary summary = DataPrediction.Run(model, source, output, new PredictionRequest { Residuals = true, Weights = weights }, null, TestContext.Current.CancellationToken);
        Assert.Empty(summary.Warnings);
        string[][] lines = [.. System.Text.Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n').Skip(1).Select(line => line.Split(','))];
        Assert.All(lines.Where(line => line[0].Length > 0), line =>
        {
            double residual = Math.Log(Number(line[0])) - Number(line[4]);
            Assert.Equal(residual, Number(line[5]), 1e-12);
            Assert.True(double.IsFinite(Number(line[6])) && double.IsFinite(Number(line[7])));
        });
        Assert.Equal("", lines[4][5]);

        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Differences_of_huge_whole_numbers_are_exact()
    {
        string path = _folder.Write("in.csv", "id,x\n9007199254740993,1\n9007199254740995,2\n9007199254740996,3\n9007199254741001,4\n");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "id - 9007199254740992 AS t", Features = "x" });
        DataFitResult expected = Fitting.Run(_folder.Write("same.csv", "t,x\n1,1\n3,2\n4,3\n9,4\n"), new FitRequest { Target = "t" });
        Assert.Equal(expected.Model.Terms[0].Coefficient, fit.Model.Terms[0].Coefficient);
    }

    [Theory]
    [InlineData("ln(nosuch)", "The target \"ln(nosuch)\"")]
    [InlineData("nosuch", "There is no column 'nosuch' for the target")]
    [InlineData("avg(price)", "The target \"avg(price)\" cannot be used")]
    [InlineData("log(price)", "write ln(x)")]
    [InlineData("\"s\" AS t", "The target 's' is text")]
    [InlineData("5 + 1", "constant")]
    public void What_is_no_number_of_a_row_is_refused(string target, string expected)
    {
        string path = _folder.Write("in.csv", Text);
        Exception error = Assert.ThrowsAny<Exception>(() => Fitting.Run(path, new FitRequest { Target = target, Features = "area" }));
        Assert.True(error is DataException or UsageException, error.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
