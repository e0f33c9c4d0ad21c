using System.Text.RegularExpressions;

namespace HpcLinReg.Tests.Architecture;

public partial class SourceTests
{
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void No_source_file_is_longer_than_one_read(string folder)
    {
        Dictionary<string, string> files = Repository.Sources(folder);
        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => file.Value.Split('\n').Length > 351).Select(file => file.Key));
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void No_source_file_names_a_folder_of_somebodys_machine(string folder) =>
        Assert.Empty(Repository.Sources(folder).SelectMany(file => MachinePaths(file.Key, file.Value)));

    [Fact]
    public void A_folder_of_somebodys_machine_is_found()
    {
        // Put together here, so that this file does not name one.
        string home = "/" + "home/ada/data.csv", windows = @"C:\" + @"Users\ada";
        Assert.Equal(["A.cs: " + home[..6]], MachinePaths("A.cs", $"Open(\"{home}\");"));
        Assert.Equal(["B.cs: " + windows[..8]], MachinePaths("B.cs", $"Open(@\"{windows}\");"));
        Assert.Empty(MachinePaths("C.cs", "a/work/b; x / tmp / y; https://example.org/home/page; Kernels/Line.cs"));
    }

    private static IEnumerable<string> MachinePaths(string path, string text) => Paths().Matches(text).Select(match => $"{path}: {match.Value}");

    [GeneratedRegex(@"(?<![\w.:/*])/(?:home|root|work|tmp|Users|mnt)/|\b[A-Z]:\\{1,2}Users")]
    private static partial Regex Paths();
}
