using System.Text.RegularExpressions;
using HpcLinReg.Tests.Architecture;

namespace HpcLinReg.Tests.Documentation;

/// <summary>What the README shows is compiled and run, and has to print what the README says it prints.</summary>
[Collection("Console")]
public partial class ReadmeTests
{
    [Fact]
    public void The_example_compiles_and_prints_what_the_readme_says()
    {
        var example = Example.First(Repository.Read("README.md"));
        Assert.InRange(example.Code.Split('\n').Count(line => line.Trim().Length > 0), 5, 10);
        Assert.Equal(example.Output, ExampleProgram.Run(example.Code));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("perf-results/README.md")]
    public void Every_file_a_document_links_to_exists(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        string[] links = [.. Links().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{document} links to {link}, which is not there."));
    }

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Links();
}
