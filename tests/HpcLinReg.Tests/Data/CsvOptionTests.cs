using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>What CSV has beside its cells, where somebody says so: titles, comments, no header, marks of missing cells, encodings, several files.</summary>
public sealed class CsvOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16be")]
    [InlineData("Latin-1")]
    [InlineData("windows-1252")]
    [InlineData("utf8")]
    public void Text_is_read_in_the_encoding_that_is_named(string name)
    {
        Encoding encoding = name switch
        {
            "utf-16" => Encoding.Unicode,
            "utf-16be" => Encoding.BigEndianUnicode,
            "utf8" => new UTF8Encoding(false),
            "Latin-1" => Encoding.Latin1,
            _ => CodePagesEncodingProvider.Instance.GetEncoding(name)!,
        };
        string euro = name == "Latin-1" ? "£" : "€";
        string path = _folder.Path("in.csv");
        File.WriteAllText(path, $"größe;ort\r\n1,5;Zürich\r\n2,5;{euro}\r\n", encoding);
        using var source = DataSource.OpenFile(path, new ReadingSettings { Encoding = name });
        Assert.Equal(["größe", "ort"], source.Columns.Select(column => column.Name));
        Assert.Equal([["1.5", "Zürich"], ["2.5", euro]], Rows(source));
    }

    [Fact]
    public void A_byte_that_is_not_of_the_encoding_is_refused_with_its_line()
    {
        string path = _folder.Path("in.csv");
        File.WriteAllBytes(path, [.. "x,s\n1,a\n2,"u8, 0xe4, .. "\n"u8]);
        DataException error = Assert.Throws<DataException>(() => DataSource.OpenFile(path, new ReadingSettings { Encoding = "utf-8" }));
        Assert.Contains("is not text in utf-8", error.Message, StringComparison.Ordinal);
        Assert.Contains("E4", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "x" }));
        Assert.Contains("--encoding latin1", error.Message, StringComparison.Ordinal);
        Assert.Contains("no encoding 'ebcdic-9'", Assert.Throws<UsageException>(() => DataSource.OpenFile(path, new ReadingSettings { Encoding = "ebcdic-9" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\r", "")]
    [InlineData("\n", ".gz")]
    [InlineData("\n", ".zst")]
    public void Titles_and_comments_are_left_out_and_lines_keep_their_numbers(string end, string compression)
    {
        string text = "A title with a \" quote\n#\n# before\nx,s\n1,\"two\n# lines\"\n# between \" quoted\n2,#b\n#\noops,c\n".Replace("\n", end, StringComparison.Ordinal);
        string path = Compressed("in.csv", text, compression);
        var settings = new ReadingSettings { SkippedLines = 2, Comment = '#', Kinds = new Dictionary<string, ReadAs> { ["x"] = ReadAs.Text } };
        using (var source = DataSource.OpenFile(path, settings))
        {
            Assert.Equal([["1", $"two{end}# lines"], ["2", "#b"], ["oops", "c"]], Rows(source));
        }

        using var numbers = DataSource.OpenFile(path, settings with { Kinds = new Dictionary<string, ReadAs> { ["x"] = ReadAs.Number } });
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(numbers, new FitRequest { Target = "x", Features = "s" }));
        Assert.Contains($"in.csv{compression}, line 10: \"oops\" in the column 'x'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_with_too_few_cells_behind_comments_has_its_own_number()
    {
        string path = _folder.Write("in.csv", "# a\nx,y\n# b\n1,2\n3,1\n# c\n4\n");
        DataException error = Assert.Throws<DataException>(() => DataSource.OpenFile(path, new ReadingSettings { Comment = '#' }));
        Assert.Contains("line 7 has 1 cell", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_lines_to_skip_than_there_are_is_an_error()
    {
        string path = _folder.Write("in.csv", "x,y\n1,2\n");
        Assert.Contains("--skip", Assert.Throws<DataException>(() => DataSource.OpenFile(path, new ReadingSettings { SkippedLines = 5 })).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => DataSource.OpenFile(path, new ReadingSettings { SkippedLines = -1 }));
    }

    [Fact]
    public void Without_a_header_columns_have_numbers()
    {
        string path = _folder.Write("in.csv", "1,2,a\n2,4.5,b\n3,6,a\n4,8.5,b\n");
        var settings = new ReadingSettings { HasHeader = false };
        using var source = DataSource.OpenFile(path, settings);
        Assert.Equal(["column0", "column1", "column2"], source.Columns.Select(column => column.Name));
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "column1", Features = "column0, column2" });
        Assert.Equal(4, fit.Fit.RowCount);
        Assert.Equal("column0,column1,column2,prediction\n1,2,a,2\n2,4.5,b,4.5\n", Csv(fit.Model, _folder.Write("new.csv", "1,2,a\n2,4.5,b\n"), settings));
        Assert.Contains("--no-header", Assert.Throws<DataException>(() => DataSource.OpenFile(_folder.Write("numbers.csv", "1,2\n3,4\n"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_of_missing_cells_replace_the_usual_ones_and_the_model_keeps_them()
    {
        string path = _folder.Write("in.csv", "x,s,y\n1,NA,2\n-,b,1\n2,b,4\n-999,b,1\n3,NA,7\n4,b,7\n5,?,6\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { MissingMarks = ["-", "-999", "?"] });
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "y", Features = "x, s" });
        Assert.Equal(4, fit.Fit.RowCount);
        Assert.Equal(3, fit.RowsDropped);
        Assert.Equal(["b", "NA"], fit.Model.Design.Columns[1].Levels.Order(StringComparer.OrdinalIgnoreCase));
        ModelFile.Save(fit.Model, _folder.Path("model.json"));
        RegressionModel model = ModelFile.Load(_folder.Path("model.json"));
        string[] lines = Csv(model, _folder.Write("new.csv", "x,s\n1,NA\n-999,b\n-,b\n2,?\n"), ReadingSettings.Of(model)).Split('\n');
        Assert.DoesNotMatch(",$", lines[1]);
        Assert.Equal(["-999,b,", "-,b,", "2,?,"], lines[2..5]);

        // Parquet has no marks, and what a model keeps of its own data is no error.
        using var parquet = DataSource.OpenFile(_folder.Copy("new.parquet", "SELECT 1.0 AS x, 'NA' AS s"), ReadingSettings.Of(model));
        Assert.Single(parquet.Session.Table($"SELECT * FROM ({parquet.Table.TypedRows()})"));
    }

    [Theory]
    [InlineData("in.parquet", "is Parquet, for which --delimiter, --na, --no-header, --skip, --comment, --encoding mean nothing")]
    [InlineData("in.json", "is JSON, for which --delimiter, --na, --no-header, --skip, --comment mean nothing")]
    public void What_only_CSV_has_is_refused_for_other_formats_by_name(string name, string expected)
    {
        string path = _folder.Copy(name, "SELECT range AS x FROM range(3)");
        var settings = new ReadingSettings { Delimiter = ';', MissingMarks = ["-"], HasHeader = false, SkippedLines = 1, Comment = '#', Encoding = "latin1" };
        Assert.Contains(expected, Assert.Throws<UsageException>(() => DataSource.OpenFile(path, settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_says_itself_how_its_files_are_read()
    {
        UsageException error = Assert.Throws<UsageException>(() => DataSource.OpenSql("SELECT 1 AS x", new ReadingSettings { MissingMarks = ["-"], Encoding = "utf-16" }));
        Assert.Contains("--na, --encoding mean nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_files_are_read_one_after_the_other()
    {
        string first = _folder.Write("b.csv", "x\n1\n2\n"), second = _folder.Write("a.csv", "x\n3\n");
        _folder.Write("c1.csv", "x\n4\n");
        _folder.Write("c2.csv", "x\n5\n");
        using var source = DataSource.AwaitFiles([first, second, _folder.Path("c*.csv")], waiting: null, settings: null, TestContext.Current.CancellationToken);
        Assert.Equal(["1", "2", "3", "4", "5"], Rows(source).Select(row => row[0]));
        Assert.Contains("named twice", Assert.Throws<DataException>(() => DataSource.AwaitFiles([first, first], waiting: null, settings: null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("different formats", Assert.Throws<DataException>(() => DataSource.AwaitFiles([first, _folder.Copy("d.parquet", "SELECT 1 AS x")], waiting: null, settings: null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSource.AwaitFiles([], waiting: null, settings: null, TestContext.Current.CancellationToken));
    }

    private static List<string?[]> Rows(DataSource source) => source.Session.Table($"SELECT * FROM ({source.Table.TypedRows()})");

    private static string Csv(RegressionModel model, string path, ReadingSettings settings)
    {
        using var source = DataSource.OpenFile(path, settings);
        using MemoryStream output = new();
        DataPrediction.Run(model, source, output, request: null, rowsRead: null, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private string Compressed(string name, string text, string compression)
    {
        switch (compression)
        {
            case ".gz":
                return _folder.WriteGzip(name + compression, text);
            case ".zst":
                using (ZstdSharp.CompressionStream stream = new(File.Create(_folder.Path(name + compression)), leaveOpen: false))
                {
                    stream.Write(Encoding.UTF8.GetBytes(text));
                }

                return _folder.Path(name + compression);
            default:
                return _folder.Write(name, text);
        }
    }
}
