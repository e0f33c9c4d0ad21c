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
        Assert.InRange(example.Code.Split('\n').Count(line => line.Trim().Length > 0), 5, 20);
        InEmptyFolder(() => Assert.Equal(example.Output, ExampleProgram.Run(example.Code)));
    }

    [Fact]
    public void So_do_the_programs_of_the_library()
    {
        IReadOnlyList<Example> examples = Example.All(Repository.Read("docs/library.md"));
        Assert.Equal(2, examples.Count);
        InEmptyFolder(() => Assert.All(examples, example => Assert.Equal(example.Output, ExampleProgram.Run(example.Code))));
    }

    [Fact]
    public void So_do_the_programs_about_data()
    {
        IReadOnlyList<Example> examples = Example.All(Repository.Read("docs/data.md"));
        Assert.Equal(3, examples.Count);
        InEmptyFolder(() => Assert.All(examples, example => Assert.Equal(example.Output, ExampleProgram.Run(example.Code))));
    }

    /// <summary>The programs write model files into the current folder.</summary>
    private static void InEmptyFolder(Action run)
    {
        string before = Environment.CurrentDirectory;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hpclinreg-tests-");
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            run();
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
    [InlineData("docs/architecture.md")]
    [InlineData("docs/decisions.md")]
    [InlineData("docs/adding-a-feature.md")]
    [InlineData("docs/command-line.md")]
    [InlineData("docs/model-file.md")]
    [InlineData("docs/moments-format.md")]
    [InlineData("docs/python.md")]
    [InlineData("docs/cluster.md")]
    [InlineData("docs/scale.md")]
    [InlineData("perf-results/README.md")]
    public void Every_file_a_document_links_to_exists(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        string[] links = [.. Links().Matches(Repository.Read(document)).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{document} links to {link}, which is not there."));
    }

    /// <summary>Each range of the table is that of the ratios in the results' files.</summary>
    [Fact]
    public void The_performance_table_is_what_the_measured_files_say()
    {
        const string Begin = "<!-- performance: written by bench/measure -->";
        string readme = Repository.Read("README.md");
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = readme.IndexOf("<!-- end of performance -->", StringComparison.Ordinal);
        Assert.InRange(begin, Begin.Length, end);
        string[][] table = [.. readme[begin..end].Trim().Split('\n').Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];
        Assert.InRange(table.Length, 3, 2 + 8);
        for (int column = 2; column < table[0].Length; column++)
        {
            string machine = Machine().Match(table[0][column]).Groups[1].Value;
            Dictionary<(string? Task, string? Peer), double[]> ratios = Ratios(machine);
            Assert.All(table.Skip(2), row =>
            {
                string task = row[0].Replace("one prediction", "predict", StringComparison.Ordinal).Split([' ', ','])[0], peer = FirstWord(row[1]);
                double[][] measured = [.. ratios.Where(pair => pair.Key.Task!.StartsWith(task, StringComparison.Ordinal) && FirstWord(pair.Key.Peer!) == peer).Select(pair => pair.Value)];
                double[] range = [.. row[column].Split(" to ").Select(end => double.Parse(end, CultureInfo.InvariantCulture))];
                Assert.Contains(measured, ratios => Math.Abs(ratios.Min() - range[0]) < 0.0051 && Math.Abs(ratios.Max() - range[1]) < 0.0051);
            });
        }
    }

    [Fact]
    public void The_readme_fits_a_sitting() => Assert.InRange(Repository.Read("README.md").Split('\n').Length, 1, 151);

    /// <summary>The ratios measured on a machine, by task and peer.</summary>
    private static Dictionary<(string? Task, string? Peer), double[]> Ratios(string machine) =>
        new[] { "compare.json", "peers.json", "descent.json" }
            .SelectMany(file => JsonDocument.Parse(Repository.Read($"perf-results/{machine}/{file}")).RootElement.EnumerateArray())
            .GroupBy(contest => (contest.GetProperty("task").GetString(), contest.GetProperty("peer").GetString()), contest => contest.GetProperty("ratio").GetDouble())
            .ToDictionary(pair => pair.Key, pair => pair.ToArray());

    /// <summary>The peer's name as it begins: "Math.NET Numerics" and "MathNet QR" are one peer.</summary>
    private static string FirstWord(string name) => name.Replace(".", "", StringComparison.Ordinal).Split([' ', ','])[0].ToUpperInvariant();

    [GeneratedRegex(@"\[([a-z0-9-]+)\]")]
    private static partial Regex Machine();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Links();
}
