using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>A cell of JSON or Parquet that is not what its column is read as is named with its file and row, in fits and predictions.</summary>
public sealed class BadCellTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_of_several_types_in_json_are_text_with_the_cell_that_is_no_number()
    {
        string path = _folder.Write("mixed.ndjson", "{\"x\":1,\"y\":1}\n{\"x\":2.5,\"y\":2}\n{\"x\":\"n/k\",\"y\":3}\n{\"x\":true,\"y\":4}\n");
        Assert.Contains("'x' is text because of \"n/k\" in row 3", Refusal(() => Fitting.Run(path, new FitRequest { Target = "x" })), StringComparison.Ordinal);
        Assert.Equal(["x[2.5]", "x[n/k]", "x[true]"], Fitting.Run(path, new FitRequest { Target = "y", Features = "x" }).Terms.Select(term => term.Name));
        using var asNumber = DataSource.OpenFile(path, Number("x"));
        Assert.Contains("mixed.ndjson, row 3: \"n/k\" in the column 'x' is not a number", Refusal(() => Fitting.Run(asNumber, new FitRequest { Target = "y" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_among_numbers_of_json_is_named()
    {
        string rows = string.Concat(Enumerable.Range(0, 2000).Select(i => $"{{\"x\":{(i == 1500 ? "\"oops\"" : $"{i}")},\"y\":{i % 7}}}\n"));
        string path = _folder.Write("late.ndjson", rows);
        Assert.Contains("\"oops\" in row 1501", Refusal(() => Fitting.Run(path, new FitRequest { Target = "y", Features = "x" })), StringComparison.Ordinal);
        Assert.Contains("\"oops\" in row 1501", Refusal(() => Fitting.Run(path, new FitRequest { Target = "x", Features = "y" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_with_a_nul_is_refused_by_column()
    {
        string path = _folder.Write("nul.ndjson", "{\"g\":\"a\\u0000b\",\"y\":1}\n{\"g\":\"c\",\"y\":2}\n{\"g\":\"c\",\"y\":4}\n");
        Assert.Contains("'g' has a value with a NUL character", Refusal(() => Fitting.Run(path, new FitRequest { Target = "y", Features = "g" })), StringComparison.Ordinal);
    }

    /// <summary>As spreadsheets write a name on two lines. DuckDB then takes the break for that of all lines, and finds no rows.</summary>
    [Theory]
    [InlineData("x,z,\"Comment\n(optional)\"\r\n1,2,a\r\n2,3,b\r\n")]
    [InlineData("x,z,\"Comment\r\n(optional)\"\n1,2,a\n2,3,b\n")]
    public void A_line_break_in_a_name_that_ends_no_line_is_refused(string text) =>
        Assert.Contains("line break within a name of its header", Refusal(() => DataSource.OpenFile(_folder.Write("excel.csv", text)).Dispose()), StringComparison.Ordinal);

    [Theory]
    [InlineData("x,\"z\r\n(m)\"\r\n1,2\r\n2,3\r\n4,5\r\n")]
    [InlineData("x,\"z\n(m)\"\n1,2\n2,3\n4,5\n")]
    public void A_line_break_in_a_name_is_read_where_lines_end_alike(string text) =>
        Assert.Equal(3, Fitting.Run(_folder.Write("alike.csv", text), new FitRequest { Target = "x" }).Fit.RowCount);

    [Fact]
    public void Objects_among_the_values_of_json_are_no_text()
    {
        string path = _folder.Write("objects.ndjson", "{\"x\":1,\"y\":1}\n{\"x\":{\"a\":2},\"y\":2}\n");
        Assert.Contains("type JSON", Refusal(() => Fitting.Run(path, new FitRequest { Target = "y", Features = "x" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_json_column_without_values_may_be_of_any_kind()
    {
        RegressionModel model = Fitting.Run(_folder.Write("train.ndjson", "{\"x\":1,\"y\":1}\n{\"x\":2.5,\"y\":2}\n{\"x\":3,\"y\":4}\n"), new FitRequest { Target = "y" }).Model;
        using var source = DataSource.OpenFile(_folder.Write("empty.ndjson", "{\"x\":null}\n{\"x\":null}\n"));
        Assert.Equal(2, DataPrediction.Run(model, source, Stream.Null, cancellationToken: TestContext.Current.CancellationToken).RowsWithoutPrediction);
    }

    [Fact]
    public void A_prediction_names_the_row_and_the_file()
    {
        RegressionModel model = Fitting.Run(_folder.Write("train.ndjson", "{\"x\":1,\"y\":1}\n{\"x\":2.5,\"y\":2}\n{\"x\":3,\"y\":4}\n"), new FitRequest { Target = "y" }).Model;
        _folder.Write("part1.ndjson", "{\"x\":1}\n{\"x\":2}\n");
        string second = _folder.Write("part2.ndjson", "{\"x\":\"7\"}\n{\"x\":\"seven\"}\n");
        string alone = Refusal(() => Predict(model, second, Number("x")));
        Assert.Contains("part2.ndjson, row 2: \"seven\" in the column 'x' is not a number", alone, StringComparison.Ordinal);
        string both = Refusal(() => Predict(model, _folder.Path("part*.ndjson"), Number("x")));
        Assert.Contains("part2.ndjson, row 2: \"seven\"", both, StringComparison.Ordinal);
        Assert.DoesNotContain("part1", both, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_is_named_with_the_row_only_if_it_has_an_order()
    {
        const string Rows = "SELECT * FROM (VALUES ('1', 1), ('2', 2), ('x1', 3)) AS t(x, y)";
        using var ordered = DataSource.OpenSql($"{Rows} ORDER BY y", Number("x"));
        Assert.Contains("the query, row 3: \"x1\"", Refusal(() => Fitting.Run(ordered, new FitRequest { Target = "y" })), StringComparison.Ordinal);
        using var unordered = DataSource.OpenSql(Rows, Number("x"));
        Assert.Contains("the query: \"x1\"", Refusal(() => Fitting.Run(unordered, new FitRequest { Target = "y" })), StringComparison.Ordinal);
    }

    private static void Predict(RegressionModel model, string path, ReadingSettings settings)
    {
        using var source = DataSource.OpenFile(path, settings);
        _ = DataPrediction.Run(model, source, Stream.Null, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static string Refusal(Action read) => Assert.Throws<DataException>(read).Message;

    private static ReadingSettings Number(string column) => new() { Kinds = new Dictionary<string, ReadAs> { [column] = ReadAs.Number } };
}
