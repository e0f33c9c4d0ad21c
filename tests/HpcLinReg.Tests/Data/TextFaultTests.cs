using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>What messages say of text that cannot be read as it stands, and line ends that are not all alike.</summary>
public sealed class TextFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x,y\n1,2\r\n3,4\n5,6\r\n")]
    [InlineData("x,y\r\n1,2\n3,4\r5,6")]
    [InlineData("x,y\r1,2\r\n3,4\n5,6\n")]
    [InlineData("sep=,\r\nx,y\n1,2\r\n3,4\n5,6\r\n")]
    public void Mixed_line_ends_are_read(string text)
    {
        using var source = DataSource.OpenFile(_folder.Write("in.csv", text));
        Assert.Equal(["1", "3", "5"], source.Session.Table($"SELECT c0 FROM ({source.Table.TypedRows()})").Select(row => row[0]));
        Assert.Equal(["2", "4", "6"], source.Session.Table($"SELECT c1 FROM ({source.Table.TypedRows()})").Select(row => row[0]));
    }

    [Fact]
    public void Breaks_within_quotes_stay_in_a_file_with_mixed_line_ends()
    {
        string path = _folder.Write("in.csv", "x,s\n1,\"a\r\nb\"\r\n2,\"c\nd\"\n3,\"e\rf\"\r\noops,g\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["x"] = ReadAs.Text } });
        Assert.Equal(["a\r\nb", "c\nd", "e\rf", "g"], source.Session.Table($"SELECT c1 FROM ({source.Table.TypedRows()})").Select(row => row[0]));
        using var numbers = DataSource.OpenFile(path, new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["x"] = ReadAs.Number } });
        Assert.Contains("\"oops\" in the column 'x'", Assert.Throws<DataException>(() => Fitting.Run(numbers, new FitRequest { Target = "x", Features = "s" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "\n")]
    [InlineData(40_000, "\n")]
    [InlineData(40_000, "\r\n")]
    public void A_bad_byte_is_reported_with_its_line(int line, string end)
    {
        string path = _folder.Path("in.csv");
        StringBuilder text = new("x,s");
        for (int i = 2; i < line; i++)
        {
            text.Append(end).Append(i).Append(",a");
        }

        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(text.ToString() + end + "1,"), 0xe4, .. Encoding.UTF8.GetBytes(end + "2,b" + end)]);
        DataException error = Assert.Throws<DataException>(() => DataSource.OpenFile(path, new ReadingSettings { Comment = '#' }));
        Assert.Contains($"in.csv, line {line} is not text in utf-8: the byte E4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x,y\n1,2\n", 2)]
    [InlineData("x,y\n1,2", 2)]
    [InlineData("x,y\r\n1,2\r\n", 2)]
    [InlineData("x,y\r1,2\r", 2)]
    [InlineData("x,y", 1)]
    public void Lines_to_skip_beyond_the_end_are_counted(string text, int lines)
    {
        string path = _folder.Write("in.csv", text);
        string expected = $"in.csv has {lines} line{(lines == 1 ? "" : "s")}, of which 5 are to be skipped";
        Assert.Contains(expected, Assert.Throws<DataException>(() => DataSource.OpenFile(path, new ReadingSettings { SkippedLines = 5 })).Message, StringComparison.Ordinal);
        Assert.Contains("are to be skipped", Assert.Throws<DataException>(() => DataSource.OpenFile(path, new ReadingSettings { SkippedLines = lines })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16be")]
    public void Text_in_UTF_16_without_a_mark_gets_a_hint(string name)
    {
        string path = _folder.Path("in.csv");
        Encoding encoding = name == "utf-16" ? new UnicodeEncoding(bigEndian: false, byteOrderMark: false) : new UnicodeEncoding(bigEndian: true, byteOrderMark: false);
        File.WriteAllText(path, "größe,y\n1,2\n3,4\n", encoding);
        Assert.Contains($"--encoding {name}.", Assert.Throws<DataException>(() => DataSource.OpenFile(path)).Message, StringComparison.Ordinal);
        using var source = DataSource.OpenFile(path, new ReadingSettings { Encoding = name });
        Assert.Equal("größe", source.Columns[0].Name);
    }

    [Theory]
    [InlineData("Flats in 2024\narea,rent\n50,900\n60,1000\n", "--skip N")]
    [InlineData("# exported\narea,rent\n50,900\n60,1000\n", "--comment '#'")]
    [InlineData("area,rent\n50,900\n# no data here\n60,1000\n", "--comment '#'")]
    public void Titles_and_comments_name_the_option(string text, string option)
    {
        string path = _folder.Write("in.csv", text);
        Assert.Contains(option, Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "rent" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Residuals_of_rows_with_other_features_are_not_those_of_the_fit()
    {
        string path = _folder.Write("in.csv", "x,z,y\n1,5,1\n2,1,4\n3,4,2\n4,2,7\n5,9,3\n7,3,8\n");
        RegressionModel model = Fitting.Run(path, new FitRequest { Target = "y" }).Model;
        Assert.Empty(Notes(path));
        // One cell; and two cells that change places, so that means and ranges are the same.
        Assert.Contains("but other features", Assert.Single(Notes(_folder.Write("cell.csv", "x,z,y\n1,5,1\n2,1,4\n3,4.5,2\n4,2,7\n5,9,3\n7,3,8\n"))), StringComparison.Ordinal);
        Assert.Contains("but other features", Assert.Single(Notes(_folder.Write("swap.csv", "x,z,y\n1,5,1\n2,4,4\n3,1,2\n4,2,7\n5,9,3\n7,3,8\n"))), StringComparison.Ordinal);
        Assert.Contains("stand in another order", Assert.Single(Notes(_folder.Write("order.csv", "x,z,y\n2,1,4\n1,5,1\n3,4,2\n4,2,7\n5,9,3\n7,3,8\n"))), StringComparison.Ordinal);

        IEnumerable<string> Notes(string file)
        {
            using var source = DataSource.OpenFile(file);
            return DataPrediction.Run(model, source, Stream.Null, new PredictionRequest { Residuals = true }, null, TestContext.Current.CancellationToken).Warnings;
        }
    }
}
