using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>A name is taken as it stands; a pattern's matches are not patterns again; pipes are read as files are.</summary>
public sealed class FileNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data[1].csv")]
    [InlineData("what?.csv")]
    [InlineData("st*r.csv")]
    [InlineData("@log.csv")]
    [InlineData("dir[1]/x.csv")]
    [InlineData("it's.csv")]
    [InlineData("a b, c.csv")]
    public void A_file_that_exists_is_read_whatever_its_name(string name)
    {
        // What the names would match if they were patterns.
        foreach (string other in (string[])["data1.csv", "what1.csv", "star.csv", "dir1/x.csv"])
        {
            _folder.Write(other, "x,y\n1,0\n2,0\n3,0\n");
        }

        DataFitResult result = Fitting.Run(_folder.Write(name, "x,y\n1,1\n2,3\n3,5\n"), new FitRequest { Target = "y" });
        Assert.Equal(2, result.Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void A_match_of_a_pattern_is_no_pattern()
    {
        _folder.Write("g/p1.csv", "x,y\n1,1\n2,3\n");
        _folder.Write("g/p[1].csv", "x,y\n3,5\n4,7\n");
        _folder.Write("g/p[2].csv", "x,y\n5,9\n6,11\n7,13\n");
        DataFitResult result = Fitting.Run(_folder.Path("g/p*.csv"), new FitRequest { Target = "y" });
        Assert.Equal(7, result.Fit.RowCount);
        Assert.Equal(2, result.Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void Messages_have_the_name_somebody_gave()
    {
        string file = _folder.Write("data[1].csv", "x,y\n1,2\n2\n");
        string message = Assert.Throws<DataException>(() => Fitting.Run(file, new FitRequest { Target = "y" })).Message;
        Assert.Contains($"{file}, line 3 has 1 cell", message, StringComparison.Ordinal);
        message = Assert.Throws<DataException>(() => FitStream("x,y\n1,2\n2\n")).Message;
        Assert.Contains("the pipe, line 3 has 1 cell", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x,y\n1,1\n2,3\n3,5\n")]
    [InlineData("\ufeffx\ty\n1\t1\n2\t3\n3\t5\n")]
    [InlineData("{\"x\":1,\"y\":1}\n{\"x\":2,\"y\":3}\n{\"x\":3,\"y\":5}\n")]
    [InlineData(" [ {\"x\":1,\"y\":1}, {\"x\":2,\"y\":3}, {\"x\":3,\"y\":5}]")]
    public void A_stream_is_read_as_what_it_begins_like(string text) => Assert.Equal(2, FitStream(text).Fit.Model.Weights[0], 1e-12);

    [Fact]
    public void A_stream_of_parquet_or_gzip_is_read()
    {
        byte[] parquet = File.ReadAllBytes(_folder.Copy("x.parquet", "SELECT range AS x, 2*range - 1 AS y FROM range(5)"));
        Assert.Equal(2, FitStream(parquet).Fit.Model.Weights[0], 1e-12);
        byte[] gzip = File.ReadAllBytes(_folder.WriteGzip("x.gz", "x,y\n1,1\n2,3\n3,5\n"));
        Assert.Equal(2, FitStream(gzip).Fit.Model.Weights[0], 1e-12);
        Assert.Contains("the pipe is cut short", Assert.Throws<DataException>(() => FitStream(gzip[..^5])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_stream_is_named() =>
        Assert.Contains("the pipe is empty", Assert.Throws<DataException>(() => FitStream("")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_named_pipe_is_read_and_nothing_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        string pipe = _folder.Pipe("pipe.csv");
        var writing = Task.Run(() => File.WriteAllText(pipe, "x,y\n1,1\n2,3\n3,5\n"), TestContext.Current.CancellationToken);
        DataFitResult result = Fitting.Run(pipe, new FitRequest { Target = "y" });
        await writing;
        Assert.Equal(2, result.Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void A_pipe_that_nobody_writes_to_is_told_of_and_can_be_left()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        string pipe = _folder.Pipe("pipe.csv");
        using CancellationTokenSource stop = new();
        string? told = null;
        Assert.ThrowsAny<OperationCanceledException>(() => DataSource.AwaitFile(
            pipe,
            message =>
            {
                told = message;
                stop.Cancel();
            },
            cancellationToken: stop.Token));
        Assert.Equal($"waiting for data from {pipe} …", told);
        // Lets the thread that still waits to open it go.
        using FileStream end = new(pipe, FileMode.Open, FileAccess.ReadWrite);
    }

    private static DataFitResult FitStream(string text) => FitStream(Encoding.UTF8.GetBytes(text));

    private static DataFitResult FitStream(byte[] bytes)
    {
        using var source = DataSource.OpenStream(new MemoryStream(bytes), "the pipe");
        return DataFit.Run(source, new FitRequest { Target = "y" });
    }
}
