using System.Diagnostics;
using HpcLinReg.Data;
using HpcLinReg.Data.Sources;
using HpcLinReg.Tests.Cli;

namespace HpcLinReg.Tests.Data;

/// <summary>A folder called key=value never changes what a file says, and its key is an input only where somebody names it.</summary>
public sealed class FolderKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FolderKeyTests()
    {
        using var session = Session.ForQueries();
        session.Execute($"COPY (SELECT range AS x, range % 3 AS part, 2*range + 5*(range % 3) AS y FROM range(30)) TO {Sql.Text(_folder.Path("parts"))} (FORMAT parquet, PARTITION_BY (part))");
        foreach (string folder in (string[])["temp=20", "y=5", "run=3", "TEMP=20/run=3"])
        {
            Directory.CreateDirectory(_folder.Path(folder));
            _folder.Copy($"{folder}/data.parquet", "SELECT range AS temp, 2*range + 1 AS y FROM range(12)");
            _folder.Copy($"{folder}/data.csv", "SELECT range AS temp, 2*range + 1 AS y FROM range(12)");
            _folder.Copy($"{folder}/data.json", "SELECT range AS temp, 2*range + 1 AS y FROM range(12)");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("temp=20/data.parquet")]
    [InlineData("y=5/data.parquet")]
    [InlineData("run=3/data.parquet")]
    [InlineData("TEMP=20/run=3/data.parquet")]
    [InlineData("temp=20/data.csv")]
    [InlineData("temp=20/data.json")]
    [InlineData("y=5/data.json")]
    [InlineData("*=*/data.parquet")]
    public void A_file_says_the_same_in_any_folder(string path)
    {
        DataFitResult result = Fitting.Run(_folder.Path(path), new FitRequest { Target = "y" });
        Assert.Equal(["temp"], result.Terms.Select(term => term.Name));
        Assert.Equal((2, 1), (Math.Round(result.Fit.Model.Weights[0], 12), Math.Round(result.Fit.Model.Intercept, 12)));
    }

    [Fact]
    public void A_key_is_an_input_where_it_is_named()
    {
        DataFitResult named = Fitting.Run(_folder.Path("parts/*/*.parquet"), new FitRequest { Target = "y", Features = "x, part" });
        Assert.Equal(5, named.Fit.Model.Weights[1], 1e-12);
        DataFitResult alone = Fitting.Run(_folder.Path("parts/*/*.parquet"), new FitRequest { Target = "y" });
        Assert.Equal(["x"], alone.Terms.Select(term => term.Name));
        Assert.Contains(alone.Warnings, warning => warning.Contains("'part'", StringComparison.Ordinal));
    }

    /// <summary>DuckDB lets the folder's key replace the column of a file; a query that says which is meant is taken as it stands.</summary>
    [Theory]
    [InlineData("temp=20/data.parquet", "temp")]
    [InlineData("y=5/data.parquet", "y")]
    [InlineData("TEMP=20/run=3/data.parquet", "TEMP")]
    [InlineData("*=*/data.parquet", "temp")]
    public void A_query_whose_folder_would_replace_a_column_is_refused(string path, string key)
    {
        string file = _folder.Path(path);
        DataException refused = Assert.Throws<DataException>(() => DataSource.OpenSql($"SELECT * FROM '{file}'"));
        Assert.Contains($"would replace the column '{key}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("hive_partitioning = false", refused.Message, StringComparison.Ordinal);
        using var source = DataSource.OpenSql($"SELECT temp, y FROM read_parquet('{file}', hive_partitioning = false) ORDER BY temp");
        Assert.Equal(2, source.Columns.Count);
    }

    [Fact]
    public void A_query_may_use_the_keys_of_folders()
    {
        using var source = DataSource.OpenSql($"SELECT x, part, y FROM '{_folder.Path("parts/*/*.parquet")}' ORDER BY x");
        Assert.Equal(3, source.Columns.Count);
    }

    /// <summary>DuckDB sees the path of the query, and no folder above it.</summary>
    [Fact]
    public void A_folder_that_the_query_does_not_name_replaces_nothing()
    {
        ProcessStartInfo start = CommandLine.StartInfo("fit", "--sql", "SELECT * FROM 'data.parquet' ORDER BY temp", "--target", "y", "--json");
        start.WorkingDirectory = _folder.Path("temp=20");
        Outcome outcome = CommandLine.Run(start);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(2, outcome.Estimates["temp"]!.Value, 1e-12);
    }
}
