using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Keys of folders as columns, where somebody asks for them: of the kinds that their values have, in the order of the paths.</summary>
public sealed class HiveTests : IDisposable
{
    private static readonly ReadingSettings Hive = new() { FolderKeys = true };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".csv", false)]
    [InlineData(".parquet", false)]
    [InlineData(".csv", true)]
    public void Keys_are_columns_of_their_values_kinds(string extension, bool rewritten)
    {
        foreach ((string year, string city, int k) in (ReadOnlySpan<(string, string, int)>)[("2023", "Bern", 0), ("2023", "New%20York", 1), ("2024", "__HIVE_DEFAULT_PARTITION__", 2), ("2024", "a%3Db", 3)])
        {
            Directory.CreateDirectory(_folder.Path($"year={year}/city={city}"));
            _folder.Copy($"year={year}/city={city}/part{extension}", $"SELECT range + {k} / 4.0::double AS x, 3 * range + {k} AS y FROM range(5)");
        }

        string pattern = _folder.Path($"year=*/*/*{extension}");
        ReadingSettings settings = rewritten ? Hive with { Comment = '#' } : Hive;
        using (var source = DataSource.OpenFile(pattern, settings))
        {
            Assert.Equal([("x", ColumnKind.Numeric), ("y", ColumnKind.Numeric), ("year", ColumnKind.Numeric), ("city", ColumnKind.Text)], source.Columns.Select(column => (column.Name, column.Kind)));
            List<string?[]> rows = source.Session.Table($"SELECT c0, c2, c3 FROM ({source.Table.TypedRows()})");
            Assert.Equal(["0", "1", "2", "3", "4", "0.25"], rows.Take(6).Select(row => row[0]));
            Assert.Equal(["2023", "2023", "2024", "2024"], rows.Chunk(5).Select(chunk => chunk[0][1]));
            Assert.Equal(["Bern", "New York", null, "a=b"], rows.Chunk(5).Select(chunk => chunk[0][2]));
        }

        using var fitted = DataSource.OpenFile(pattern, settings);
        DataFitResult fit = Fitting.Run(fitted, new FitRequest { Target = "y" });
        Assert.Equal(["x", "year"], fit.Terms.Select(term => term.Name));
        using var source2 = DataSource.OpenFile(pattern, settings);
        using MemoryStream output = new();
        DataPrediction.Run(fit.Model, source2, output, null, null, TestContext.Current.CancellationToken);
        string[] lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n');
        Assert.Equal("x,y,year,city,prediction", lines[0]);
        Assert.Contains(",2023,New York,", lines[6], StringComparison.Ordinal);
        using var schema = DataSource.OpenFile(pattern, settings);
        Assert.Equal([0L, 0L, 0L, 5L], DataSchema.Of(schema, TestContext.Current.CancellationToken).Columns.Select(column => column.Missing));
    }

    [Theory]
    [InlineData("day=2024-01-31", "day=2024-02-29", ColumnKind.Date)]
    [InlineData("flag=false", "flag=true", ColumnKind.Boolean)]
    [InlineData("zip=08100", "zip=x", ColumnKind.Text)]
    public void All_values_of_a_key_decide_its_kind(string first, string second, ColumnKind kind)
    {
        _folder.Write($"{first}/a.csv", "y\n1\n2\n");
        _folder.Write($"{second}/a.csv", "y\n3\n5\n");
        using var source = DataSource.OpenFile(_folder.Path("*/*.csv"), Hive);
        Assert.Equal(kind, source.Columns[1].Kind);
        using var text = DataSource.OpenFile(_folder.Path("*/*.csv"), Hive with { Kinds = new Dictionary<string, ReadAs> { [first[..first.IndexOf('=', StringComparison.Ordinal)]] = ReadAs.Text } });
        Assert.Equal(first[(first.IndexOf('=', StringComparison.Ordinal) + 1)..], text.Session.Table($"SELECT c1 FROM ({text.Table.TypedRows()})")[0][0]);
    }

    [Fact]
    public void Files_outside_of_the_pattern_of_keys_are_refused()
    {
        string inside = _folder.Write("year=2024/a.csv", "y\n1\n"), outside = _folder.Write("b.csv", "y\n1\n"), other = _folder.Write("month=1/c.csv", "y\n1\n");
        Assert.Contains("lies in folders with no keys", Assert.Throws<DataException>(() => Open(inside, outside)).Message, StringComparison.Ordinal);
        Assert.Contains("the keys month", Assert.Throws<DataException>(() => Open(inside, other)).Message, StringComparison.Ordinal);
        Assert.Contains("no folder called key=value", Assert.Throws<DataException>(() => Open(outside)).Message, StringComparison.Ordinal);
        Assert.Contains("has a column 'y', and so is a key", Assert.Throws<DataException>(() => Open(_folder.Write("Y=5/a.csv", "y\n1\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("write %3D", Assert.Throws<DataException>(() => Open(_folder.Write("k=a=b/a.csv", "y\n1\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("The key 'c0'", Assert.Throws<DataException>(() => Open(_folder.Write("c0=5/a.csv", "y\n1\n"))).Message, StringComparison.Ordinal);
        string json = _folder.Write("year=2024/a.json", "[{\"y\":1}]");
        Assert.Contains("--hive means nothing", Assert.Throws<UsageException>(() => Open(json)).Message, StringComparison.Ordinal);
        Assert.Contains("--hive means nothing", Assert.Throws<UsageException>(() => DataSource.OpenSql("SELECT 1 AS x", Hive)).Message, StringComparison.Ordinal);

        static void Open(params string[] paths)
        {
            using var source = DataSource.AwaitFiles(paths, waiting: null, Hive, TestContext.Current.CancellationToken);
        }
    }
}
