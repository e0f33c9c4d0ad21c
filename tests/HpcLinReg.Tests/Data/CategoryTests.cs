using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Baselines of texts, numbers that are categories, and levels that a model was not fitted on.</summary>
public sealed class CategoryTests : IDisposable
{
    private const string Rows = "y,x,s,zip\n3,1,u,08100\n5,2,u,9\n8,3,v,08100\n11,4,v,9\n12,5,w,08100\n17,6,w,9\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Coefficients_are_differences_from_the_baseline_and_predictions_are_the_same()
    {
        string path = _folder.Write("in.csv", Rows);
        DataFitResult first = Fitting.Run(path, new FitRequest { Target = "y", Features = "x, s" });
        DataFitResult other = Fitting.Run(path, new FitRequest { Target = "y", Features = "x, s", Baselines = new Dictionary<string, string> { ["S"] = "v" } });
        Assert.Equal(["x", "s[v]", "s[w]"], first.Terms.Select(term => term.Name));
        Assert.Equal(["x", "s[u]", "s[w]"], other.Terms.Select(term => term.Name));
        Assert.Equal(-first.Model.Terms[1].Coefficient, other.Model.Terms[1].Coefficient, 1e-12);
        Assert.Equal(first.Model.Terms[2].Coefficient - first.Model.Terms[1].Coefficient, other.Model.Terms[2].Coefficient, 1e-12);
        ModelFile.Save(other.Model, _folder.Path("model.json"));
        Assert.Equal(["v", "u", "w"], ModelFile.Load(_folder.Path("model.json")).Design.Columns[1].Levels);
    }

    [Theory]
    [InlineData("x, s", "s", "q", true, "'s' has no level 'q' among the rows used; its levels are 'u', 'v', 'w'")]
    [InlineData("x, s", "x", "1", true, "'x' is no text and has no baseline; --category x")]
    [InlineData("x", "s", "u", true, "no text column 's' among the features")]
    [InlineData("x, s", "s", "v", false, "has a coefficient for each level and no baseline")]
    public void A_baseline_that_cannot_be_one_is_refused(string features, string column, string level, bool intercept, string expected)
    {
        string path = _folder.Write("in.csv", Rows);
        UsageException error = Assert.Throws<UsageException>(() => Fitting.Run(path, new FitRequest
        {
            Target = "y",
            Features = features,
            Intercept = intercept,
            Baselines = new Dictionary<string, string> { [column] = level },
        }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("json")]
    public void Numbers_are_categories_where_they_are_named(string format)
    {
        string path = _folder.Copy($"in.{format}", "SELECT range AS x, range % 3 * 100 AS zip, range % 3 + sin(range) AS y FROM range(60)");
        var settings = new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["zip"] = ReadAs.Text } };
        using var source = DataSource.OpenFile(path, settings);
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "y", Categories = ["zip"], Baselines = new Dictionary<string, string> { ["zip"] = "100" } });
        Assert.Equal(["x", "zip[0]", "zip[200]"], fit.Terms.Select(term => term.Name));
        Assert.DoesNotContain(fit.Warnings, warning => warning.Contains("left out", StringComparison.Ordinal));
        using var again = DataSource.OpenFile(path, ReadingSettings.Of(fit.Model));
        (_, PredictionSummary summary) = Predict(fit.Model, again, UnseenLevels.Error, PredictionFormat.Csv);
        Assert.Equal((60, 0), (summary.Rows, summary.RowsWithoutPrediction));
    }

    /// <summary>NaN and infinities became levels, and 1.0 of a Parquet file another one than 1 of a CSV.</summary>
    [Fact]
    public void Categories_of_floating_point_numbers_are_written_as_in_a_text_file()
    {
        string path = _folder.Copy("in.parquet", "SELECT CASE range % 5 WHEN 3 THEN 'nan'::DOUBLE WHEN 4 THEN 'inf'::DOUBLE ELSE (range % 5)::DOUBLE END AS c, range % 5 + sin(range) AS y FROM range(60)");
        using var source = DataSource.OpenFile(path, new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["c"] = ReadAs.Text } });
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "y", Categories = ["c"] });
        Assert.Equal(["c[1]", "c[2]"], fit.Terms.Select(term => term.Name));
        Assert.Equal(24, fit.RowsDropped);
    }

    [Theory]
    [InlineData("csv", PredictionFormat.Csv)]
    [InlineData("parquet", PredictionFormat.Csv)]
    [InlineData("parquet", PredictionFormat.Parquet)]
    [InlineData("json", PredictionFormat.JsonLines)]
    public void Levels_that_were_not_fitted_are_missing_baselines_or_errors(string format, PredictionFormat output)
    {
        RegressionModel model = Fitting.Run(_folder.Write("fit.csv", Rows), new FitRequest { Target = "y", Features = "x, s", Baselines = new Dictionary<string, string> { ["s"] = "v" } }).Model;
        string path = _folder.Copy($"in.{format}", "SELECT * FROM (VALUES (1, 'u'), (2, 'q'), (3, 'v'), (NULL, 'r')) AS rows(x, s)");
        string reference = _folder.Copy("reference.csv", "SELECT * FROM (VALUES (1, 'u'), (2, 'v'), (3, 'v'), (NULL, 'v')) AS rows(x, s)");
        using var source = DataSource.OpenFile(path);
        (_, PredictionSummary missing) = Predict(model, source, UnseenLevels.Missing, output);
        Assert.Equal(2, missing.RowsWithoutPrediction);
        (byte[] written, PredictionSummary baseline) = Predict(model, source, UnseenLevels.Baseline, output);
        Assert.Equal(1, baseline.RowsWithoutPrediction);
        Assert.Equal("'s' has a value that the model was not fitted on in 2 rows, the first \"q\" in row 2; they are predicted as the baseline 'v'.", Assert.Single(baseline.Warnings));
        using var plain = DataSource.OpenFile(reference);
        (byte[] expected, _) = Predict(model, plain, UnseenLevels.Missing, PredictionFormat.Csv);
        Assert.Equal(Predictions(expected, "csv"), Predictions(written, output == PredictionFormat.Parquet ? "parquet" : output == PredictionFormat.JsonLines ? "json" : "csv"));
        DataException error = Assert.Throws<DataException>(() => Predict(model, source, UnseenLevels.Error, output));
        Assert.Contains($"in.{format}, row 2: \"q\" in the column 's' is no level that the model was fitted on; the levels are 'v', 'u', 'w'.", error.Message, StringComparison.Ordinal);
    }

    private List<string?> Predictions(byte[] content, string format)
    {
        string path = _folder.Path($"predictions.{format}");
        File.WriteAllBytes(path, content);
        using var session = HpcLinReg.Data.Sources.Session.ForQueries();
        return [.. session.Table($"SELECT prediction FROM '{path}'").Select(row => row[0])];
    }

    private static (byte[] Written, PredictionSummary Summary) Predict(RegressionModel model, DataSource source, UnseenLevels unseen, PredictionFormat format)
    {
        using MemoryStream output = new();
        PredictionSummary summary = DataPrediction.Run(model, source, output, new PredictionRequest { Unseen = unseen, Format = format }, null, TestContext.Current.CancellationToken);
        return (output.ToArray(), summary);
    }
}
