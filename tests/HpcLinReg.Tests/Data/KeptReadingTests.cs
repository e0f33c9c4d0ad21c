using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>New data are read as a model's training data were, or refused; what is given overrides it.</summary>
public sealed class KeptReadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dates_that_fit_two_orders_are_read_as_the_model_was()
    {
        RegressionModel model = Model("d,y\n12/31/2024,12\n01/15/2024,1\n06/13/2024,6\n", "month(d)");
        Assert.Equal("p\n03/04/2024,3\n11/02/2024,11\n", Predict(model, "d\n03/04/2024\n11/02/2024\n"));
        Assert.Equal("p\n03/04/2024,4\n", Predict(model, "d\n03/04/2024\n", kept => kept with { Dates = DateOrder.DayMonthYear }));
        string message = Assert.Throws<DataException>(() => Predict(model, "d\n03/04/2024\n31/12/2024\n")).Message;
        Assert.Contains("in.csv, line 3: \"31/12/2024\" in the column 'd' is not a date", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decimal_commas_are_read_as_the_model_was()
    {
        RegressionModel model = Model("x;y\n0,5;1\n1,5;3\n2,25;4,5\n", "x");
        Assert.Equal(",", model.Training.Reading["decimal"]);
        Assert.Equal("1,5", model.Design.Columns[0].Format);
        Assert.Equal("p\n\"1,000\",2\n7,14\n", Predict(model, "x;z\n1,000;\n7;\n").Replace(",,", ",", StringComparison.Ordinal));
        string message = Assert.Throws<DataException>(() => Predict(model, "x\n1.5\n")).Message;
        Assert.Contains("\"1.5\" in the column 'x' is not a number with a decimal comma", message, StringComparison.Ordinal);
        Assert.Equal("p\n1.5,3\n", Predict(model, "x\n1.5\n", kept => kept with { DecimalMark = '.' }));
    }

    [Fact]
    public void Codes_that_were_text_stay_text()
    {
        RegressionModel model = Model("zip,y\n00123,1\n123,5\n00123,1\n123,5\n", "zip", new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["zip"] = ReadAs.Text } });
        Assert.Equal("p\n00123,1\n123,5\n", Predict(model, "zip\n00123\n123\n"));
        Assert.Throws<DataException>(() => Predict(model, "zip\n00123\n", kept => kept with { Kinds = new Dictionary<string, ReadAs> { ["zip"] = ReadAs.Date } }));
    }

    [Fact]
    public void The_zone_is_kept()
    {
        RegressionModel model = Model("d,y\n2024-07-01 12:00:00,10\n2024-01-01 12:00:00,11\n", "hour(d)", new ReadingSettings { Zone = "Europe/Berlin" });
        Assert.Equal("p\n2024-07-01 08:00:00,6\n", Predict(model, "d\n2024-07-01 08:00:00\n"));
        Assert.Equal("p\n2024-07-01 08:00:00,8\n", Predict(model, "d\n2024-07-01 08:00:00\n", kept => kept with { Zone = "UTC" }));
    }

    [Fact]
    public void A_source_that_is_opened_without_settings_is_read_as_the_model_was()
    {
        RegressionModel model = Model("d,y\n12/31/2024,12\n01/15/2024,1\n06/13/2024,6\n", "month(d)");
        using var source = DataSource.OpenFile(_folder.Write("in.csv", "d\n03/04/2024\n"));
        Assert.EndsWith(",3\n", Run(model, source), StringComparison.Ordinal);
    }

    [Fact]
    public void Days_of_a_model_that_was_fitted_to_parquet_are_days_in_csv()
    {
        string path = _folder.Copy("train.parquet", "SELECT DATE '2020-01-01' + range::INTEGER AS d, 2.0 * range AS y FROM range(5)");
        RegressionModel model = Fitting.Run(path, new FitRequest { Target = "y", Features = "CASE WHEN true THEN d - DATE '2020-01-01' END AS days" }).Model;
        Assert.Equal("p\n2020-01-08,14\n", Predict(model, "d\n2020-01-08\n"));
    }

    [Fact]
    public void A_text_in_a_number_column_is_refused_with_its_line()
    {
        RegressionModel model = Model("x,y\n1,2\n2,4\n3,6\n", "x");
        StringBuilder text = new("x,s\n");
        for (int i = 0; i < 25000; i++)
        {
            text.Append("1,\"two\nlines\"\n");
        }

        string message = Assert.Throws<DataException>(() => Predict(model, text.Append("oops,\n").ToString())).Message;
        Assert.Contains("in.csv, line 50002: \"oops\" in the column 'x' is not a number: oops,", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_survives_the_file()
    {
        RegressionModel model = Model("x#y\n1#2\n2#4\n3#6\n", "x", new ReadingSettings { Delimiter = '#', Zone = "+02:00", Dates = DateOrder.DayMonthYear });
        ModelFile.Save(model, _folder.Path("m.json"));
        var kept = ReadingSettings.Of(ModelFile.Load(_folder.Path("m.json")));
        Assert.Equal(('#', "+02:00"), (kept.Delimiter!.Value, kept.Zone));
        Assert.Equal(File.ReadAllBytes(_folder.Path("m.json")), Saved(ModelFile.Load(_folder.Path("m.json"))));
    }

    private byte[] Saved(RegressionModel model)
    {
        ModelFile.Save(model, _folder.Path("again.json"));
        return File.ReadAllBytes(_folder.Path("again.json"));
    }

    private RegressionModel Model(string content, string features, ReadingSettings? settings = null)
    {
        using var source = DataSource.OpenFile(_folder.Write("train.csv", content), settings);
        return Fitting.Run(source, new FitRequest { Target = "y", Features = features }).Model;
    }

    private string Predict(RegressionModel model, string content, Func<ReadingSettings, ReadingSettings>? given = null)
    {
        var kept = ReadingSettings.Of(model);
        using var source = DataSource.OpenFile(_folder.Write("in.csv", content), given?.Invoke(kept) ?? kept);
        return Run(model, source);
    }

    /// <summary>Predictions are rounded: what they are is exact up to the last digits.</summary>
    private static string Run(RegressionModel model, DataSource source)
    {
        using MemoryStream output = new();
        DataPrediction.Run(model, source, output, cancellationToken: TestContext.Current.CancellationToken);
        string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(lines.Skip(1).Select(line => FormattableString.Invariant($"{line[..line.LastIndexOf(',')]},{Math.Round(double.Parse(line[(line.LastIndexOf(',') + 1)..], System.Globalization.CultureInfo.InvariantCulture), 9)}\n")).Prepend("p\n"));
    }
}
