using System.Text.Json;
using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Nist;

namespace HpcLinReg.Tests.Cli;

/// <summary>Calls with start, end and duration = end − start in epoch milliseconds: whole numbers below 2⁵³, exactly collinear.</summary>
public sealed class WholeTriplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("start, end, duration")]
    [InlineData("start, end, duration, start % 7 AS day, \"end\" % 11 AS line")]
    [InlineData("start % 7 AS day, start, end, duration")]
    public void The_duration_is_dropped_whatever_stands_beside_it_and_however_it_is_read(string features)
    {
        string csv = ReferenceData.PathOf("edges/calls.csv"), parquet = _folder.Copy("calls.parquet", $"SELECT * FROM '{ReferenceData.PathOf("edges/calls.csv")}'");
        string[][] sources = [[csv], [parquet], ["--sql", $"SELECT * FROM '{csv}' ORDER BY start, \"end\""]];
        foreach (string[] source in sources)
        {
            JsonElement json = CommandLine.Run(["fit", .. source, "--target", "y", "--features", features, "--json"]).Json;
            JsonElement aliased = Assert.Single(json.GetProperty("aliased").EnumerateArray());
            Assert.Equal("duration", aliased.GetProperty("term").GetString());
            Outcome refused = CommandLine.Run(["fit", .. source, "--target", "y", "--features", features, "--rank-deficient", "error"]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("duration", refused.Error, StringComparison.Ordinal);
        }
    }
}
