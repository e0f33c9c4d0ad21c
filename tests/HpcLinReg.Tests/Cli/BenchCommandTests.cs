using System.Text.Json;

namespace HpcLinReg.Tests.Cli;

public class BenchCommandTests
{
    [Fact]
    public void Json_has_a_row_of_plausible_figures_for_each_kernel_asked_for()
    {
        Outcome outcome = CommandLine.Run("bench", "--quick", "--json", "--kernel", "gradient", "--kernel", "predictRow", "--columns", "9");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        JsonElement[] rows = [.. outcome.Json.EnumerateArray().Where(row => row.GetProperty("threads").GetInt32() == 1)];
        Assert.Equal(["read", "fma", "gradient", "gradient", "predictRow"], rows.Select(row => row.GetProperty("kernel").GetString()));
        Assert.Equal(["double", "float"], rows[2..4].Select(row => row.GetProperty("type").GetString()));
        Assert.All(rows, row => Assert.Equal(
            ["kernel", "type", "rows", "columns", "threads", "milliseconds", "gigabytesPerSecond", "gigaflopsPerSecond", "bound", "share"],
            row.EnumerateObject().Select(member => member.Name)));
        Assert.All(rows, row => Assert.True(row.GetProperty("milliseconds").GetDouble() > 0));
        Assert.All(rows, row => Assert.True(row.GetProperty("share").GetDouble() > 0));
        Assert.All(rows[2..4], row => Assert.Equal(9, row.GetProperty("columns").GetInt32()));

        // Which of the two is nearer is measured, and on a machine that does much else either may be.
        Assert.All(rows[2..4], row => Assert.Contains(row.GetProperty("bound").GetString(), (string[])["read", "fma"]));
    }

    [Fact]
    public void An_unknown_kernel_is_wrong_usage() => CommandLine.AssertFails(2, ["'warp'"], "bench", "--kernel", "warp");
}
