using System.Globalization;
using System.Text.Json;
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

    [Fact]
    public void What_the_readme_goes_on_with_compiles_and_runs()
    {
        string readme = Repository.Read("README.md");
        string program = Example.Whole(readme);
        Assert.NotEqual(Example.First(readme).Code, program);
        const string Result = "Console.WriteLine($\"{descent.Stop}, {losses.Count > 1 && losses[^1] < losses[0]}, {batches.Model.Weights.Length}\");";
        Assert.EndsWith("Converged, True, 2\n", ExampleProgram.Run(program + Result), StringComparison.Ordinal);
    }

    [Fact]
    public void So_do_the_programs_of_the_library()
    {
        // The first writes a file into the current folder.
        string before = Environment.CurrentDirectory;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hpclinreg-tests-");
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            IReadOnlyList<Example> examples = Example.All(Repository.Read("docs/library.md"));
            Assert.Equal(2, examples.Count);
            Assert.All(examples, example => Assert.Equal(example.Output, ExampleProgram.Run(example.Code)));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/library.md")]
    [InlineData("docs/model-file.md")]
    [InlineData("perf-results/README.md")]
    public void Every_file_a_document_links_to_exists(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        string[] links = [.. Links().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{document} links to {link}, which is not there."));
    }

    [Fact]
    public void The_performance_section_is_what_the_measured_files_say()
    {
        const string Begin = "<!-- performance: written by bench/measure -->";
        string readme = Repository.Read("README.md");
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = readme.IndexOf("<!-- end of performance -->", StringComparison.Ordinal);
        Assert.InRange(begin, Begin.Length, end);
        string[] folders = [.. Directory.GetFiles(Path.Combine(Repository.Root, "perf-results"), "summary.md", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(path => Path.GetDirectoryName(path)!)];
        string[] summaries = [.. folders.Select(folder => File.ReadAllText(Path.Combine(folder, "summary.md")).Trim())];
        Assert.Equal(string.Join("\n\n", summaries), readme[begin..end].Trim());
        for (int k = 0; k < folders.Length; k++)
        {
            string file = Path.Combine(folders[k], "bench-avx512.json");
            using JsonDocument kernels = JsonDocument.Parse(File.ReadAllText(File.Exists(file) ? file : Path.Combine(folders[k], "bench-avx2.json")));
            IEnumerable<string> shares = kernels.RootElement.EnumerateArray()
                .Where(row => row.GetProperty("kernel").GetString() == "gradient" && row.GetProperty("type").GetString() == "double")
                .OrderBy(row => row.GetProperty("columns").GetInt32())
                .Select(row => row.GetProperty("share").GetDouble().ToString("P0", CultureInfo.InvariantCulture));
            Assert.Contains($"| gradient | {string.Join(" | ", shares)} |", summaries[k], StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Links();
}
