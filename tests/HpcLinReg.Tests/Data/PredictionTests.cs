using System.Globalization;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class PredictionTests : IDisposable
{
    private const string Small = "y,x,s\n3,1,u\n5,2,u\n8,3,v\n10,4,v\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_rows_and_cells_are_kept_as_they_were_and_in_order()
    {
        (string csv, PredictionSummary summary) = Predict("x, s", Small, "note,s,x\n\"a, \"\"b\"\"\",v,03.0\n,u,NA\n\"two\nlines\",,1\nplain,v,1e400\nNA,u,1e1\n");
        Assert.Equal(
            "note,s,x,prediction\n\"a, \"\"b\"\"\",v,03.0,8\n,u,NA,\n\"two\nlines\",,1,\nplain,v,1e400,\nNA,u,1e1,21\n",
            Rounded(csv));
        Assert.Equal(5, summary.Rows);
        Assert.Equal(3, summary.RowsWithoutPrediction);
        Assert.Equal([new MissingCount("x", 2), new MissingCount("s", 1)], summary.MissingByColumn);
        Assert.Equal(["prediction"], summary.AddedColumns);
    }

    [Fact]
    public void A_level_unknown_to_the_model_gets_no_prediction_and_a_warning()
    {
        (string csv, PredictionSummary summary) = Predict("x, s", Small, "x,s\n1,u\n2,w\n3,q\n");
        Assert.Equal("x,s,prediction\n1,u,3\n2,w,\n3,q,\n", Rounded(csv));
        Assert.Equal(2, summary.RowsWithoutPrediction);
        Assert.Equal("'s' has a value that the model was not fitted on in 2 rows, the first \"w\" in row 2; there is no prediction for them.", Assert.Single(summary.Warnings));
    }

    [Fact]
    public void A_taken_name_is_avoided() =>
        Assert.StartsWith("x,prediction,PREDICTION_1,prediction_2\n", Predict("x", Small, "x,prediction,PREDICTION_1\n1,2,3\n").Csv, StringComparison.Ordinal);

    [Fact]
    public void Expressions_are_computed_on_other_columns_in_another_order()
    {
        string rows = "y,a,b\n1,1,2\n2,3,1\n4,5,5\n7,2,2\n8,6,3\n";
        DataFitResult fit = Fitting.Run(_folder.Write("fit.csv", rows), new FitRequest { Target = "y", Features = "a*b AS ab, ln(B)" });
        (string csv, _) = Run(fit.Model, _folder.Write("in.csv", "B,z,A\n2,x,7\n0,x,7\n"));
        double expected = fit.Fit.Model.Predict<double>([14, Math.Log(2)]);
        string[] lines = csv.Split('\n');
        Assert.Equal("B,z,A,prediction", lines[0]);
        Assert.Equal(expected, double.Parse(lines[1].Split(',')[3], CultureInfo.InvariantCulture), 1e-13);
        Assert.Equal("0,x,7,", lines[2]);
    }

    [Fact]
    public void Dates_and_booleans_of_the_model_are_read_as_such()
    {
        string rows = "y,d,flag\n1,2020-01-01,true\n2,2020-02-01,false\n4,2020-04-01,true\n7,2020-05-01,false\n";
        DataFitResult fit = Fitting.Run(_folder.Write("fit.csv", rows), new FitRequest { Target = "y", Features = "date_part('month', d) AS month, flag" });
        (string csv, _) = Run(fit.Model, _folder.Write("in.csv", "flag,d\nTRUE,2021-04-01\n,2021-04-01\nfalse,\n"));
        string expected = fit.Fit.Model.Predict<double>([4, 1]).ToString(CultureInfo.InvariantCulture);
        Assert.Equal($"flag,d,prediction\nTRUE,2021-04-01,{expected}\n,2021-04-01,\nfalse,,\n", csv);
    }

    [Fact]
    public void A_header_without_rows_gives_a_header_without_rows() =>
        Assert.Equal("x,s,prediction\n", Predict("x, s", Small, "x,s\n").Csv);

    [Fact]
    public void Many_rows_keep_their_order_and_bits()
    {
        string parquet = _folder.Copy("rows.parquet", "SELECT range AS id, sin(range) AS x, 'k' || range % 3 AS s, sin(range)*2 + range % 3 + cos(range*range) AS y FROM range(50000)");
        DataFitResult fit = Fitting.Run(parquet, new FitRequest { Target = "y", Features = "x, s" });
        (string csv, PredictionSummary summary) = Run(fit.Model, parquet);
        string[] lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(50001, lines.Length);
        Assert.Equal(50000, summary.Rows);
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            Assert.Equal(i - 1, int.Parse(cells[0], CultureInfo.InvariantCulture));
            double[] row = [double.Parse(cells[1], CultureInfo.InvariantCulture), cells[2] == "k1" ? 1 : 0, cells[2] == "k2" ? 1 : 0];
            Assert.Equal(fit.Fit.Model.Predict<double>(row), double.Parse(cells[4], CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void A_query_keeps_its_order()
    {
        RegressionModel model = Fitting.Run(_folder.Write("fit.csv", Small), new FitRequest { Target = "y", Features = "x" }).Model;
        using var source = DataSource.OpenSql("SELECT range AS x FROM range(10000) ORDER BY hash(range)");
        using MemoryStream output = new();
        DataPrediction.Run(model, source, output, request: null, rowsRead: null, TestContext.Current.CancellationToken);
        IEnumerable<string?> expected = source.Session.Table("SELECT range FROM range(10000) ORDER BY hash(range)").Select(row => row[0]);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.ToArray()).Split('\n')[1..^1].Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void Parquet_output_has_the_types_of_the_input()
    {
        string fitted = _folder.Write("fit.csv", Small);
        RegressionModel model = Fitting.Run(fitted, new FitRequest { Target = "y", Features = "x, s" }).Model;
        string path = _folder.Path("out.parquet");
        using (var source = DataSource.OpenFile(_folder.Write("in.csv", "note,s,x\n\"a, b\",v,3\nNA,u,NA\n")))
        using (FileStream output = File.Create(path))
        {
            DataPrediction.Run(model, source, output, new PredictionRequest { Format = PredictionFormat.Parquet }, rowsRead: null, TestContext.Current.CancellationToken);
        }

        using var written = DataSource.OpenFile(path);
        Assert.Equal([new("note", ColumnKind.Text), new("s", ColumnKind.Text), new("x", ColumnKind.Numeric), new("prediction", ColumnKind.Numeric)], written.Columns);
        Assert.Equal([["a, b", "v", "3", "8"], [null, "u", null, null]], written.Session.Table($"SELECT note, s, x, round(prediction, 9) FROM read_parquet('{path}')"));
    }

    [Theory]
    [InlineData("s,z\nu,1\n", "'x'")]
    [InlineData("x,s\none,u\ntwo,v\n", "is text")]
    [InlineData("x,s\n1,u\n2,v\noops,v\n", "\"oops\" in row 3")]
    [InlineData("x,s\n1,u\n2\n", "line 3 has 1 cell")]
    public void Data_that_do_not_fit_the_model_say_why(string input, string told)
    {
        DataException error = Assert.Throws<DataException>(() => Predict("x, s", Small, input));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_cell_far_down_is_an_error_with_its_line()
    {
        StringBuilder text = new("x,s\n");
        for (int i = 0; i < 30000; i++)
        {
            text.Append("1,u\n");
        }

        DataException error = Assert.Throws<DataException>(() => Predict("x, s", Small, text.Append("oops,v\n").ToString()));
        Assert.Contains("in.csv, line 30002: \"oops\" in the column 'x'", error.Message, StringComparison.Ordinal);
    }

    // The models are exact up to rounding, which is not what these tests are about.
    private static string Rounded(string csv) => string.Join('\n', csv.Split('\n').Select(line =>
    {
        int last = line.LastIndexOf(',') + 1;
        return double.TryParse(line.AsSpan(last), CultureInfo.InvariantCulture, out double value) && line[last..] != "prediction"
            ? $"{line[..last]}{Math.Round(value, 9).ToString(CultureInfo.InvariantCulture)}"
            : line;
    }));

    private (string Csv, PredictionSummary Summary) Predict(string features, string fitted, string input) =>
        Run(Fitting.Run(_folder.Write("fit.csv", fitted), new FitRequest { Target = "y", Features = features }).Model, _folder.Write("in.csv", input));

    private (string Csv, PredictionSummary Summary) Run(RegressionModel model, string path)
    {
        ModelFile.Save(model, _folder.Path("model.json"));
        using var source = DataSource.OpenFile(path);
        using MemoryStream output = new();
        PredictionSummary summary = DataPrediction.Run(ModelFile.Load(_folder.Path("model.json")), source, output, request: null, rowsRead: null, TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(output.ToArray()), summary);
    }
}
