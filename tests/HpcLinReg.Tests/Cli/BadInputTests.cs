using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Nist;

namespace HpcLinReg.Tests.Cli;

/// <summary>What cannot be answered says what, where and what to do; 1: the data cannot answer, 2: wrong usage.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--target", "fit", "some.csv")]
    [InlineData("--target", "fit", "--sql", "SELECT 1")]
    [InlineData("not both", "fit", "some.csv", "--sql", "SELECT 1", "--target", "y")]
    [InlineData("--bogus", "fit", "--bogus")]
    [InlineData("'-1'", "fit", "--ridge", "-1")]
    [InlineData("'NaN'", "fit", "--ridge", "NaN")]
    [InlineData("'much'", "fit", "--ridge", "much")]
    [InlineData("'sometimes'", "fit", "--missing", "sometimes")]
    [InlineData("'maybe'", "fit", "--rank-deficient", "maybe")]
    [InlineData("MODEL", "predict")]
    [InlineData("empty", "fit", "", "--target", "y")]
    [InlineData("help", "unheard-of")]
    [InlineData("command", new string[0])]
    [InlineData("features", "fit", "--features", "y")]
    [InlineData("sum", "fit", "--features", "sum(x1)")]
    [InlineData("Option '--target' is given 2 times, with 'y' and 'x'", "fit", "d.csv", "--target", "y", "--target", "x")]
    [InlineData("'--ridge' is given 3 times", "train", "--ridge", "1", "--ridge", "2", "--ridge", "2")]
    [InlineData("'--port' is given 2 times", "labs", "--port", "0", "--port", "1")]
    [InlineData("range of double", "fit", "--features", "x1, x2*1e400 AS z")]
    [InlineData("range of double", "fit", "--sql", "SELECT 1e400 AS x, 1 AS y", "--target", "y")]
    public void Wrong_usage_ends_with_2(string told, params string[] arguments) => CommandLine.AssertFails(2, [told], arguments);

    [Fact]
    public void Files_that_cannot_be_read_end_with_1()
    {
        CommandLine.AssertFails(1, ["nosuch.csv"], "fit", _folder.Path("nosuch.csv"), "--target", "y");
        CommandLine.AssertFails(1, ["empty"], "fit", _folder.Write("empty.csv", ""), "--target", "y");
        CommandLine.AssertFails(1, ["no rows"], "fit", _folder.Write("header.csv", "x,y\n"), "--target", "y");
        CommandLine.AssertFails(1, ["parquet"], "fit", _folder.Write("text.parquet", "x,y\n1,2\n"), "--target", "y");
        CommandLine.AssertFails(1, ["line 3"], "fit", _folder.Write("ragged.csv", "x,y\n1,2\n3\n4,5\n"), "--target", "y");
    }

    [Fact]
    public void Columns_that_cannot_be_used_end_with_1()
    {
        string file = _folder.Write("data.csv", "x,y,s\n1,2,a\n2,4,b\n3,7,c\n");
        CommandLine.AssertFails(1, ["'z'"], "fit", file, "--target", "z");
        CommandLine.AssertFails(1, ["'s'", "text"], "fit", file, "--target", "s");
        CommandLine.AssertFails(1, ["no numeric"], "fit", _folder.Write("alone.csv", "y,s\n1,a\n2,b\n"), "--target", "y");
        CommandLine.AssertFails(1, ["more than once"], "fit", _folder.Write("twice.csv", "x,y,y\n1,2,3\n"), "--target", "y");
    }

    [Fact]
    public void A_text_cell_on_line_60002_is_named_by_line_and_text()
    {
        string file = _folder.Path("long.csv");
        File.WriteAllLines(file, ["x,y", .. Enumerable.Range(1, 60000).Select(i => $"{i},{2 * i}"), "60001,oops", "1,2"]);
        CommandLine.AssertFails(1, ["60002", "oops"], "fit", file, "--target", "y");
    }

    [Fact]
    public void Missing_values_are_dropped_or_named_as_asked()
    {
        string file = _folder.Write("missing.csv", "x,y\n1,2\nNaN,3\n2,\n3,6\n4,1e400\n5,9.5\n");
        Outcome dropped = CommandLine.Run("fit", file, "--target", "y", "--json");
        Assert.Equal((0, 3, 3), (dropped.ExitCode, dropped.Json.GetProperty("rows").GetInt32(), dropped.Json.GetProperty("rowsDropped").GetInt32()));
        CommandLine.AssertFails(1, ["row 2", "'x'"], "fit", file, "--target", "y", "--missing", "error");
    }

    [Theory]
    [InlineData("e.csv", "@value,@level\n1,0\n3,1\n5,2\n", "@value", "@level")]
    [InlineData("e.csv", "@value,@level\n1,0\n3,1\n5,2\n", "@value", " @level")]
    [InlineData("@log.csv", "y,x\n1,0\n3,1\n5,2\n", "y", "x")]
    public void Names_may_begin_with_an_at_sign(string name, string text, string target, string features)
    {
        System.Diagnostics.ProcessStartInfo start = CommandLine.StartInfo("fit", name, "--target", target, "--features", features, "--json");
        _folder.Write(name, text);
        start.WorkingDirectory = _folder.Path(".");
        Outcome outcome = CommandLine.Run(start);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal([1.0, 2.0], outcome.Estimates.Values.Select(value => Math.Round(value!.Value, 12)));
    }

    [Fact]
    public void The_target_is_refused_as_weights() =>
        CommandLine.AssertFails(2, ["'y'", "weights"], "fit", _folder.Write("w.csv", "x,y\n1,1\n2,3\n3,4\n"), "--target", "y", "--weights", "y");

    [Fact]
    public void Numbers_in_quotes_are_explained_and_can_be_read()
    {
        string file = _folder.Write("quoted.ndjson", "{\"x\":\"0\",\"y\":1}\n{\"x\":\"1\",\"y\":3}\n{\"x\":\"2\",\"y\":5}\n");
        CommandLine.AssertFails(1, ["'x'", "--kind NAME=number"], "fit", file, "--target", "y");
        Assert.Equal(2, CommandLine.Run("fit", file, "--target", "y", "--kind", "x=number", "--json").Estimates["x"]!.Value, 1e-12);
    }

    [Fact]
    public void Huge_values_are_refused_with_the_column() =>
        CommandLine.AssertFails(1, ["range of double", "'x'"], "fit", _folder.Write("huge.csv", "x,y\n1e200,1\n-1e200,2\n2e200,4\n"), "--target", "y");

    [Fact]
    public void A_model_that_cannot_be_written_leaves_nothing_behind()
    {
        string target = Path.Combine(_folder.Path("nowhere"), "model.json");
        CommandLine.AssertFails(1, ["nowhere"], "fit", ReferenceData.PathOf("nist/Longley.csv"), "--target", "y", "--out", target);
        Assert.False(Directory.Exists(_folder.Path("nowhere")));
    }

    [Fact]
    public void Models_and_inputs_that_do_not_fit_end_with_1_and_write_nothing()
    {
        string output = _folder.Path("out.csv");
        string model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("fit", "--out", model).ExitCode);
        CommandLine.AssertFails(1, ["model"], "predict", _folder.Write("not.json", "{}"), model, "--out", output);
        CommandLine.AssertFails(1, ["x3"], "predict", model, _folder.Write("few.csv", "x1,x2\n1,2\n"), "--out", output);
        Assert.Equal(["few.csv", "model.json", "not.json"], Directory.EnumerateFiles(_folder.Path(".")).Select(Path.GetFileName).Order());
    }
}
