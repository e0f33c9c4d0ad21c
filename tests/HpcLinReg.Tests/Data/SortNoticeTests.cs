using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>A query that sorts many rows says so before it is run; one that sorts few, or none, says nothing.</summary>
public sealed class SortNoticeTests
{
    [Fact]
    public void Many_sorted_rows_are_said_with_their_memory()
    {
        using var source = DataSource.OpenSql("SELECT range AS x, range * 2 AS y FROM range(100000000) ORDER BY x");
        Assert.StartsWith("ORDER BY sorts about 100,000,000 rows, which takes about 3.2 GB of memory", source.Notice, StringComparison.Ordinal);
        Assert.Contains("is sorted in files in ", source.Notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT range AS x FROM range(100000000)")]
    [InlineData("SELECT range AS x FROM range(1000) ORDER BY x")]
    [InlineData("SELECT range AS x FROM range(100000000) ORDER BY x LIMIT 10")]
    public void Others_say_nothing(string query)
    {
        using var source = DataSource.OpenSql(query);
        Assert.Null(source.Notice);
    }
}
