using System.Globalization;
using System.IO.Compression;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>
/// Files that are not what they seem. Each is read with all its rows or refused in at most two lines that name it; the table says what each answered.
/// </summary>
public sealed class HostileFileTests(ITestOutputHelper output) : IDisposable
{
    private const int ManyRows = 60_000;
    private const int HugeLine = 100_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _wrong = [];
    private int _count;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_files_are_read_or_refused()
    {
        Refused("random bytes", Bytes("random.csv", Noise(5000)), "binary", "UTF-8", "first line", "header", "column");
        Refused("a program", Bytes("program.csv", [0x7f, .. "ELF"u8, 2, 1, 1, 0, 0, 0, 0, 0]), "binary");
        Refused("a picture", Bytes("picture.csv", [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, 0, 0, 0, 13]), "binary");
        Refused("a spreadsheet", Bytes("sheet.csv", [.. "PK\u0003\u0004"u8, 20, 0, 6, 0]), "spreadsheet");
        Refused("a database", Bytes("base.csv", [.. "SQLite format 3\0"u8]), "SQLite");
        Refused("an Arrow file", Bytes("arrow.csv", [.. "ARROW1\0\0"u8]), "Arrow");
        Refused("Parquet called CSV", Bytes("parquet.csv", Parquet()), "Parquet");
        Refused("gzip called CSV", Bytes("gzip.csv", Gzip("x,y\n1,2\n")), "gzip");
        Refused("CSV called gzip", Text("plain.csv.gz", "x,y\n1,2\n"), "not a gzip file");
        Refused("CSV called zstd", Text("plain.csv.zst", "x,y\n1,2\n"), "not a zstd file");
        Refused("nothing", Text("empty.csv", ""), "is empty");
        Refused("an empty line", Text("line.csv", "\n"), "is empty");
        Refused("spaces", Text("spaces.csv", "   \n  \n"), "is empty", "column");
        Refused("a header alone", Text("header.csv", "x,y\n"), "no rows");
        Refused("a header without a line end", Text("header-end.csv", "x,y"), "no rows");
        Refused("a header of numbers", Text("numbers.csv", "1,2\n3,4\n"), "only numbers");
        Refused("NUL in the header", Text("nul-header.csv", "x,y\0\n1,2\n"), "binary");
        Refused("NUL in a cell", Text("nul-cell.csv", "x,y\n1,\0\n"), "binary");
        Refused("NUL far down", Text("nul-late.csv", "x,y\n" + Many(ManyRows * 2) + "1,2\0\n"), "line 120002");
        Refused("a short line", Text("short.csv", "x,y\n1,2\n3\n4,5\n"), "line 3", "1 cell");
        Refused("a long line", Text("long.csv", "x,y\n1,2\n3,4,5\n4,5\n"), "line 3", "3 cells");
        Refused("a short last line", Text("last.csv", "x,y\n1,2\n3,4\n5"), "line 4");
        Refused("a short line far down", Text("short-late.csv", "x,y\n" + Many(ManyRows) + "7\n"), "line 60002");
        Refused("an open quote", Text("quote.csv", "x,y\n1,2\n\"3,4\n5,6\n"), "quote");
        Refused("an open quote in the header", Text("quote-header.csv", "\"x,y\n1,2\n3,4\n"), "column", "quote", "rows");
        Refused("a quote inside a cell", Text("quote-cell.csv", "x,y\n1,2\n\"3\"4,4\n5,6\n"), "quote");
        Refused("Latin-1", Bytes("latin.csv", Encoding.Latin1.GetBytes("x,y,s\n1,2,café\n")), "UTF-8");
        Refused("Latin-1 far down", Bytes("latin-late.csv", [.. Encoding.UTF8.GetBytes("x,y\n" + Many(ManyRows)), .. Encoding.Latin1.GetBytes("é,1\n")]), "UTF-8", "line 60002");
        Refused("UTF-16", Bytes("wide.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("x,y\n1,2\n")]), "UTF-16");
        Refused("UTF-16, big end first", Bytes("wide-big.csv", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("x,y\n1,2\n")]), "UTF-16");
        Read("CR LF, then LF", Text("crlf-lf.csv", "x,y\r\n0,1\r\n1,3\n2,5\r\n"), 3);
        Read("LF, then CR LF", Text("lf-crlf.csv", "x,y\n0,1\n1,3\r\n2,5\n"), 3);
        Read("LF, then CR", Text("lf-cr.csv", "x,y\n0,1\n1,3\r2,5\n"), 3);
        Read("CR CR LF", Text("crcrlf.csv", "x,y\r\r\n0,1\r\r\n1,3\r\r\n2,5\r\r\n"), 3);
        Refused("LF, then CR LF far down", Text("lf-crlf-late.csv", "x,y\n" + Many(ManyRows) + "1,2\r\n3,4\r\n"), "line 60002 ends in CR LF");
        Read("bare CR", Text("cr.csv", "x,y\r0,1\r1,3\r2,5\r"), 3);
        Read("a byte order mark", Text("bom.csv", "\ufeffx,y\n0,1\n1,3\n2,5\n"), 3);
        Read("a line that declares the delimiter", Text("sep.csv", "sep=;\nx;y\n0;1\n1;3\n2;5\n"), 3);
        Read("the same with a byte order mark and CR LF", Text("sepbom.csv", "\ufeffsep=,\r\nx,y\r\n0,1\r\n1,3\r\n2,5\r\n"), 3);
        Read("empty names", Text("names.csv", "x,,y\n0,1,1\n1,1,3\n2,1,5\n"), 3);
        Refused("a title", Text("title.csv", "Report of March\n\nx,y\n0,1\n"), "'Report of March'", "line 3");
        Refused("a comment", Text("comment.csv", "# made by logger 1.2, unit mm\nx,y\n0,1\n"), "'# made by logger 1.2'");
        Refused("a footer", Text("foot.csv", "x,y\n0,1\n1,3\n\n(2 rows affected)\n"), "line 5");
        Refused("a total", Text("total.csv", "x,y\n0,1\n1,3\n2,5\nTotal,9\n"), "\"Total\" in row 4");
        Refused("text far down", Text("text-late.csv", "x,y\n" + Many(ManyRows) + "oops,1\n"), "line 60002", "oops");
        Refused("a name that occurs twice", Text("twice.csv", "x,y,y\n1,2,3\n"), "more than once");
        Refused("a name in two spellings", Text("case.csv", "x,Y,Y\n1,2,3\n"), "'y'", "differ in case");
        Refused("no value", Text("none.csv", "x,y\n1,\n2,NA\n"), "no value");
        Refused("a value missing in every row", Text("missing.csv", "x,y\n1,NA\nNA,1\nNA,3\n"), "Every one of the 3 rows");
        Refused("squares beyond double", Text("huge.csv", "x,y\n1e200,1\n-1e200,2\n2e200,4\n"), "range of double");
        Refused("a last line of 100 MB", Long("line-long.csv", "x,y\n1,2\n", ""), "a line of more than 2000000 bytes");
        Refused("a line of 100 MB among others", Long("line-among.csv", "x,y\n1,2\n", "3,4\n5,7\n"), "line-among.csv");
        Refused("a line of 3 MB", Text("line-3.csv", "x,y\n1,2\n" + new string('7', 3_000_000) + ",1\n3,4\n"), "line 3", "Maximum line size");
        Refused("a last line of 40 MB, compressed", Bytes("line-last.csv.gz", Gzip("x,y\n1,2\n" + new string('7', 40_000_000) + ",1")), "a line of more than 2000000 bytes");

        Refused("a first line of 100 MB", Long("first-long.csv", "", ""), "first line");
        Finish(55);
    }

    [Fact]
    public void Wide_files_are_refused_before_they_are_solved()
    {
        const int Columns = 10_100;
        string header = string.Join(',', Enumerable.Range(0, Columns).Select(i => $"x{i}")) + ",y\n";
        string row = string.Join(',', Enumerable.Range(0, Columns + 1)) + "\n";
        Refused("10,100 columns and 5 rows", Text("wide.csv", header + string.Concat(Enumerable.Repeat(row, 5))), "5 complete rows cannot determine", "10100 terms");
        Finish(1);
    }

    [Fact]
    public void Other_formats_are_read_or_refused()
    {
        Refused("JSON that is cut", Text("cut.json", """[{"x":1,"y":2},{"x":2"""), "cut.json");
        Refused("JSON of numbers", Text("numbers.json", "[1,2,3]"), "'y'");
        Refused("JSON of one number", Text("number.json", "17"), "'y'", "number.json");
        Refused("JSON 100,000 deep", Text("deep.json", new string('[', 100_000)), "deep.json");
        Refused("JSON with a byte order mark", Text("bom.json", "\ufeff[{\"x\":1,\"y\":2}]"), "without BOM");
        Refused("JSON in UTF-16", Bytes("wide.json", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("[]")]), "UTF-16");
        Refused("JSON with garbage behind", Text("behind.json", """[{"x":1,"y":2},{"x":2,"y":3}] oops"""), "behind.json");
        Refused("a broken line of JSON", Text("broken.ndjson", """{"x":1,"y":2}""" + "\n" + """{"x":2,"y":""" + "\n"), "broken.ndjson");
        Refused("keys that differ in case", Text("case.ndjson", "{\"X\":1,\"y\":3}\n{\"x\":2,\"y\":5}\n{\"x\":4,\"y\":9}\n"), "differ in case");
        Refused("numbers as text", Text("text.ndjson", "{\"x\":\"1\",\"y\":3}\n{\"x\":\"2\",\"y\":5}\n"), "x::double");
        Refused("empty JSON", Text("empty.json", ""), "is empty");
        Refused("an empty array", Text("none.json", "[]"), "none.json", "'y'");
        Refused("CSV called JSON", Text("csv.json", "x,y\n1,2\n"), "csv.json");
        Read("JSON with blank lines", Text("blank.ndjson", "{\"x\":1,\"y\":3}\n\n{\"x\":2,\"y\":5}\n\n\n{\"x\":4,\"y\":9}\n"), 3);
        Refused("CSV called Parquet", Text("csv.parquet", "x,y\n1,2\n"), "not a Parquet file");
        Refused("empty Parquet", Text("empty.parquet", ""), "empty");
        Refused("the mark of Parquet alone", Text("mark.parquet", "PAR1"), "cut short");
        Refused("two marks of Parquet", Text("marks.parquet", "PAR1PAR1"), "cut short", "marks.parquet");
        byte[] parquet = Parquet();
        byte[] footer = [.. parquet];
        footer.AsSpan(footer.Length - 8, 4).Fill(0x7f);
        Refused("Parquet with a footer beyond its start", Bytes("footer.parquet", footer), "footer.parquet");
        for (int i = 1; i <= 20; i++)
        {
            Refused($"Parquet cut at {i} of 21", Bytes("cut.parquet", parquet[..(parquet.Length * i / 21)]), "cut short");
        }

        byte[] gzip = Gzip("x,y\n" + Many(2000));
        for (int i = 0; i < 40; i++)
        {
            Refused($"gzip cut at {i} of 40", Bytes("cut.csv.gz", gzip[..(gzip.Length * i / 40)]), "cut short or damaged");
        }

        Finish(79);
    }

    [Fact]
    public void Places_are_read_or_refused()
    {
        Refused("a directory", _folder.Path("."), "is a directory");
        Refused("nothing there", _folder.Path("nosuch.csv"), "no file");
        Refused("a pattern without matches", _folder.Path("*.nosuch"), "No file matches");
        _folder.Write("a/1.csv", "x,y\n1,2\n");
        _folder.Write("a/2.csv", "x,z\n1,2\n");
        Refused("a pattern with two headers", _folder.Path("a/*.csv"), "another header");
        _folder.Write("b/1.csv", "x,y\n1,2\n");
        _folder.Write("b/2.json", "[]");
        Refused("a pattern with two formats", _folder.Path("b/*"), "different formats");
        File.CreateSymbolicLink(_folder.Path("dangling.csv"), "nosuch.csv");
        Refused("a link to nothing", _folder.Path("dangling.csv"), "no file");
        File.CreateSymbolicLink(_folder.Path("loop.csv"), "loop.csv");
        Refused("a link to itself", _folder.Path("loop.csv"), "loop.csv");
        Refused("a name of 5000 letters", _folder.Path(new string('n', 5000)), "no file", "too long");
        Refused("a name with NUL", _folder.Path("a\0b"), "NUL", "no file");
        if (OperatingSystem.IsLinux())
        {
            Refused("/dev/null", "/dev/null", "is a device");
            Refused("/dev/zero", "/dev/zero", "is a device");
            Refused("/proc/self/mem", "/proc/self/mem", "/proc/self/mem");
            Refused("a pipe that closes", Piped("closes.csv", ""), "is empty");
            Refused("a pipe that breaks off", Piped("breaks.csv", "x,y\n1,2\n3"), "line 3");
            Read("a pipe", Piped("whole.csv", "x,y\n0,1\n1,3\n2,5\n"), 3);
        }

        if (!Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            string secret = Text("secret.csv", "x,y\n1,2\n");
            File.SetUnixFileMode(secret, UnixFileMode.None);
            Refused("no permission", secret, "secret.csv");
        }

        Finish(9);
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(20).NextBytes(bytes);
        return bytes;
    }

    private static string Many(int rows)
    {
        StringBuilder text = new();
        for (int i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},{(2 * i) + 1}\n");
        }

        return text.ToString();
    }

    private static byte[] Gzip(string text)
    {
        using MemoryStream bytes = new();
        using (GZipStream stream = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private byte[] Parquet() => File.ReadAllBytes(_folder.Copy("made.parquet", "SELECT range AS x, 2*range + 1 AS y FROM range(5000)"));

    private string Text(string name, string text) => Bytes(name, Encoding.UTF8.GetBytes(text));

    private string Bytes(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.Path(name), bytes);
        return _folder.Path(name);
    }

    private string Long(string name, string before, string behind)
    {
        using (StreamWriter writer = new(_folder.Path(name)))
        {
            writer.Write(before);
            string part = new('7', 1_000_000);
            for (int i = 0; i < HugeLine / part.Length; i++)
            {
                writer.Write(part);
            }

            writer.Write(",1\n" + behind);
        }

        return _folder.Path(name);
    }

    private string Piped(string name, string text)
    {
        string pipe = _folder.Pipe(name);
        _ = Task.Run(() => File.WriteAllText(pipe, text), TestContext.Current.CancellationToken);
        return pipe;
    }

    private void Read(string what, string path, long rows) => Answer(what, path, answer => answer == $"{rows} rows", $"{rows} rows");

    private void Refused(string what, string path, params string[] anyOf) => Answer(
        what,
        path,
        answer => !answer.EndsWith(" rows", StringComparison.Ordinal) && anyOf.Any(words => answer.Contains(words, StringComparison.Ordinal)),
        string.Join(" or ", anyOf));

    private void Answer(string what, string path, Func<string, bool> isRight, string expected)
    {
        string answer;
        bool isOurs = true;
        try
        {
            DataFitResult result = Fitting.Run(path, new FitRequest { Target = "y" });
            answer = $"{result.Fit.RowCount} rows{(result.RowsDropped > 0 ? $", {result.RowsDropped} dropped" : "")}";
        }
        catch (Exception exception)
        {
            isOurs = exception is DataException or UsageException or OverflowException;
            answer = isOurs ? exception.Message : exception.ToString();
        }

        _count++;
        string shown = answer.Replace("\n", " / ", StringComparison.Ordinal).Replace(_folder.Path(""), "", StringComparison.Ordinal);
        output.WriteLine($"{what,-40} {shown}");
        if (!isOurs || !isRight(answer) || answer.Split('\n').Length > 2 || answer.Length > 12_000)
        {
            _wrong.Add($"{what}: {shown} (expected: {expected})");
        }

        if (File.Exists(path) && path.StartsWith(_folder.Path(""), StringComparison.Ordinal))
        {
            File.Delete(path);
        }
    }

    private void Finish(int least)
    {
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
        Assert.True(_count >= least, $"{_count} of {least}");
    }
}
