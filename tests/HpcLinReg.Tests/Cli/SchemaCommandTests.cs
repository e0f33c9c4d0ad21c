using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

public sealed class SchemaCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_has_what_was_decided()
    {
        string path = _folder.Write("a.csv", "x;d;s;zip\n1,5;31/12/2024;a;00123\n;01/02/2024;b;007\n");
        Outcome outcome = CommandLine.Run("schema", path, "--json", "--kind", "zip=text");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(
            $$"""{"source":"{{path}}","rows":2,"delimiter":";","decimal":",","zone":"UTC","columns":[{"name":"x","kind":"number","format":"1,5","missing":1,"decidedBy":"all rows"},{"name":"d","kind":"time","format":"day/month/year","missing":0,"decidedBy":"all rows"},{"name":"s","kind":"text","format":null,"missing":0,"decidedBy":"all rows"},{"name":"zip","kind":"text","format":null,"missing":0,"decidedBy":"given"}]}""" + "\n",
            outcome.Output);
    }

    [Fact]
    public void Patterns_pipes_and_several_files_are_shown()
    {
        Directory.CreateDirectory(_folder.Path("p"));
        _folder.Copy("p/a.parquet", "SELECT range AS x, DATE '2024-01-01' AS d FROM range(3)");
        _folder.Copy("p/b.parquet", "SELECT range + 0.5 AS x, DATE '2024-01-01' AS d FROM range(4)");
        _folder.Write("a.ndjson", "{\"x\":1}\n{\"x\":2}\n");
        Outcome outcome = CommandLine.Run(CommandLine.Shell(_folder.Path(""), "schema 'p/*.parquet' a.ndjson - < a.ndjson"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("p/*.parquet: 7 rows; 2 columns; times without an offset in UTC", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("a.ndjson: 2 rows; 1 column;", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("the standard input: 2 rows; 1 column;", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--kind", "x=txt", "'--kind' needs NAME=KIND", "Did you mean 'text'?")]
    [InlineData("--kind", "x", "'--kind' needs NAME=KIND", "such as zip=text")]
    [InlineData("--dates", "dym", "'--dates' is dmy or mdy or ymd", "not 'dym'")]
    [InlineData("--decimal", ";", "'--decimal' is . or ,", "not ';'")]
    [InlineData("--delimiter", "ab", "'--delimiter'", "one character, or tab")]
    [InlineData("--zone", "Mars", "There is no time zone 'Mars'", "Europe/Berlin")]
    [InlineData("--kinds", "x=text", "--kinds", "Did you mean '--kind'?")]
    public void Wrong_settings_are_wrong_usage(string option, string value, string first, string second) =>
        CommandLine.AssertFails(2, [first, second], "schema", _folder.Write("a.csv", "x,y\n1,2\n"), option, value);

    [Fact]
    public void A_cell_that_is_none_of_its_kind_is_refused() =>
        CommandLine.AssertFails(1, ["line 3", "\"abc\"", "not a number", "--kind x=text"], "schema", _folder.Write("a.csv", "x,y\n1,2\nabc,3\n"), "--kind", "x=number");

    [Fact]
    public void Predict_takes_the_same_options_and_overrides_the_model()
    {
        string train = _folder.Write("train.csv", "d,y\n12/31/2024,12\n01/15/2024,1\n06/13/2024,6\n");
        string input = _folder.Write("in.csv", "d\n03/04/2024\n");
        Assert.Equal(0, CommandLine.Run("fit", train, "--target", "y", "--features", "month(d)", "--out", _folder.Path("m.json")).ExitCode);
        Assert.StartsWith("d,prediction\n03/04/2024,3", CommandLine.Run("predict", _folder.Path("m.json"), input).Output, StringComparison.Ordinal);
        Outcome other = CommandLine.Run("predict", _folder.Path("m.json"), input, "--dates", "dmy");
        Assert.True(double.Parse(other.Output.Trim().Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture) is > 3.999 and < 4.001, other.Output + other.Error);
    }
}
