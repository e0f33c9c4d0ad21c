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

    [Fact]
    public void Polynomials_travel_and_a_draft_is_scanned_in_parts()
    {
        using TemporaryFolder folder = new();
        string glob = MomentsPlanTests.Write(folder);
        string[] columns = ["--columns", "x, z, city, y", "--polynomial", "x:4"];
        Done(CommandLine.Run(["plan", glob, "--parts", "2", "-o", folder.Path("plan.json"), .. columns]));
        Done(CommandLine.Run(["plan", glob, "--parts", "2", "--draft", "-o", folder.Path("draft.json"), .. columns]));
        foreach (string part in (string[])["0", "1"])
        {
            Done(CommandLine.Run("scan", folder.Path("draft.json"), "--part", part, "-o", folder.Path($"{part}.scan")));
            Done(CommandLine.Run("moments", "--plan", folder.Path("plan.json"), "--part", part, "-o", folder.Path($"{part}.moments")));
        }

        Done(CommandLine.Run("scan", folder.Path("draft.json"), folder.Path("1.scan"), folder.Path("0.scan"), "-o", folder.Path("again.json")));
        Assert.Equal(File.ReadAllText(folder.Path("plan.json")), File.ReadAllText(folder.Path("again.json")));
        Done(CommandLine.Run(["moments", glob, "-o", folder.Path("whole.moments"), .. columns]));
        Done(CommandLine.Run("merge", folder.Path("1.moments"), folder.Path("0.moments"), "-o", folder.Path("all.moments")));
        Assert.Equal(File.ReadAllBytes(folder.Path("whole.moments")), File.ReadAllBytes(folder.Path("all.moments")));

        string[] fit = ["--target", "y", "--features", "x, city", "--polynomial", "x:3", "--json"];
        Outcome all = CommandLine.Run(["fit", "--moments", folder.Path("all.moments"), "--out", folder.Path("model.json"), .. fit]);
        Assert.Equal(["(Intercept)", "x", "x^2", "x^3", "city[Rom]", "city[Zug]"], all.Estimates.Keys);
        Assert.Equal(all.Estimates, CommandLine.Run(["fit", "--moments", folder.Path("whole.moments"), .. fit]).Estimates);
        Assert.Equal(all.Estimates, CommandLine.Run("summary", folder.Path("model.json"), "--json").Estimates);
        Assert.Contains("prediction", CommandLine.Run("predict", folder.Path("model.json"), folder.Path("b.parquet")).Output, StringComparison.Ordinal);

        Outcome draft = CommandLine.Run("moments", "--plan", folder.Path("draft.json"), "--part", "0", "-o", folder.Path("no.moments"));
        Assert.Equal(2, draft.ExitCode);
        Assert.Contains("(hpclinreg scan)", draft.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_without_rows_are_said_and_other_files_refused_by_name()
    {
        using TemporaryFolder folder = new();
        string glob = MomentsPlanTests.Write(folder);
        Outcome plan = CommandLine.Run("plan", glob, "--parts", "9", "--columns", "x, y", "-o", folder.Path("plan.json"));
        Assert.Contains("Only 7 of the 9 parts have rows, because parts are cut at multiples of 2048 rows; the others are empty.", plan.Error, StringComparison.Ordinal);
        for (int part = 0; part < 9; part++)
        {
            Outcome sum = CommandLine.Run("moments", "--plan", folder.Path("plan.json"), "--part", $"{part}", "-o", folder.Path($"{part}.moments"));
            Assert.Equal(0, sum.ExitCode);
            Assert.Equal(part is 0 or 4, sum.Error.Contains($"Part {part} of {folder.Path("plan.json")} has no rows", StringComparison.Ordinal));
        }

        string[] all = [.. Enumerable.Range(0, 9).Select(part => folder.Path($"{part}.moments"))];
        Done(CommandLine.Run(["merge", .. all, "--remove", all[3], "-o", folder.Path("rest.moments")]));
        Refused("holds folded sums, as a removal or --values leaves them; merge it with --values", folder.Path("rest.moments"), "--remove", all[5]);
        Done(CommandLine.Run("merge", "--values", folder.Path("rest.moments"), "--remove", all[5], "-o", folder.Path("less.moments")));
        Refused($"There is no file {folder.Path("nope.moments")}; its full path would be", all[0], folder.Path("nope.moments"));
        Refused("is a folder; name the files in it.", all[0], folder.Path(""));
        Refused($"'{folder.Path("plan.json")}': This is no .moments file: it does not begin with HLRMOMT", all[0], folder.Path("plan.json"));
        Refused($"'{folder.Write("short.moments", "x")}': This is no .moments file: it has 1 bytes", all[0], folder.Path("short.moments"));

        void Refused(string message, params string[] arguments)
        {
            Outcome outcome = CommandLine.Run(["merge", .. arguments, "-o", folder.Path("no.moments")]);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        }
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
    [InlineData("Option '--polynomial' needs NAME:K with a degree K from 1 to 40", "plan", "a.parquet", "--parts", "2", "--polynomial", "x:99", "-o", "x")]
    [InlineData("Option '--polynomial' names 'x' twice.", "moments", "a.csv", "--polynomial", "x:2", "--polynomial", "x:3", "-o", "x")]
    [InlineData("Give either '--part K' to scan a part, or the scans of all parts", "scan", "d", "-o", "x")]
    [InlineData("Give either '--part K' to scan a part, or the scans of all parts", "scan", "d", "s", "--part", "0", "-o", "x")]
    [InlineData("Option '--out' is required", "scan", "d", "--part", "0")]
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
