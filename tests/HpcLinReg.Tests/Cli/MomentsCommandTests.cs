using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

public class MomentsCommandTests
{
    [Fact]
    public void Parts_of_a_plan_merge_to_the_bytes_of_one_process_and_fit_without_the_rows()
    {
        using TemporaryFolder folder = new();
        string glob = MomentsPlanTests.Write(folder);
        string[] columns = ["--columns", "x, z, city, y"];
        Done(CommandLine.Run(["plan", glob, "--parts", "2", "-o", folder.Path("plan.json"), .. columns]));
        Done(CommandLine.Run("moments", "--plan", folder.Path("plan.json"), "--part", "1", "-o", folder.Path("1.moments")));
        Done(CommandLine.Run("moments", "--plan", folder.Path("plan.json"), "--part", "0", "-o", folder.Path("0.moments")));
        Outcome whole = CommandLine.Run(["moments", glob, "-o", folder.Path("whole.moments"), .. columns]);
        Assert.Contains("352 rows dropped, because something is missing: 'z'", whole.Error, StringComparison.Ordinal);
        Done(CommandLine.Run("merge", folder.Path("1.moments"), folder.Path("0.moments"), "--out", folder.Path("all.moments")));
        Assert.Equal(File.ReadAllBytes(folder.Path("whole.moments")), File.ReadAllBytes(folder.Path("all.moments")));

        Outcome fit = CommandLine.Run("fit", "--moments", folder.Path("all.moments"), "--target", "y", "--features", "x, city", "--json", "--out", folder.Path("model.json"));
        Assert.Equal(["(Intercept)", "x", "city[Rom]", "city[Zug]"], fit.Estimates.Keys);
        Assert.Contains("rows without 'z' are left out, though this fit does not use it", fit.Error, StringComparison.Ordinal);
        Assert.Equal(fit.Estimates, CommandLine.Run("summary", folder.Path("model.json"), "--json").Estimates);

        Outcome gap = CommandLine.Run("merge", folder.Path("1.moments"), folder.Path("1.moments"), "-o", folder.Path("no.moments"));
        Assert.Equal(1, gap.ExitCode);
        Assert.Contains("are in two parts", gap.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Path("no.moments")));
    }

    /// <summary>A part overwrote its plan or the rows without a word, and what was never added was removed.</summary>
    [Fact]
    public void Inputs_are_not_overwritten_and_only_what_was_added_is_removed_once()
    {
        using TemporaryFolder folder = new();
        string glob = MomentsPlanTests.Write(folder);
        Done(CommandLine.Run("plan", glob, "--parts", "2", "--columns", "x, y", "-o", folder.Path("plan.json")));
        byte[] plan = File.ReadAllBytes(folder.Path("plan.json"));
        Outcome over = CommandLine.Run("moments", "--plan", folder.Path("plan.json"), "--part", "0", "-o", folder.Path("plan.json"));
        Assert.Equal(2, over.ExitCode);
        Assert.Contains("over the input", over.Error, StringComparison.Ordinal);
        Assert.Equal(plan, File.ReadAllBytes(folder.Path("plan.json")));
        foreach (string part in (string[])["0", "1"])
        {
            Done(CommandLine.Run("moments", "--plan", folder.Path("plan.json"), "--part", part, "-o", folder.Path($"{part}.moments")));
        }

        Outcome never = CommandLine.Run("merge", folder.Path("0.moments"), "--remove", folder.Path("1.moments"), "-o", folder.Path("out.moments"));
        Assert.Equal(1, never.ExitCode);
        Assert.Contains("what was not added cannot be removed", never.Error, StringComparison.Ordinal);
        Outcome twice = CommandLine.Run("merge", folder.Path("0.moments"), folder.Path("1.moments"), "--remove", folder.Path("1.moments"), "--remove", folder.Path("1.moments"), "-o", folder.Path("out.moments"));
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("removed twice", twice.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Path("out.moments")));
        Done(CommandLine.Run("merge", folder.Path("0.moments"), folder.Path("1.moments"), "--remove", folder.Path("1.moments"), "-o", folder.Path("out.moments")));
    }

    [Theory]
    [InlineData("Option '--parts' needs a whole number", "plan", "a.parquet", "--parts", "0", "-o", "x")]
    [InlineData("Option '--part' needs a whole number", "moments", "--plan", "p", "--part", "-1", "-o", "x")]
    [InlineData("Give one of FILE, --sql and --plan.", "moments", "-o", "x")]
    [InlineData("Option '--out' is required", "moments", "a.csv")]
    [InlineData("Options '--plan' and '--part' go together", "moments", "--plan", "p", "-o", "x")]
    [InlineData("Option '--columns' is decided by the plan", "moments", "--plan", "p", "--part", "0", "--columns", "x", "-o", "x")]
    [InlineData("Option '--parts' is required", "plan", "a.parquet", "-o", "x")]
    [InlineData("Option '--out' is required", "merge", "a.moments")]
    [InlineData("Give either --moments or rows", "fit", "a.csv", "--moments", "m", "--target", "y")]
    [InlineData("Option '--target' is required", "fit", "--moments", "m")]
    [InlineData("Option '--robust' needs the rows", "fit", "--moments", "m", "--target", "y", "--robust", "hc3")]
    public void Wrong_usage_is_refused_by_name(string message, params string[] arguments)
    {
        Outcome outcome = CommandLine.Run(arguments);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private static void Done(Outcome outcome) => Assert.True(outcome.ExitCode == 0, outcome.Error);
}
