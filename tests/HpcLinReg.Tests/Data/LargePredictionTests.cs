using System.Globalization;
using System.Text;
using HpcLinReg.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Tests.Data;

/// <summary>Predictions of files that several threads read at once: rows keep their order, columns their types, and bits are those of one row.</summary>
public sealed class LargePredictionTests : IDisposable
{
    /// <summary>DuckDB's threads read parts of 8 MB of text, and groups of 122,880 rows of Parquet.</summary>
    private const int Rows = 300_000;

    private const string Columns = "range AS id, sin(range) AS x, cos(range) * 1e-3 AS z, 'a text of some length, ' || range % 7 AS note, CASE WHEN range % 1000 <> 17 THEN 'k' || range % 3 END AS s";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x, s, z")]
    [InlineData("x, id IN (1, 2, 3, 4, 5, 6, 7, 8) AS chosen")]
    public void Rows_of_large_text_keep_their_order(string features)
    {
        string input = Input("csv");
        string output = _folder.Path("out.csv");
        PredictionSummary summary = Predict(Model(features), input, output);
        Assert.Equal(Rows, summary.Rows);
        string[] expected = File.ReadAllLines(input), actual = File.ReadAllLines(output);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.StartsWith($"{pair.First},", pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Large_Parquet_keeps_order_and_columns_and_has_the_bits_of_single_rows()
    {
        string input = Input("parquet"), output = _folder.Path("out.parquet"), csv = _folder.Path("out.csv");
        RegressionModel model = Model("x, s, z");
        PredictionSummary summary = Predict(model, input, output);
        PredictionSummary ofText = Predict(model, input, csv);
        Assert.Equal(Rows, summary.Rows);
        Assert.Equal(Rows / 1000, summary.RowsWithoutPrediction);
        Assert.Equal([new MissingCount("s", Rows / 1000)], summary.MissingByColumn);
        Assert.Equal(ofText.MissingByColumn, summary.MissingByColumn);
        Assert.Empty(summary.Warnings);
        using var session = Session.ForQueries();
        Assert.Equal("0", session.Scalar($"SELECT count(*) FROM (SELECT *, row_number() OVER () - 1 AS place FROM {Sql.Text(output)}) WHERE id <> place"));
        Assert.Equal("0", session.Scalar($"SELECT count(*) FROM (SELECT id, x, z, note, s FROM {Sql.Text(output)} EXCEPT SELECT * FROM {Sql.Text(input)})"));
        Assert.Equal("0", session.Scalar($"SELECT count(*) FROM {Sql.Text(output)} JOIN read_csv({Sql.Text(csv)}) AS text USING (id) WHERE {Sql.Identifier("out")}.prediction IS DISTINCT FROM text.prediction"));
    }

    [Fact]
    public void A_level_unknown_to_the_model_is_named_with_its_first_row()
    {
        string input = _folder.Copy("in.parquet", $"SELECT * REPLACE (CASE WHEN id IN (200001, 250000) THEN 'w' ELSE s END AS s) FROM (SELECT {Columns} FROM range({Rows}))");
        PredictionSummary summary = Predict(Model("x, s, z"), input, _folder.Path("out.parquet"));
        Assert.Equal(Rows, summary.Rows);
        Assert.Equal("'s' has a value that the model was not fitted on in 2 rows, the first \"w\" in row 200002; there is no prediction for them.", Assert.Single(summary.Warnings));
    }

    /// <summary>DuckDB would write a whole number beyond 2⁶³ as a double.</summary>
    [Fact]
    public void Columns_of_a_query_keep_their_types_in_Parquet()
    {
        const string Query = "SELECT 0.5 AS x, 'k1' AS s, 2.5::DOUBLE AS z, 170141183460469231731687303715::HUGEINT AS huge, 12.34::DECIMAL(9, 2) AS price, DATE '2024-02-29' AS day, " +
            "TIMESTAMP '2024-02-29 23:59:59.123456' AS time, true AS flag, [1, 2] AS list, '' AS empty, NULL::VARCHAR AS missing, 'NA' AS na, 9223372036854775807 AS whole, 'e'::ENUM('e', 'f') AS choice ORDER BY x";
        string output = _folder.Path("out.parquet");
        using (var source = DataSource.OpenSql(Query))
        using (FileStream stream = File.Create(output))
        {
            DataPrediction.Run(Model("x, s, z"), source, stream, new PredictionRequest { Format = PredictionFormat.Parquet }, rowsRead: null, TestContext.Current.CancellationToken);
        }

        using var session = Session.ForQueries();
        Assert.Equal(
            ["DOUBLE", "VARCHAR", "DOUBLE", "DECIMAL(38,0)", "DECIMAL(9,2)", "DATE", "TIMESTAMP", "BOOLEAN", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "VARCHAR", "DOUBLE"],
            session.Table($"DESCRIBE SELECT * REPLACE (x::DOUBLE AS x) FROM {Sql.Text(output)}").Select(row => row[1]));
        Assert.Equal(
            ["170141183460469231731687303715", "12.34", "2024-02-29", "2024-02-29 23:59:59.123456", "[1, 2]", "", null, "NA", "9223372036854775807"],
            session.Table($"SELECT COLUMNS(['huge', 'price', 'day', 'time', 'list', 'empty', 'missing', 'na', 'whole'])::VARCHAR FROM {Sql.Text(output)}")[0]);
    }

    [Fact]
    public void A_stream_that_is_no_file_gets_the_same_bytes_as_a_file()
    {
        string input = Input("parquet"), output = _folder.Path("out.parquet");
        RegressionModel model = Model("x, s, z");
        Predict(model, input, output);
        using var source = DataSource.OpenFile(input);
        using MemoryStream stream = new();
        DataPrediction.Run(model, source, stream, new PredictionRequest { Format = PredictionFormat.Parquet }, rowsRead: null, TestContext.Current.CancellationToken);
        Assert.True(File.ReadAllBytes(output).AsSpan().SequenceEqual(stream.ToArray()));
    }

    [Fact]
    public void A_prediction_into_Parquet_can_be_cancelled()
    {
        string input = Input("parquet");
        RegressionModel model = Model("x, s, z");
        using var source = DataSource.OpenFile(input);
        using MemoryStream stream = new();
        using CancellationTokenSource cancel = new();
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => DataPrediction.Run(
            model, source, stream, new PredictionRequest { Format = PredictionFormat.Parquet }, rowsRead: null, cancel.Token));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void Quotes_and_long_cells_are_written_as_RFC_4180_has_them()
    {
        string longCell = new('x', 200_000), quoted = string.Concat(Enumerable.Repeat("\"\"\n,", 50_000));
        string input = _folder.Write("in.csv", $"note,x,s,z\n{longCell},1,k1,2\n\"{quoted}\",1,k1,2\n\"\"\"\",1,k1,2\n,1,k1,2\nä€𝄞,1,k1,2\n");
        string output = _folder.Path("out.csv");
        Predict(Model("x, s, z"), input, output);
        string text = File.ReadAllText(output);
        string prediction = text[(text.LastIndexOf(',') + 1)..].TrimEnd();
        Assert.True(double.IsFinite(double.Parse(prediction, CultureInfo.InvariantCulture)));
        Assert.Equal(File.ReadAllText(input).Replace(",2\n", $",2,{prediction}\n", StringComparison.Ordinal).Replace("note,x,s,z\n", "note,x,s,z,prediction\n", StringComparison.Ordinal), text);
    }

    /// <summary>A group of rows of 500 columns takes more memory than a copy is given at first.</summary>
    [Fact]
    public void Many_columns_are_copied_whole_whatever_memory_they_take()
    {
        string wide = string.Join(", ", Enumerable.Range(0, 500).Select(i => FormattableString.Invariant($"hash(range + {i}) AS c{i}")));
        string input = _folder.Copy("in.parquet", $"SELECT sin(range) AS x, range % 5 AS z, 'k' || range % 3 AS s, {wide} FROM range(130000)"), output = _folder.Path("out.parquet");
        PredictionSummary summary = Predict(Model("x, s, z"), input, output);
        Assert.Equal((130000, 0), (summary.Rows, summary.RowsWithoutPrediction));
        using var written = DataSource.OpenFile(output);
        Assert.Equal(504, written.Columns.Count);
        Assert.Equal(130000, written.EstimateRows());
    }

    private string Input(string extension) => _folder.Copy($"in.{extension}", $"SELECT {Columns} FROM range({Rows})");

    private RegressionModel Model(string features)
    {
        StringBuilder rows = new("y,id,x,z,s\n");
        for (int i = 0; i < 60; i++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"{(i * i % 17) + Math.Sin(i)},{i},{Math.Cos(i)},{i % 5},k{i % 3}\n");
        }

        return Fitting.Run(_folder.Write("fit.csv", rows.ToString()), new FitRequest { Target = "y", Features = features }).Model;
    }

    private static PredictionSummary Predict(RegressionModel model, string input, string output)
    {
        using var source = DataSource.OpenFile(input);
        using FileStream stream = File.Create(output);
        var request = new PredictionRequest { Format = output.EndsWith(".parquet", StringComparison.Ordinal) ? PredictionFormat.Parquet : PredictionFormat.Csv };
        return DataPrediction.Run(model, source, stream, request, rowsRead: null, TestContext.Current.CancellationToken);
    }
}
