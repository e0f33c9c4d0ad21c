using System.Globalization;
using System.IO.Compression;
using System.Text;
using HpcLinReg.Data;
using ZstdSharp;

namespace HpcLinReg.Tests.Data;

/// <summary>A compressed file that was cut or damaged is an error, never fewer rows.</summary>
public sealed class CompressedFileTests : IDisposable
{
    private const int Rows = 4000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("whole.csv.gz")]
    [InlineData("members.csv.gz")]
    public void A_whole_file_has_all_rows(string name) => AssertRead(TemporaryFolder.TestData($"edges/04-gzip-oddities/{name}"));

    [Theory]
    [InlineData("cut.csv.gz")]
    [InlineData("crc.csv.gz")]
    [InlineData("notail.csv.gz")]
    [InlineData("bigcut.csv.gz")]
    public void A_cut_or_damaged_file_says_so(string name) => AssertDamaged(TemporaryFolder.TestData($"edges/04-gzip-oddities/{name}"));

    [Fact]
    public void Bytes_behind_the_end_are_an_error()
    {
        byte[] whole = Gzip(Text(Rows));
        AssertDamaged(Write("padded.csv.gz", [.. whole, .. new byte[512]]));
        AssertDamaged(Write("followed.csv.gz", [.. whole, .. "something else"u8]));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    public void A_file_cut_at_any_of_40_points_is_an_error(bool zstd, int members)
    {
        string[] lines = Text(Rows).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int part = (lines.Length + members - 1) / members;
        byte[][] parts = [.. lines.Chunk(part).Select(chunk => string.Concat(chunk.Select(line => line + "\n"))).Select(text => zstd ? Zstd(text) : Gzip(text))];
        byte[] whole = [.. parts.SelectMany(bytes => bytes)];
        string extension = zstd ? "zst" : "gz";
        AssertRead(Write($"whole.csv.{extension}", whole));

        // Between two members a cut leaves a whole file of fewer rows, which nothing can tell.
        HashSet<int> borders = [.. parts.Select((_, i) => parts.Take(i + 1).Sum(bytes => bytes.Length))];
        int[] points = [.. Enumerable.Range(0, 28).Select(i => (int)((long)whole.Length * i / 28)), .. Enumerable.Range(1, 12).Select(i => whole.Length - i)];
        foreach (int point in points.Where(point => !borders.Contains(point)))
        {
            AssertDamaged(Write($"cut.csv.{extension}", whole[..point]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_changed_byte_is_an_error(bool zstd)
    {
        byte[] whole = zstd ? Zstd(Text(Rows)) : Gzip(Text(Rows));
        for (int i = 1; i <= 20; i++)
        {
            byte[] changed = [.. whole];
            changed[whole.Length * i / 21] ^= 0x10;
            AssertDamaged(Write(zstd ? "changed.csv.zst" : "changed.csv.gz", changed));
        }
    }

    /// <summary>The reader of gzip takes 8 KiB at a time: members that end at every place beside such a border are found to be whole.</summary>
    [Fact]
    public void Members_may_end_anywhere()
    {
        for (int name = 8192 - 60; name < 8192; name++)
        {
            byte[] member = Gzip(Text(4));
            // A file name in the header makes the member as long as it should be.
            byte[] named = [.. member[..3], (byte)(member[3] | 8), .. member[4..10], .. Enumerable.Repeat((byte)'n', name - member.Length), 0, .. member[10..]];
            Assert.Equal(8, Count(Write("border.csv.gz", [.. named, .. Gzip(string.Concat(Enumerable.Range(4, 4).Select(Line)))])));
            AssertDamaged(Write("border.csv.gz", named[..^1]));
        }
    }

    [Fact]
    public void A_file_that_a_query_names_is_checked_too()
    {
        string cut = Write("cut.csv.gz", Gzip(Text(Rows))[..^9]);
        using var source = DataSource.OpenSql($"SELECT * FROM '{cut}' ORDER BY x");
        Assert.Contains("cut short or damaged", Assert.Throws<DataException>(() => DataFit.Run(source, new FitRequest { Target = "y" }, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_printed_of_a_cut_file()
    {
        string cut = Write("cut.csv.gz", Gzip(Text(Rows))[..^9]);
        using var source = DataSource.OpenFile(cut);
        Assert.Throws<DataException>(() => source.RequireWhole(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Compressed_json_is_checked_too()
    {
        string text = string.Concat(Enumerable.Range(0, Rows).Select(i => $$"""{"x": {{i}}, "y": {{(7 * i) - 2}}}""" + "\n"));
        AssertRead(Write("whole.ndjson.zst", Zstd(text)));
        AssertRead(Write("whole.ndjson.gz", Gzip(text)));
        AssertDamaged(Write("cut.ndjson.zst", Zstd(text)[..^20]));
        AssertDamaged(Write("cut.ndjson.gz", Gzip(text)[..^20]));
    }

    [Fact]
    public void A_file_that_is_compressed_otherwise_says_so()
    {
        Assert.Contains("not a zstd file", Assert.Throws<DataException>(() => Count(Write("plain.csv.zst", Encoding.UTF8.GetBytes(Text(4))))).Message, StringComparison.Ordinal);
        Assert.Contains("name it .zst", Assert.Throws<DataException>(() => Count(Write("zstd.csv", Zstd(Text(4))))).Message, StringComparison.Ordinal);
    }

    private static string Line(int i) => string.Create(CultureInfo.InvariantCulture, $"{i},{(7 * i) - 2}\n");

    private static string Text(int rows) => "x,y\n" + string.Concat(Enumerable.Range(0, rows).Select(Line));

    private static byte[] Gzip(string text)
    {
        using MemoryStream bytes = new();
        using (GZipStream stream = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private static byte[] Zstd(string text)
    {
        using Compressor compressor = new(3);
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    private static long Count(string path)
    {
        DataFitResult result = Fitting.Run(path, new FitRequest { Target = "y", Features = "x" });
        Assert.Equal((7, -2), (result.Fit.Model.Weights[0], result.Fit.Model.Intercept));
        return (long)result.Fit.RowCount;
    }

    private static void AssertRead(string path) => Assert.Equal(Rows, Count(path));

    private static void AssertDamaged(string path)
    {
        DataException error = Assert.Throws<DataException>(() => Count(path));
        Assert.Contains(Path.GetFileName(path), error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Contains("damaged", StringComparison.Ordinal) || error.Message.Contains("not a", StringComparison.Ordinal), error.Message);
    }

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.Path(name), bytes);
        return _folder.Path(name);
    }
}
