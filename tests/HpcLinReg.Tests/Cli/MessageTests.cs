using System.Text.Json;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>Refusals and warnings name the file's rows, the columns' names and what to do.</summary>
public sealed class MessageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fit", "Row 3 of ")]
    [InlineData("fit --polynomial z:2", "Row ")]
    [InlineData("train", "'a b'")]
    [InlineData("train --stream", "'a b'")]
    [InlineData("train --holdout 0.3", "'a b'")]
    public void Numbers_beyond_the_range_are_named_by_column_and_row_of_the_file(string command, string row)
    {
        string path = _folder.Write("large.csv", "z,a b,y\n1,1e3,1\n2,,2\n4,2e200,3\n5,3e200,1\n7,4e200,5\n8,1e100,4\n9,1,3\n2,3,1\n");
        Outcome outcome = CommandLine.Run([.. command.Split(' '), path, "--target", "y"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(row, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("'a b'", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("counted from 0", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_is_constant_in_the_rows_left_to_train_on_is_refused_with_their_number()
    {
        Outcome outcome = CommandLine.Run("train", _folder.Write("two.csv", "x,y\n1,2\n2,3\n"), "--target", "y", "--holdout", "0.5");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("The target 'y' is ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--holdout 0.5 holds out 1 of 2 rows", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ ]\n")]
    public void JSON_without_objects_has_no_rows(string content)
    {
        Outcome outcome = CommandLine.Run("fit", _folder.Write("none.json", content), "--target", "y");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("none.json has no rows", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("column names", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoch(d)")]
    [InlineData("d")]
    [InlineData(null)]
    public void One_time_among_dates_is_named_with_what_to_do(string? features)
    {
        string[] rows = [.. Enumerable.Range(0, 30).Select(i => $"{1 + i:00}.03.2024{(i == 17 ? " 12:30:00" : "")},{i},{i * i}")];
        string path = _folder.Write("dates.csv", $"d,x,y\n{string.Join('\n', rows)}\n");
        Outcome outcome = CommandLine.Run(["fit", path, "--target", "y", .. features is null ? Array.Empty<string>() : ["--features", features]]);
        Assert.Contains("\"18.03.2024 12:30:00\" in row 18", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--kind", outcome.Error, StringComparison.Ordinal);
        Outcome given = CommandLine.Run("fit", path, "--target", "y", "--features", "epoch(d)", "--kind", "d=date");
        Assert.Equal(1, given.ExitCode);
        Assert.Contains("line 19", given.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_and_lists_stay_JSON_in_lines_of_JSON()
    {
        string data = _folder.Write("nested.ndjson", string.Join('\n', Enumerable.Range(0, 8).Select(i => $"{{\"a\":{{\"b c\":{i},\"d\":[1,null,\"\\\"q\"]}},\"l\":[{i}],\"x\":{i},\"y\":{i * i}}}")));
        string model = _folder.Path("m.json");
        Assert.Equal(0, CommandLine.Run("fit", data, "--target", "y", "--features", "x", "--out", model).ExitCode);
        JsonElement[] lines = [.. CommandLine.Run("predict", model, data, "--json").Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(3, lines[3].GetProperty("a").GetProperty("b c").GetInt32());
        Assert.Equal("\"q", lines[3].GetProperty("a").GetProperty("d")[2].GetString());
        Assert.Equal(3, lines[3].GetProperty("l")[0].GetInt32());
    }

    [Theory]
    [InlineData(1e12, true)]
    [InlineData(1e3, false)]
    public void Residuals_that_are_rounding_get_a_word(double target, bool isWarned)
    {
        Random random = new(4);
        string data = _folder.Write("far.csv", $"x,y\n{string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i},{target + i + (1e-3 * random.NextDouble()):R}\n")))}");
        string model = _folder.Path("m.json");
        _ = CommandLine.Run("fit", data, "--target", "y", "--out", model);
        Outcome outcome = CommandLine.Run("predict", model, data, "--residuals");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(isWarned, outcome.Error.Contains("certain digit", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_escaped_in_Markdown_and_levels_keep_their_digits()
    {
        string data = _folder.Write("odd.csv", "<b>,a|c,_u_,\"[l](x)\",`k`,y\n1,2,3,1,4,1\n2,1,5,2,6,4\n5,3,1,3,3,3\n3,3,2,5,2,7\n7,1,8,2,1,2\n1,9,3,7,5,6\n4,4,2,6,8,9\n6,2,7,3,2,8\n");
        string[] lines = CommandLine.Run("fit", data, "--target", "y", "--markdown", "--level", "0.9999999").Output.Split('\n');
        Assert.Contains("Lower 99.99999%", lines[0], StringComparison.Ordinal);
        Assert.Equal(["\\<b\\>", "a\\|c", "\\_u\\_", "\\[l\\](x)", "\\`k\\`"], lines[3..8].Select(line => line.Split(" | ")[0][2..]));
    }

    [Fact]
    public void Two_kinds_of_R_squared_are_not_compared_without_a_word()
    {
        string data = _folder.Write("c.csv", "x,y\n1,5\n2,6\n3,6.5\n4,9\n5,9\n");
        string with = _folder.Path("with.json"), without = _folder.Path("without.json");
        _ = CommandLine.Run("fit", data, "--target", "y", "--out", with);
        _ = CommandLine.Run("fit", data, "--target", "y", "--no-intercept", "--out", without);
        Outcome outcome = CommandLine.Run("compare", without, with);
        Assert.Contains("has no intercept: its R² is uncentred", outcome.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        JsonElement json = CommandLine.Run("compare", with, without, "--json").Json.GetProperty("models");
        Assert.Equal([false, true], json.EnumerateArray().Select(model => model.GetProperty("hasIntercept").GetBoolean()));
        Assert.DoesNotContain("uncentred,", CommandLine.Run("compare", with, with).Output, StringComparison.Ordinal);
    }
}
