using System.Globalization;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1e18", "below 2⁵³")]
    [InlineData("0.5", "whole numbers")]
    [InlineData("-1", "not negative")]
    public void A_frequency_that_cannot_be_one_is_named(string frequency, string wrong)
    {
        string path = _folder.Write("frequencies.csv", $"x,w,y\n1,1,2\n2,{frequency},3\n4,3,7\n");
        string message = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y", Weights = "w", WeightKind = WeightKind.Frequency })).Message;
        Assert.Contains(wrong, message, StringComparison.Ordinal);
        Assert.Contains("row 2", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty.csv", "", "is empty")]
    [InlineData("blank.csv", "\n\n", "is empty")]
    [InlineData("header.csv", "x,y\n", "no rows")]
    [InlineData("headerless.csv", "1,2\n3,4\n", "only numbers")]
    [InlineData("text.parquet", "x,y\n1,2\n", "not a Parquet file")]
    [InlineData("empty.parquet", "", "it is empty")]
    [InlineData("cut.parquet", "PAR1abcdefgh", "cut short")]
    [InlineData("parquet.csv", "PAR1abcdefghPAR1", "is a Parquet file")]
    [InlineData("sheet.csv", "PK\u0003\u0004abc", "spreadsheet")]
    [InlineData("binary.csv", "x,y\n1,\0\n", "binary")]
    [InlineData("plain.csv.gz", "x,y\n1,2\n", "not a gzip file")]
    [InlineData("empty.json", " \n", "is empty")]
    [InlineData("short.csv", "x,y\n1,2\n3\n4,5\n", "line 3 has 1 cell where the header has 2: 3")]
    [InlineData("long.csv", "x,y\n1,2\n3,4,9\n4,5\n", "line 3 has 3 cells where the header has 2: 3,4,9")]
    [InlineData("first.csv", "x,y\n1,2,3\n", "line 2 has 3 cells")]
    [InlineData("last.csv", "x,y\n1,2\n3,4\n5", "line 4 has 1 cell")]
    [InlineData("unused.csv", "x,y,z\n1,2,3\n3,4\n4,5,6\n", "line 3 has 2 cells")]
    [InlineData("duplicate.csv", "x,y,y\n1,2,3\n4,5,6\n", "'y' occurs more than once")]
    [InlineData("early.csv", "x,y\n1,2\n2,oops\n3,4\n", "\"oops\" in row 2")]
    [InlineData("novalue.csv", "x,y\n1,\n2,NA\n", "no value")]
    [InlineData("allmissing.csv", "x,y\n1,NA\nNA,1\nNA,3\n", "Every one of the 3 rows")]
    public void A_file_that_cannot_be_fitted_says_why(string name, string content, string told)
    {
        string path = _folder.Write(name, content);
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y", Features = "x" }));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("60001,oops", "\"oops\" in the column 'y' is not a number")]
    [InlineData("60001", "has 1 cell where the header has 2")]
    [InlineData("60001,1,2", "has 3 cells where the header has 2")]
    [InlineData("60001,\"1", "quote")]
    public void A_bad_line_far_down_is_an_error_with_its_number_and_text(string line, string told)
    {
        StringBuilder text = new("x,y\n");
        for (int i = 1; i <= 60000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},{2 * i}\n");
        }

        string path = _folder.Write("long.csv", text.Append(line).Append("\n1,2\n").ToString());
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y" }));
        Assert.Contains("line 60002", error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fraction_far_down_an_integer_column_is_a_number()
    {
        StringBuilder text = new("x,y\n");
        for (int i = 1; i <= 30000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},{2 * i}\n");
        }

        string path = _folder.Write("long.csv", text.Append("30000.5,60001.0\n99999999999999999999,NA\n").ToString());
        Assert.Equal(2, Fitting.Run(path, new FitRequest { Target = "y" }).Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void A_column_whose_first_value_comes_late_is_numeric()
    {
        StringBuilder text = new("x,late,y\n");
        for (int i = 1; i <= 30000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},{(i > 25000 ? $"{i % 7}.5" : "")},{2 * i}\n");
        }

        using var source = DataSource.OpenFile(_folder.Write("late.csv", text.ToString()));
        Assert.Equal(ColumnKind.Numeric, source.Columns[1].Kind);
    }

    [Fact]
    public void Latin_1_text_is_refused()
    {
        string path = _folder.Path("latin.csv");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("x,y,s\n1,2,caf\u00e9\n"));
        Assert.Contains("UTF-8", Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Utf_16_text_is_refused()
    {
        string path = _folder.Path("wide.csv");
        File.WriteAllText(path, "x,y\n1,2\n", Encoding.Unicode);
        Assert.Contains("UTF-16", Assert.Throws<DataException>(() => DataSource.OpenFile(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_a_directory_and_an_empty_glob_are_told_apart()
    {
        Assert.Contains("no file", Assert.Throws<DataException>(() => DataSource.OpenFile(_folder.Path("nosuch.csv"))).Message, StringComparison.Ordinal);
        Assert.Contains("directory", Assert.Throws<DataException>(() => DataSource.OpenFile(_folder.Path("."))).Message, StringComparison.Ordinal);
        Assert.Contains("No file matches", Assert.Throws<DataException>(() => DataSource.OpenFile(_folder.Path("*.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_numeric_column_spoiled_by_one_cell_is_not_left_out_silently()
    {
        DataFitResult result = Fitting.Run(_folder.Write("spoiled.csv", "x,z,y\n1,1,2\n2,4,4\n3,x9,7\n4,2,5\n"), new FitRequest { Target = "y" });
        Assert.Contains(result.Warnings, warning => warning.Contains("'z'", StringComparison.Ordinal) && warning.Contains("\"x9\" in row 3", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData("NULL")]
    [InlineData("null")]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("-Infinity")]
    [InlineData("1e400")]
    [InlineData("")]
    [InlineData("\"NA\"")]
    public void A_missing_cell_drops_its_row_or_is_an_error_with_row_and_column(string cell)
    {
        string path = _folder.Write("missing.csv", $"x,y\n1,2\n2,5\n{cell},3\n4,7\n");
        DataFitResult result = Fitting.Run(path, new FitRequest { Target = "y" });
        Assert.Equal(3, result.Fit.RowCount);
        Assert.Equal(1, result.RowsDropped);
        Assert.Equal([new MissingCount("x", 1)], result.MissingByColumn);
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y", Missing = MissingValues.Error }));
        Assert.Contains("'x' is missing in row 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_read_stops()
    {
        string path = _folder.Copy("many.parquet", "SELECT range AS x, range*2 AS y FROM range(3000000)");
        using var source = DataSource.OpenFile(path);
        using CancellationTokenSource cancellation = new();
        StopAt progress = new(cancellation);
        Assert.ThrowsAny<OperationCanceledException>(() => DataFit.Run(source, new FitRequest { Target = "y" }, progress, cancellation.Token));
        Assert.InRange(progress.Rows, 1, 1_000_000);
    }

    private sealed class StopAt(CancellationTokenSource cancellation) : IProgress<long>
    {
        public long Rows { get; private set; }

        public void Report(long value)
        {
            Rows = value;
            cancellation.Cancel();
        }
    }
}
