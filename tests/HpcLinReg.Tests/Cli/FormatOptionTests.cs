using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>Options that say how files are written, and several files or a query in place of one.</summary>
public sealed class FormatOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_with_titles_comments_and_marks_is_fitted_shown_and_predicted()
    {
        string[] options = ["--skip", "1", "--comment", "#", "--na", "-,?", "--encoding", "latin1"];
        string path = _folder.Path("in.csv");
        File.WriteAllText(path, "Messung für \"A\nx,größe\n1,2\n# eine Lücke\n-,9\n2,4.5\n3,6\n?,1\n4,8.5\n", System.Text.Encoding.Latin1);
        Outcome fit = CommandLine.Run(["fit", path, "--target", "größe", "--json", "--out", _folder.Path("model.json"), .. options]);
        Assert.Equal((0, 4), (fit.ExitCode, fit.Json.GetProperty("rows").GetInt32()));
        Outcome schema = CommandLine.Run(["schema", path, "--json", .. options]);
        Assert.Equal([("x", 2), ("größe", 0)], schema.Json.GetProperty("columns").EnumerateArray().Select(column => (column.GetProperty("name").GetString()!, column.GetProperty("missing").GetInt32())));
        Outcome predict = CommandLine.Run(["predict", _folder.Path("model.json"), path, .. options]);
        Assert.Equal(0, predict.ExitCode);
        Assert.Equal(["x,größe,prediction", "1,2,2.1", "-,9,", "2,4.5,4.2", "3,6,6.3", "?,1,", "4,8.5,8.4"], predict.Output.Trim().Split('\n').Select(Short));
    }

    /// <summary>A text with all its interactions is a regression for each level; sums of whole numbers make these exact.</summary>
    [Fact]
    public void Penguins_with_species_and_its_interaction_with_body_mass_have_fourteen_digits()
    {
        string path = TemporaryFolder.TestData("real/penguins.csv");
        Outcome fit = CommandLine.Run("fit", path, "--target", "Flipper Length (mm)", "--features", "Species, Body Mass (g), Species:Body Mass (g)", "--digits", "max", "--json");
        Assert.Equal((0, 342), (fit.ExitCode, fit.Json.GetProperty("rows").GetInt32()));
        Dictionary<string, double?> estimates = fit.Estimates;
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')).Where(cells => cells[4] != "NA" && cells[5] != "NA")];
        (decimal baseIntercept, decimal baseSlope) = Line("Adelie");
        AssertNear(baseIntercept, "(Intercept)");
        AssertNear(baseSlope, "Body Mass (g)");
        foreach (string species in (string[])["Chinstrap", "Gentoo"])
        {
            (decimal intercept, decimal slope) = Line(species);
            AssertNear(intercept - baseIntercept, $"Species[{species}]");
            AssertNear(slope - baseSlope, $"Species[{species}]:Body Mass (g)");
        }

        (decimal Intercept, decimal Slope) Line(string species)
        {
            (decimal X, decimal Y)[] points = [.. rows.Where(cells => cells[0].StartsWith($"\"{species}", StringComparison.Ordinal)).Select(cells => (decimal.Parse(cells[5], System.Globalization.CultureInfo.InvariantCulture), decimal.Parse(cells[4], System.Globalization.CultureInfo.InvariantCulture)))];
            decimal n = points.Length, x = points.Sum(point => point.X), y = points.Sum(point => point.Y);
            decimal slope = ((n * points.Sum(point => point.X * point.Y)) - (x * y)) / ((n * points.Sum(point => point.X * point.X)) - (x * x));
            return ((y - (slope * x)) / n, slope);
        }

        void AssertNear(decimal expected, string term) => Assert.Equal((double)expected, estimates[term]!.Value, 1e-14 * Math.Abs((double)expected));
    }

    [Fact]
    public void Several_files_and_a_query_are_fitted_and_predicted()
    {
        string first = _folder.Write("1.csv", "x,y\n1,2\n2,4\n"), second = _folder.Write("2.csv", "x,y\n3,6\n4,9\n");
        Outcome fit = CommandLine.Run("fit", first, second, "--target", "y", "--json", "--out", _folder.Path("model.json"));
        Assert.Equal((0, 4), (fit.ExitCode, fit.Json.GetProperty("rows").GetInt32()));
        Assert.Equal($"{first}, {second}", fit.Json.GetProperty("source").GetString());
        Outcome files = CommandLine.Run("predict", _folder.Path("model.json"), second, first);
        Outcome query = CommandLine.Run("predict", _folder.Path("model.json"), "--sql", $"SELECT x, y FROM read_csv(['{second}', '{first}']) ORDER BY x < 3");
        Assert.Equal(["3", "4", "1", "2"], files.Output.Trim().Split('\n').Skip(1).Select(line => line.Split(',')[0]));
        Assert.Equal(files.Output, query.Output);
    }

    [Fact]
    public void Categories_and_baselines_are_fitted_shown_and_predicted()
    {
        string path = _folder.Write("in.csv", "y,zip,origin\n1,08100,EU\n3,9,USA\n2,08100,USA\n6,9,EU\n7,7,EU\n4,7,USA\n");
        Outcome fit = CommandLine.Run("fit", path, "--target", "y", "--features", "zip, origin", "--category", "zip:9", "--baseline", "origin=USA", "--out", _folder.Path("model.json"));
        Assert.Equal(0, fit.ExitCode);
        Assert.Contains("zip[08100]", fit.Output, StringComparison.Ordinal);
        Assert.Contains("origin[EU]", fit.Output, StringComparison.Ordinal);
        Assert.Contains("'USA'", fit.Output, StringComparison.Ordinal);
        Outcome schema = CommandLine.Run("schema", path, "--category", "zip", "--json");
        Assert.Equal("text", schema.Json.GetProperty("columns")[1].GetProperty("kind").GetString());
        string others = _folder.Write("new.csv", "zip,origin\n9,Japan\n");
        Assert.Contains("predicted as the baseline 'USA'", CommandLine.Run("predict", _folder.Path("model.json"), others, "--unseen", "baseline").Error, StringComparison.Ordinal);
        Assert.Equal(1, CommandLine.Run("predict", _folder.Path("model.json"), others, "--unseen", "error").ExitCode);
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--skip'", "cluster", "fit", "a.parquet", "--target", "y", "--redis", "localhost:1", "--skip", "1")]
    [InlineData("Unrecognized command or argument '--no-header'", "plan", "a.parquet", "--parts", "2", "-o", "plan.json", "--no-header")]
    [InlineData("is '.', and so is the decimal mark", "schema", "a.csv", "--thousands", ".", "--decimal", ".")]
    [InlineData("Option '--thousands' is", "schema", "a.csv", "--thousands", "x")]
    [InlineData("'--baseline' needs NAME=LEVEL", "fit", "a.csv", "--target", "y", "--baseline", "origin")]
    [InlineData("baseline of 'x' is given twice", "fit", "a.csv", "--target", "y", "--baseline", "x=1", "--category", "x:2")]
    [InlineData("'--category' has the level '1', which is for fits", "schema", "a.csv", "--category", "x:1")]
    [InlineData("Give either FILE or --sql", "predict", "model.json", "a.csv", "--sql", "SELECT 1 AS x")]
    [InlineData("cannot be read beside files", "fit", "a.csv", "-", "--target", "y")]
    [InlineData("named twice", "fit", "a.csv", "a.csv", "--target", "y")]
    [InlineData("'--comment' is C, not '##'. C is one character", "fit", "a.csv", "--target", "y", "--comment", "##")]
    [InlineData("'--skip' needs a number of lines", "fit", "a.csv", "--target", "y", "--skip", "-1")]
    [InlineData("no encoding 'utf-9'", "schema", "a.csv", "--encoding", "utf-9")]
    [InlineData("is JSON, for which --no-header means nothing", "schema", "a.json", "--no-header")]
    public void Options_that_cannot_hold_are_refused_by_name(string expected, params string[] arguments)
    {
        _folder.Write("a.csv", "x,y\n1,2\n2,3\n");
        _folder.Write("a.json", "{\"x\":1}\n");
        Outcome outcome = CommandLine.Run([.. arguments.Select(argument => File.Exists(_folder.Path(argument)) ? _folder.Path(argument) : argument)]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    private static string Short(string line)
    {
        int last = line.LastIndexOf(',') + 1;
        return double.TryParse(line.AsSpan(last), System.Globalization.CultureInfo.InvariantCulture, out double value)
            ? FormattableString.Invariant($"{line[..last]}{Math.Round(value, 9)}") : line;
    }
}
