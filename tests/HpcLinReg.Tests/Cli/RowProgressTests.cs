using HpcLinReg.Cli;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>What is shown of rows as they are read.</summary>
public sealed class RowProgressTests
{
    [Theory]
    [InlineData(0, 1000L, 1, 1, "0 rows, 0 a second")]
    [InlineData(250_000, 1_000_000L, 1, 2, "250,000 rows, 125,000 a second, 25 %, 6 s left")]
    [InlineData(250_000, null, 1, 2, "250,000 rows, 125,000 a second")]
    [InlineData(250_000, 1_000_000L, 2, 2, "reading 2: 250,000 rows, 125,000 a second, 25 %, 6 s left")]
    [InlineData(1_000, 1_000_000L, 1, 2, "1,000 rows, 500 a second, 0 %, 33 min left")]
    [InlineData(1_000, 100_000_000L, 1, 1, "1,000 rows, 1,000 a second, 0 %, 27.8 h left")]
    [InlineData(1_001, 1_000L, 1, 1, "1,001 rows, 1,001 a second")]
    public void Rows_share_and_time_left_are_those_of_the_reading(long rows, long? expected, int reading, int seconds, string shown) =>
        Assert.Equal(shown, RowProgress.Describe(rows, expected, reading, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Rows_are_shown_in_a_pipe_only_when_asked_for()
    {
        using TemporaryFolder folder = new();
        string path = folder.Copy("in.parquet", "SELECT range AS x, range % 7 AS y FROM range(100000)");
        Outcome quiet = CommandLine.Run("fit", path, "--target", "y"), asked = CommandLine.Run("fit", path, "--target", "y", "--progress");
        Assert.DoesNotContain("rows read", quiet.Error, StringComparison.Ordinal);
        Assert.Contains("100,000 rows read", asked.Error, StringComparison.Ordinal);
        Assert.Equal(quiet.Output, asked.Output);
    }

    [Fact]
    public void The_number_of_rows_is_known_of_Parquet_and_estimated_of_text()
    {
        using TemporaryFolder folder = new();
        using var parquet = HpcLinReg.Data.DataSource.OpenFile(folder.Copy("in.parquet", "SELECT range AS x FROM range(123456)"));
        Assert.Equal(123456, parquet.EstimateRows());
        using var csv = HpcLinReg.Data.DataSource.OpenFile(folder.Copy("in.csv", "SELECT 1000000 + range AS x FROM range(123456)"));
        Assert.InRange(csv.EstimateRows()!.Value, 123000, 124000);
        using var json = HpcLinReg.Data.DataSource.OpenFile(folder.Copy("in.json", "SELECT range AS x FROM range(100)"));
        Assert.InRange(json.EstimateRows()!.Value, 100, 100);
        using var query = HpcLinReg.Data.DataSource.OpenSql("SELECT 1 AS x");
        Assert.Null(query.EstimateRows());
    }
}
