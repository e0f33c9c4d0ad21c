using DuckDB.NET.Data;
using HpcLinReg.Data;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Tests.Data;

public sealed class SourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.csv", "x,y\n1,2\n2,4\n3,6\n")]
    [InlineData("x.csv", "x;y\n1;2\n2;4\n3;6\n")]
    [InlineData("x.csv", "x|y\n1|2\n2|4\n3|6\n")]
    [InlineData("x.tsv", "x\ty\n1\t2\n2\t4\n3\t6\n")]
    [InlineData("x.txt", "\"x\",\"y\"\n\"1\",\"2\"\n2,4\n3,6")]
    [InlineData("x.csv", "\uFEFFx,y\r\n1,2\r\n2,4\r\n3,6\r\n")]
    [InlineData("x.csv", "\n\nx, y\n1, 2\n2, 4\n3, 6\n")]
    [InlineData("x.csv", "x,y\n1,2\n\n2,4\n3,6\n\n")]
    [InlineData("x", "x,y\n1,2\n2,4\n3,6\n")]
    [InlineData("a[1] it's.csv", "x,y\n1,2\n2,4\n3,6\n")]
    [InlineData("x.json", "[{\"x\":1,\"y\":2},{\"x\":2,\"y\":4},{\"x\":3,\"y\":6}]")]
    [InlineData("x.ndjson", "{\"x\":1,\"y\":2}\n{\"x\":2,\"y\":4}\n{\"x\":3,\"y\":6}\n")]
    public void Every_format_gives_the_same_fit(string name, string content)
    {
        DataFitResult result = Fitting.Run(_folder.Write(name, content), new FitRequest { Target = "y" });
        Assert.Equal(3, result.Fit.RowCount);
        Assert.Equal(2, result.Fit.Model.Weights[0], 1e-14);
        Assert.True(result.BitsPromised);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void Compressed_files_are_read() =>
        Assert.Equal(2, Fitting.Run(_folder.WriteGzip("x.csv.gz", "x,y\n1,2\n2,4\n3,6\n"), new FitRequest { Target = "y" }).Fit.Model.Weights[0], 1e-14);

    [Fact]
    public void Parquet_of_many_types_is_read()
    {
        string path = _folder.Copy(
            "types.parquet",
            "SELECT range::DOUBLE AS y, range::UTINYINT AS a, (range*range)::DECIMAL(9,2) AS b, range::HUGEINT*range*range AS c, range::FLOAT/3 AS f, range % 2 = 0 AS g, DATE '2020-01-01' AS d, [range] AS l, {'u': range} AS u FROM range(30)");
        DataFitResult result = Fitting.Run(path, new FitRequest { Target = "y", Features = "b, c, g" });
        Assert.Equal(30, result.Fit.RowCount);
        using var source = DataSource.OpenFile(path);
        Assert.Equal(
            [ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Boolean, ColumnKind.Date, ColumnKind.Other, ColumnKind.Other],
            source.Columns.Select(column => column.Kind));
    }

    [Fact]
    public void Parquet_and_an_ordered_query_give_the_same_bits_and_csv_agrees_within_its_bounds()
    {
        string parquet = _folder.Copy("rows.parquet", "SELECT sin(range) AS x, cos(3*range) AS z, sin(range)*2 + cos(range) AS y, range AS id FROM range(20000)");
        string csv = _folder.Copy("rows.csv", $"SELECT * FROM '{parquet}'");
        using var query = DataSource.OpenSql($"SELECT * FROM '{csv}' ORDER BY id DESC; ");
        using var back = DataSource.OpenSql($"SELECT * FROM '{parquet}' ORDER BY id -- forwards");
        FitRequest request = new() { Target = "y", Features = "x, z" };
        Fit expected = Fitting.Run(parquet, request).Fit;
        Fit fromText = Fitting.Run(csv, request).Fit;
        for (int j = 0; j < 2; j++)
        {
            double bound = expected.Certificate.WeightErrorBounds[j] + fromText.Certificate.WeightErrorBounds[j];
            Assert.InRange(Math.Abs(expected.Model.Weights[j] - fromText.Model.Weights[j]), 0, bound);
        }

        DataFitResult ordered = Fitting.Run(back, request);
        Assert.Equal(expected.Model.Weights.ToArray(), ordered.Fit.Model.Weights.ToArray());
        Assert.True(ordered.BitsPromised);
        Assert.NotEqual(0, Fitting.Run(query, request).Fit.Model.Weights[0]);
    }

    [Fact]
    public void A_query_without_an_order_promises_no_bits()
    {
        using var source = DataSource.OpenSql("SELECT range AS x, range*2 AS y FROM range(10)");
        Assert.False(source.HasStableOrder);
        DataFitResult result = Fitting.Run(source, new FitRequest { Target = "y" });
        Assert.False(result.BitsPromised);
        Assert.Contains("ORDER BY", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DROP TABLE x")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELEC 1")]
    public void A_query_that_is_not_one_select_is_wrong_usage(string query) =>
        Assert.Throws<UsageException>(() => DataSource.OpenSql(query));

    [Fact]
    public void A_query_that_fails_says_why() =>
        Assert.Contains("nosuch", Assert.Throws<DataException>(() => DataSource.OpenSql("SELECT * FROM nosuch")).Message, StringComparison.Ordinal);

    [Fact]
    public void Files_of_a_glob_are_read_in_order_of_their_names()
    {
        _folder.Write("part-2.csv", "x,y\n3,7\n4,8\n");
        _folder.Write("part-1.csv", "x,y\n1,2\n2,5\n");
        string whole = _folder.Write("whole.csv", "x,y\n1,2\n2,5\n3,7\n4,8\n");
        FitRequest request = new() { Target = "y" };
        DataFitResult parts = Fitting.Run(_folder.Path("part-*.csv"), request);
        Assert.Equal(Fitting.Run(whole, request).Fit.Model.Weights.ToArray(), parts.Fit.Model.Weights.ToArray());
        Assert.True(parts.BitsPromised);
    }

    [Fact]
    public void Files_of_a_glob_need_one_header()
    {
        _folder.Write("part-1.csv", "x,y\n1,2\n");
        _folder.Write("part-2.csv", "y,x\n3,7\n");
        Assert.Contains("another header", Assert.Throws<DataException>(() => DataSource.OpenFile(_folder.Path("part-*.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_session_reads_its_files_and_nothing_else()
    {
        string allowed = _folder.Write("allowed.csv", "x\n1\n");
        string other = _folder.Write("other.csv", "x\n1\n");
        using var session = Session.ForFiles([allowed]);
        Assert.Single(session.Table($"SELECT * FROM read_csv({Sql.Text(allowed)})"));
        Assert.Throws<DuckDBException>(() => session.Table($"SELECT * FROM read_csv({Sql.Text(other)})"));
        Assert.Throws<DuckDBException>(() => session.Execute("SET enable_external_access = true"));
        Assert.Throws<DuckDBException>(() => session.Execute($"COPY (SELECT 1) TO {Sql.Text(_folder.Path("written.csv"))}"));
    }

    [Fact]
    public void Hundreds_of_text_columns_are_told_from_numbers()
    {
        string path = _folder.Copy("wide.csv", $"SELECT range AS y, {string.Join(", ", Enumerable.Range(0, 300).Select(i => $"'t' || range % {i + 2} AS s{i}"))} FROM range(2000)");
        using var source = DataSource.OpenFile(path);
        Assert.Equal(ColumnKind.Numeric, source.Columns[0].Kind);
        Assert.All(source.Columns.Skip(1), column => Assert.Equal(ColumnKind.Text, column.Kind));
        Assert.Equal(301, source.Columns.Count);
    }

    [Fact]
    public void Penguins_have_numeric_columns_and_their_dot_is_a_level()
    {
        string path = TemporaryFolder.TestData("real/penguins.csv");
        using (var source = DataSource.OpenFile(path))
        {
            Assert.Equal(
                [ColumnKind.Text, ColumnKind.Text, ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Numeric, ColumnKind.Text],
                source.Columns.Select(column => column.Kind));
        }

        DataFitResult result = Fitting.Run(path, new FitRequest { Target = "Body Mass (g)", Features = "Sex" });
        Assert.Equal(["Sex[FEMALE]", "Sex[MALE]"], result.Terms.Select(term => term.Name));
        Assert.Equal(334, result.Fit.RowCount);
    }

    [Fact]
    public void Names_with_commas_and_quotes_and_cells_with_line_ends_are_read()
    {
        string path = _folder.Write("odd.csv", "\"Weight, kg\",\"say \"\"y\"\"\",note\n1,2,\"two\nlines\"\n2,4,\"a, \"\"b\"\"\"\n3,6,\n");
        DataFitResult result = Fitting.Run(path, new FitRequest { Target = "say \"y\"", Features = "Weight, kg" });
        Assert.Equal("Weight, kg", Assert.Single(result.Terms).Name);
        Assert.Equal(2, result.Fit.Model.Weights[0], 1e-14);
    }
}
