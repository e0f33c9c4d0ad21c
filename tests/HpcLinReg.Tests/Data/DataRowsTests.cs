using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class DataRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_reading_gives_the_same_complete_rows_with_levels_as_terms()
    {
        string path = _folder.Write("a.csv", "a,kind,y\n1,red,10\n,red,20\n3,blue,30\n4,red,\n5,green,50\n");
        using var source = DataSource.OpenFile(path);
        DataRows rows = Rows(source, new FitRequest { Target = "y", Features = "a, kind" });
        Assert.Equal(["a", "kind[green]", "kind[red]"], rows.Terms.Select(term => term.Name));
        Assert.Equal((4, 0, 0), (rows.Columns, rows.RowCount, rows.RowsDropped));
        for (int reading = 0; reading < 3; reading++)
        {
            Assert.Equal([1, 0, 1, 10, 3, 0, 0, 30, 5, 1, 0, 50], ReadAll(rows));
            Assert.Equal((3, 2), (rows.RowCount, rows.RowsDropped));
        }

        Assert.Equal([new MissingCount("y", 1), new MissingCount("a", 1)], rows.MissingByColumn);
    }

    [Fact]
    public void Rows_of_many_chunks_come_whole_and_in_order()
    {
        string path = _folder.Copy("many.parquet", "SELECT i AS a, CASE WHEN i % 3 = 0 THEN NULL ELSE 2.0 * i END AS y FROM range(10000) t(i)");
        using var source = DataSource.OpenFile(path);
        DataRows rows = Rows(source, new FitRequest { Target = "y" });
        double[] expected = [.. Enumerable.Range(0, 10000).Where(i => i % 3 != 0).SelectMany(i => new[] { i, 2.0 * i })];
        Assert.Equal(expected, ReadAll(rows));
        Assert.Equal(expected, ReadAll(rows));
    }

    [Fact]
    public void A_reading_left_half_way_does_not_disturb_the_next()
    {
        string path = _folder.Copy("many.parquet", "SELECT i AS a, i AS y FROM range(100000) t(i)");
        using var source = DataSource.OpenFile(path);
        DataRows rows = Rows(source, new FitRequest { Target = "y" });
        using (IRowReader reader = rows.Open())
        {
            Assert.NotEqual(0, reader.ReadRows().Length);
        }

        Assert.Equal(0, rows.RowCount);
        Assert.Equal(200000, ReadAll(rows).Count);
        Assert.Equal(100000, rows.RowCount);
    }

    [Fact]
    public void A_source_that_changes_between_readings_is_an_error()
    {
        string path = _folder.Write("grows.csv", "a,y\n1,2\n2,3\n4,9\n");
        using var source = DataSource.OpenFile(path);
        DataRows rows = Rows(source, new FitRequest { Target = "y" });
        ReadAll(rows);
        File.AppendAllText(path, "5,6\n");
        DataException exception = Assert.Throws<DataException>(() => ReadAll(rows));
        Assert.Contains("3 complete rows", exception.Message, StringComparison.Ordinal);
        Assert.Contains("4 now", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_of_incomplete_rows_only_is_an_error_at_its_end()
    {
        string path = _folder.Write("holes.csv", "a,y\n1,\n2,\n,3\n");
        using var source = DataSource.OpenFile(path);
        DataRows rows = Rows(source, new FitRequest { Target = "y" });
        Assert.Contains("'a' in 1", Assert.Throws<DataException>(() => ReadAll(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_token_stops_a_reading()
    {
        string path = _folder.Copy("many.parquet", "SELECT i AS a, i AS y FROM range(100000) t(i)");
        using var stop = new CancellationTokenSource();
        using var source = DataSource.OpenFile(path);
        var rows = DataRows.Of(source, new FitRequest { Target = "y" }, cancellationToken: stop.Token);
        using IRowReader reader = rows.Open();
        Assert.NotEqual(0, reader.ReadRows().Length);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => reader.ReadRows().Length);
    }

    private static DataRows Rows(DataSource source, FitRequest request) =>
        DataRows.Of(source, request, cancellationToken: TestContext.Current.CancellationToken);

    private static List<double> ReadAll(DataRows rows)
    {
        List<double> all = [];
        using IRowReader reader = rows.Open();
        for (ReadOnlySpan<double> read = reader.ReadRows(); read.Length > 0; read = reader.ReadRows())
        {
            all.AddRange(read);
        }

        return all;
    }
}
