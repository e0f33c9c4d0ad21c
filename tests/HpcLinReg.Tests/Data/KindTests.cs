using System.Globalization;
using System.Text;
using HpcLinReg.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Tests.Data;

/// <summary>Kinds come from all rows and all files, not from the first.</summary>
public sealed class KindTests : IDisposable
{
    private const int BeyondTheSample = 20481;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SELECT * FROM '{0}'")]
    [InlineData("SELECT x, y FROM read_csv('{0}') ORDER BY y")]
    [InlineData("SELECT t.x, t.y FROM '{0}' AS t")]
    [InlineData("WITH t AS (SELECT x, y FROM read_csv_auto(['{0}'])) SELECT a.x, a.y FROM t AS a WHERE a.x >= (SELECT min(x) FROM '{0}')")]
    [InlineData("SELECT meter.x, meter.y FROM '{0}'")]
    public void A_query_of_a_csv_file_keeps_late_fractions(string query)
    {
        StringBuilder text = new("x,y\n");
        for (int i = 0; i < BeyondTheSample; i++)
        {
            text.Append(i).Append(',').Append((3 * i) + 1).Append('\n');
        }

        string path = _folder.Write("meter.csv", text.Append("0.5,2.5\n1.5,5.5\n").ToString());
        using var source = DataSource.OpenSql(string.Format(CultureInfo.InvariantCulture, query, path));
        Fit fit = Fitting.Run(source, new FitRequest { Target = "y" }).Fit;
        Assert.Equal(3, fit.Model.Weights[0]);
        Assert.Equal(0, fit.ResidualSumOfSquares);
    }

    /// <summary>A file without a colon has no times, so its rows are not looked through for them; one with a colon is, wherever that stands.</summary>
    [Theory]
    [InlineData("plain", "2024-05-01", "DATE")]
    [InlineData("a: colon", "2024-05-01", "DATE")]
    [InlineData("plain", "2024-05-01 10:30:00", "TIMESTAMP")]
    [InlineData("plain", "2024-05-01T10:30", "TIMESTAMP")]
    public void A_column_of_dates_is_one_of_times_if_a_late_cell_is(string word, string last, string type)
    {
        StringBuilder text = new("d,s,y\n");
        for (int i = 0; i < BeyondTheSample; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"2024-01-{1 + (i % 28):00},{word},{i % 5}\n");
        }

        using var source = DataSource.OpenFile(_folder.Write("days.csv", text.Append(CultureInfo.InvariantCulture, $"{last},x,3\n").ToString()));
        Assert.Equal(type, source.Table.Columns[0].CellType);
    }

    [Fact]
    public void A_json_key_that_comes_late_is_a_column()
    {
        StringBuilder text = new();
        for (int i = 0; i < BeyondTheSample; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"a\":{i},\"y\":{2 * i}}}\n");
        }

        for (int i = 0; i < 10; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"a\":{i},\"b\":{i % 3}.5,\"y\":{(2 * i) + (7 * (i % 3)) + 3.5}}}\n");
        }

        DataFitResult fit = Fitting.Run(_folder.Write("late.ndjson", text.ToString()), new FitRequest { Target = "y" });
        Assert.Equal(["a", "b"], fit.Terms.Select(term => term.Name));
        Assert.Equal(BeyondTheSample, fit.RowsDropped);
        Assert.Equal(7, fit.Fit.Model.Weights[1], 1e-9);
    }

    [Theory]
    [InlineData("r::BIGINT", "r + 0.4::DOUBLE")]
    [InlineData("r::FLOAT", "1700000003 + r::DOUBLE")]
    [InlineData("(r/2)::DECIMAL(4,1)", "(r + 0.0625)::DECIMAL(9,4)")]
    [InlineData("r::TINYINT", "(r*1000)::BIGINT")]
    [InlineData("NULL::VARCHAR WHERE r < 0", "r + 0.25")]
    public void Parquet_parts_are_read_with_the_widest_type(string first, string second)
    {
        Parts(first, second);
        Fit fit = Fitting.Run(_folder.Path("*.parquet"), new FitRequest { Target = "y", Features = "x" }).Fit;
        Assert.Equal(10, fit.Model.Weights[0], 1e-9);
        Assert.InRange(fit.ResidualSumOfSquares, 0, 1e-9);
    }

    [Fact]
    public void Parts_of_which_one_holds_text_are_refused()
    {
        Parts("r::DOUBLE", "('n' || r)::VARCHAR");
        string message = Assert.Throws<DataException>(() => Fitting.Run(_folder.Path("*.parquet"), new FitRequest { Target = "y" })).Message;
        Assert.Contains("'x' is of type DOUBLE", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_only_later_parts_have_is_missing_in_the_first()
    {
        _folder.Copy("a.parquet", "SELECT r::DOUBLE AS x, 10*r::DOUBLE AS y FROM range(10) t(r)");
        _folder.Copy("b.parquet", "SELECT r::DOUBLE AS x, (r%3)::DOUBLE AS z, 10*r + 4.0*(r%3) AS y FROM range(10,20) t(r)");
        DataFitResult fit = Fitting.Run(_folder.Path("*.parquet"), new FitRequest { Target = "y" });
        Assert.Equal([new MissingCount("z", 10)], fit.MissingByColumn);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("parquet")]
    public void Whole_numbers_beyond_doubles_enter_expressions_exactly(string extension)
    {
        string path = _folder.Copy($"ticks.{extension}", "SELECT 1700000000000000001 + 100*r::BIGINT AS t, 0.5*r + 5 AS y FROM range(30) s(r)");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "t - 1700000000000000001 AS dt" });
        Assert.Equal(0.005, fit.Fit.Model.Weights[0]);
        Assert.Equal(5, fit.Fit.Model.Intercept);
        Assert.Empty(fit.Warnings);
        string warning = Assert.Single(Fitting.Run(path, new FitRequest { Target = "y" }).Warnings);
        Assert.Contains("'t' has whole numbers beyond 2⁵³ that a double cannot hold: 30 of them are rounded", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_among_fractions_are_exact_too()
    {
        string path = _folder.Write("mixed.csv", "t,y\n0.5,0.5\n9007199254740993,1\n9007199254740995,3\n-2.25,-2.25\n");
        using var source = DataSource.OpenFile(path);
        Assert.Equal([1, 3], Differences(source));
    }

    private static IEnumerable<double> Differences(DataSource source)
    {
        var rows = DataRows.Of(source, new FitRequest { Target = "y", Features = "t - 9007199254740992" }, cancellationToken: TestContext.Current.CancellationToken);
        using IRowReader reader = rows.Open();
        List<double> differences = [];
        for (ReadOnlySpan<double> read = reader.ReadRows(); !read.IsEmpty; read = reader.ReadRows())
        {
            differences.AddRange(read.ToArray().Where((_, i) => i % 2 == 0));
        }

        return differences.Where(difference => difference is > 0 and < 10);
    }

    [Theory]
    [InlineData("id,x\n00123,1\n9007199254740993,2\n007,3\n,4\n+5,5\n", "csv", "VARCHAR", "00123 9007199254740993 007 - +5")]
    [InlineData("id,x\n9007199254740993,1\n12,2\n", "csv", "BIGINT", "9007199254740993 12")]
    [InlineData("id,x\n1.25,1\n12,2\n", "csv", "DOUBLE", "1.25 12.0")]
    [InlineData("id,x\n12345678901234567891,1\n12,2\n", "csv", "VARCHAR", "12345678901234567891 12")]
    [InlineData("id,x\n2024-01-01T00:00:00+02:00,1\n", "csv", "VARCHAR", "2024-01-01T00:00:00+02:00")]
    [InlineData("{\"id\": 9007199254740993, \"x\": 1}\n{\"id\": 12, \"x\": 2}\n", "ndjson", "BIGINT", "9007199254740993 12")]
    [InlineData("{\"id\": 9007199254740993, \"x\": 1}\n{\"id\": 1.5, \"x\": 2}\n", "ndjson", "VARCHAR", "9007199254740993 1.5")]
    public void Columns_that_pass_through_keep_what_was_written(string content, string extension, string type, string expected)
    {
        RegressionModel model = Fitting.Run(_folder.Write("train.csv", "x,y\n1,3\n2,5\n3,7\n"), new FitRequest { Target = "y" }).Model;
        using (var source = DataSource.OpenFile(_folder.Write($"new.{extension}", content)))
        using (FileStream output = File.Create(_folder.Path("out.parquet")))
        {
            DataPrediction.Run(model, source, output, new PredictionRequest { Format = PredictionFormat.Parquet }, cancellationToken: TestContext.Current.CancellationToken);
        }

        using var session = Session.ForQueries();
        List<string?[]> rows = session.Table($"SELECT typeof(id), coalesce(CAST(id AS VARCHAR), '-') FROM {Sql.Text(_folder.Path("out.parquet"))}");
        Assert.Equal(type, rows[0][0]);
        Assert.Equal(expected, string.Join(' ', rows.Select(row => row[1])));
    }

    [Theory]
    [InlineData("(x < 2)::DOUBLE AS small", 3)]
    [InlineData("coalesce(x, 0) AS filled", 0)]
    public void Numbers_that_are_none_are_missing_before_they_are_compared(string feature, int dropped)
    {
        string path = _folder.Copy("nan.parquet", "SELECT CASE r % 4 WHEN 3 THEN 'nan'::DOUBLE WHEN 2 THEN 200 + r ELSE r END AS x, r::DOUBLE AS y FROM range(12) t(r)");
        Assert.Equal(dropped, Fitting.Run(path, new FitRequest { Target = "y", Features = feature }).RowsDropped);
    }

    [Fact]
    public void A_number_that_is_none_is_not_greater_than_any()
    {
        string path = _folder.Copy("nan.parquet", "SELECT CASE r % 4 WHEN 3 THEN 'nan'::DOUBLE WHEN 2 THEN 200 + r ELSE r END AS x, CASE r % 4 WHEN 2 THEN 5.0 ELSE 0 END AS y FROM range(12) t(r)");
        Fit fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "CASE WHEN x > 100 THEN 1 ELSE 0 END AS big" }).Fit;
        Assert.Equal(5, fit.Model.Weights[0], 1e-12);
    }

    private void Parts(string first, string second)
    {
        _folder.Copy("a.parquet", $"SELECT x, TRY_CAST(x AS DOUBLE)*10 AS y FROM (SELECT x FROM (SELECT r FROM range(10) t(r)) CROSS JOIN LATERAL (SELECT {first}) AS s(x))");
        _folder.Copy("b.parquet", $"SELECT x, TRY_CAST(x AS DOUBLE)*10 AS y FROM (SELECT x FROM (SELECT r FROM range(10) t(r)) CROSS JOIN LATERAL (SELECT {second}) AS s(x))");
    }
}
