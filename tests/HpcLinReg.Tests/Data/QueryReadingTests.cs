using System.Globalization;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>CSV files that a query names are read under the rules of other CSV files, and settings hold for them.</summary>
public sealed class QueryReadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("41_10\n41_11\n", ReadAs.Text)]
    [InlineData("0047583311587E590003\n0047583311587E590004\n", ReadAs.Text)]
    [InlineData("1\n2.5\n", ReadAs.Number)]
    [InlineData("9007199254740993\n2\n", ReadAs.Whole)]
    [InlineData("NA\n2\n", ReadAs.Text)]
    [InlineData("true\nFALSE\n", ReadAs.Flag)]
    [InlineData("t\nF\n", ReadAs.Flag)]
    [InlineData("t\nx\n", ReadAs.Text)]
    [InlineData("2024-01-01\n2024-01-02\n", ReadAs.Date)]
    [InlineData("31/01/2024\n01/02/2024\n", ReadAs.Date)]
    [InlineData("2024-01-01T00:00:00+02:00\n2024-01-02\n", ReadAs.Time)]
    public void Kinds_are_those_of_all_rows(string cells, ReadAs kind) =>
        Assert.Equal(kind, Schema("SELECT * FROM '{0}'", $"x\n{cells}").Columns[0].Kind);

    [Theory]
    [InlineData("SELECT x FROM '{0}'")]
    [InlineData("SELECT t.x FROM read_csv('{0}') AS t")]
    [InlineData("SELECT read_csv.x FROM read_csv('{0}')")]
    public void Texts_among_numbers_make_them_text_and_stay_as_they_are(string query)
    {
        string text = "x\n007\n" + string.Concat(Enumerable.Repeat("12\n", 20500)) + "abc\n";
        Assert.Equal(ReadAs.Text, Schema(query, text).Columns[0].Kind);
    }

    [Fact]
    public void Offsets_of_times_are_applied()
    {
        DataFitResult fit = Fit("SELECT t, y FROM '{0}' ORDER BY y", "t,y\n2024-10-27T02:30:00+02:00,0\n2024-10-27T02:30:00+01:00,1\n2024-10-27T03:30:00+01:00,2\n", "epoch(t)/3600 AS h", new ReadingSettings());
        Assert.Equal(1, fit.Fit.Model.Weights[0], 1e-9);
    }

    [Fact]
    public void Dates_that_fit_two_orders_give_a_warning_or_are_read_as_given()
    {
        const string Dates = "d,y\n01/02/2024,1\n03/04/2024,3\n05/06/2024,5\n";
        Assert.Contains("--dates dmy, mdy or ymd", Assert.Single(Fit("SELECT * FROM '{0}' ORDER BY y", Dates, "month(d)", new ReadingSettings()).Warnings), StringComparison.Ordinal);
        Assert.Empty(Fit("SELECT * FROM '{0}' ORDER BY y", Dates, "month(d)", new ReadingSettings { Dates = DateOrder.MonthDayYear }).Warnings);
    }

    [Theory]
    [InlineData("SELECT zip, y FROM '{0}' ORDER BY y", "zip")]
    [InlineData("SELECT zip AS z, y FROM '{0}' ORDER BY y", "z")]
    public void A_column_of_a_file_that_is_given_as_text_keeps_its_zeros(string query, string feature)
    {
        DataFitResult fit = Fit(query, "zip,y\n00123,1\n123,5\n00123,1\n", feature, new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["zip"] = ReadAs.Text } });
        Assert.Equal(["00123", "123"], fit.Model.Design.Columns[0].Levels);
    }

    [Theory]
    [InlineData("SELECT t, y FROM '{0}' ORDER BY y", "hour(t)")]
    [InlineData("SELECT hour(t) AS h, y FROM '{0}' ORDER BY y", "h")]
    public void The_zone_is_applied_once(string query, string feature)
    {
        DataFitResult fit = Fit(query, "t,y\n2024-07-01 12:00:00,10\n2024-01-01 09:00:00,8\n", feature, new ReadingSettings { Zone = "Europe/Berlin" });
        Assert.Equal(1, fit.Fit.Model.Weights[0], 1e-9);
        Assert.Equal(0, fit.Fit.Model.Intercept, 1e-9);
    }

    [Fact]
    public void Settings_that_cannot_hold_for_a_file_are_refused()
    {
        string message = Assert.Throws<UsageException>(() => Schema("SELECT * FROM read_csv('{0}', delim = ',')", "zip\n001\n", new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["zip"] = ReadAs.Text } })).Message;
        Assert.Contains("options of its own", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_is_not_what_is_given_is_refused_with_file_and_line()
    {
        string message = Assert.Throws<DataException>(() => Schema("SELECT 2*v AS w FROM '{0}'", "v\n1\nabc\n", new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["v"] = ReadAs.Number } })).Message;
        Assert.Contains("in.csv, line 3: \"abc\" in the column 'v' is not a number", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_duckdb_reads_is_read_as_before()
    {
        Assert.Equal(["column0", "column1"], Schema("SELECT * FROM '{0}'", "1,2\n3,4\n").Columns.Select(column => column.Name));
        Assert.Equal(["x", "x_1"], Schema("SELECT * FROM '{0}'", "x,x\n1,2\n3,4\n").Columns.Select(column => column.Name));
    }

    private DataSchema Schema(string query, string content, ReadingSettings? settings = null)
    {
        using DataSource source = Open(query, content, settings);
        return DataSchema.Of(source, TestContext.Current.CancellationToken);
    }

    private DataFitResult Fit(string query, string content, string features, ReadingSettings settings)
    {
        using DataSource source = Open(query, content, settings);
        return Fitting.Run(source, new FitRequest { Target = "y", Features = features });
    }

    private DataSource Open(string query, string content, ReadingSettings? settings) =>
        DataSource.OpenSql(string.Format(CultureInfo.InvariantCulture, query, _folder.Write("in.csv", content)), settings);
}
