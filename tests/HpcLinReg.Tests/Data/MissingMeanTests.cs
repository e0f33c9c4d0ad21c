using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Missing numbers that count as their column's mean: decided by the fit, kept by the model, refused where there is no mean.</summary>
public sealed class MissingMeanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x, z", "x, z")]
    [InlineData("x, ln(z) AS lz", "x, ln(z) AS lz")]
    [InlineData("x, x:z", "x, x:z")]
    [InlineData("x, greatest(z, 0)", "x, greatest(z, 0)")]
    [InlineData("x, z, s", "x, z, s")]
    public void A_fit_with_gaps_is_the_fit_with_the_means_in_them(string features, string same)
    {
        // Means of what is there: x 3, z 2.5.
        string gaps = _folder.Write("gaps.csv", "y,x,z,s\n1,1,1,a\n4,,2,b\n2,5,,a\n7,3,4,b\n3,2,3,a\n9,4,NaN,b\n");
        string full = _folder.Write("full.csv", "y,x,z,s\n1,1,1,a\n4,3,2,b\n2,5,2.5,a\n7,3,4,b\n3,2,3,a\n9,4,2.5,b\n");
        DataFitResult filled = Fitting.Run(gaps, new FitRequest { Target = "y", Features = features, Missing = MissingValues.Mean });
        DataFitResult expected = Fitting.Run(full, new FitRequest { Target = "y", Features = same });
        Assert.Equal(expected.Fit.Model.Weights, filled.Fit.Model.Weights);
        Assert.Equal(expected.Fit.Model.Intercept, filled.Fit.Model.Intercept);
        Assert.Equal(0, filled.RowsDropped);
        Assert.Equal([("x", 1L), ("z", 2L)], filled.FilledByColumn.Select(count => (count.Column, count.Rows)));

        // The model keeps the means of the fit, in its file too: those of other rows do not matter.
        ModelFile.Save(filled.Model, _folder.Path("model.json"));
        RegressionModel model = ModelFile.Load(_folder.Path("model.json"));
        string few = _folder.Write("few.csv", "x,z,s\n,9,a\n100,,b\n"), whole = _folder.Write("whole.csv", "x,z,s\n3,9,a\n100,2.5,b\n");
        (string[] lines, PredictionSummary summary) = Predict(model, few);
        Assert.Equal(Predict(model, whole).Lines.Select(line => line.Split(',')[^1]), lines.Select(line => line.Split(',')[^1]));
        Assert.Equal([",9,a", "100,,b"], lines.Select(line => line[..line.LastIndexOf(',')]));
        Assert.Contains("means of the fit: 'x' in 1, 'z' in 1", Assert.Single(summary.Warnings, word => word.Contains("means of the fit", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_predicts_as_a_file_does()
    {
        string path = _folder.Write("in.csv", "y,x\n1,1\n4,\n2,5\n7,3\n");
        RegressionModel model = Fitting.Run(path, new FitRequest { Target = "y", Missing = MissingValues.Mean }).Model;
        double expected = model.Predict([3.0]).Value;
        double[] one = new double[1];
        Assert.Equal(0, model.Predict(new MatrixSpan<double>([double.NaN], 1), one));
        Assert.Equal(expected, one[0]);
        Assert.Equal(expected, model.Predict([double.NaN]).Value);
        Assert.Equal(expected, model.Predict([Cell.Missing]).Value);
        Assert.Equal(expected, model.Predict(new Dictionary<string, Cell>()).Value);
        Assert.Equal(expected, model.PredictWithUncertainty([double.PositiveInfinity]).Value);
        Assert.Equal(PredictionIssue.WrongKind, model.Predict([(Cell)"a text"]).Issue);
    }

    [Fact]
    public void A_weight_of_two_is_the_row_twice()
    {
        string weighted = _folder.Write("weighted.csv", "y,x,n\n1,1,2\n4,,1\n2,5,3\n7,3,1\n3,,2\n");
        string repeated = _folder.Write("repeated.csv", "y,x\n1,1\n1,1\n4,\n2,5\n2,5\n2,5\n7,3\n3,\n3,\n");
        RegressionModel once = Fitting.Run(weighted, new FitRequest { Target = "y", Weights = "n", WeightKind = WeightKind.Frequency, Missing = MissingValues.Mean }).Model;
        RegressionModel twice = Fitting.Run(repeated, new FitRequest { Target = "y", Missing = MissingValues.Mean }).Model;
        Assert.Equal(twice.Design.Columns[0].WhenMissing, once.Design.Columns[0].WhenMissing);
        Assert.Equal(twice.Terms[0].Coefficient, once.Terms[0].Coefficient, 1e-12);
    }

    [Fact]
    public void Means_of_a_large_offset_keep_their_digits_and_bits()
    {
        // 1e15 + i has the mean 1e15 + 99999.5 over 200,000 rows; a plain sum would lose its last digits.
        string path = _folder.Path("in.csv");
        File.WriteAllLines(path, ["y,x", .. Enumerable.Range(0, 200_000).Select(i => FormattableString.Invariant($"{i % 7},{1000000000000000 + i}")), "3,"]);
        RegressionModel model = Fitting.Run(path, new FitRequest { Target = "y", Missing = MissingValues.Mean }).Model;
        Assert.Equal(1000000000099999.5, model.Design.Columns[0].WhenMissing);
    }

    [Theory]
    [InlineData("y,x\n1,1\n,2\n3,3\n", "x", "'y' is missing in row 2", "has no mean")]
    [InlineData("y,x,s\n1,1,a\n2,,\n3,3,b\n", "x, s", "'s' is missing in row 2", "a text has no mean")]
    [InlineData("y,x,f\n1,1,true\n2,,false\n3,3,\n", "x, f", "'f' is missing in row 3", "true or false has no mean")]
    [InlineData("y,x,d\n1,1,2024-01-01\n2,,\n3,3,2024-02-01\n", "x, year(d) AS year", "'d' is missing in row 2", "a date has no mean")]
    public void What_has_no_mean_is_refused_with_its_row(string text, string features, string where, string why)
    {
        string path = _folder.Write("in.csv", text);
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y", Features = features, Missing = MissingValues.Mean }));
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains("--missing drop", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_is_a_finite_number_of_a_column_of_numbers()
    {
        string path = _folder.Path("model.json");
        ModelFile.Save(Fitting.Run(_folder.Write("in.csv", "y,f,x\n1,true,1\n4,false,\n2,true,5\n7,false,3\n"), new FitRequest { Target = "y", Missing = MissingValues.Mean }).Model, path);
        string text = File.ReadAllText(path);
        Assert.Contains("\"whenMissing\":3", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace("\"whole\"", "\"flag\"", StringComparison.Ordinal).Replace("\"number\"", "\"flag\"", StringComparison.Ordinal));
        Assert.Contains("whenMissing", Assert.Throws<DataException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ModelColumn("x", CellKind.Text) { WhenMissing = 1 });
        Assert.Throws<ArgumentException>(() => new ModelColumn("x", CellKind.Number) { WhenMissing = double.PositiveInfinity });
    }

    private static (string[] Lines, PredictionSummary Summary) Predict(RegressionModel model, string path)
    {
        using var source = DataSource.OpenFile(path);
        using MemoryStream output = new();
        PredictionSummary summary = DataPrediction.Run(model, source, output, null, null, TestContext.Current.CancellationToken);
        Assert.Equal(0, summary.RowsWithoutPrediction);
        return (System.Text.Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n')[1..], summary);
    }
}
