using System.Buffers.Binary;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HpcLinReg.Tests.Architecture;

namespace HpcLinReg.Tests.Documentation;

/// <summary>What the packages show of themselves.</summary>
public partial class PackageTests
{
    /// <summary>A section for the next version is begun in the changelog, and the packages' version moves with it.</summary>
    [Fact]
    public void The_version_is_the_newest_of_the_changelog()
    {
        string version = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal(Newest().Match(Repository.Read("CHANGELOG.md")).Groups[1].Value, version);
    }

    /// <summary>Where a package is shown, the files of the repository are not, so relative links would lead nowhere.</summary>
    [Fact]
    public void Every_package_has_a_readme_of_its_own_without_relative_links()
    {
        string[] projects = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Where(path => File.ReadAllText(path).Contains("<IsPackable>true", StringComparison.Ordinal))];
        Assert.True(projects.Length >= 2);
        Assert.All(projects, project =>
        {
            Assert.Contains("<None Include=\"README.md\" Pack=\"true\"", File.ReadAllText(project), StringComparison.Ordinal);
            Assert.DoesNotMatch(RelativeLink(), File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "README.md")));
        });
    }

    [Fact]
    public void The_icon_is_a_png_of_128_by_128_pixels()
    {
        byte[] icon = File.ReadAllBytes(Path.Combine(Repository.Root, "assets", "icon.png"));
        Assert.Equal("\u0089PNG\r\n\u001a\n", string.Concat(icon[..8].Select(value => (char)value)));
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
        Assert.InRange(icon.Length, 100, 10_000);
    }

    [GeneratedRegex(@"^## (\d+\.\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Newest();

    [GeneratedRegex(@"\]\((?!https://)")]
    private static partial Regex RelativeLink();
}
