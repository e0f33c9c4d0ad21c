using System.Text.RegularExpressions;

namespace HpcLinReg.Tests.Architecture;

/// <summary>Which folder of the labs may use which: what can be computed and tested without a browser stays free of it.</summary>
public partial class LabsTests
{
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Points"] = [],
        ["Plots"] = ["Points"],
        ["Regression"] = ["Plots", "Points"],
        ["Descent"] = ["Plots", "Points"],
        ["Plane"] = ["Plots", "Points"],
        ["Links"] = ["Regression", "Descent", "Plane", "Plots", "Points"],
        ["Visitors"] = [],
        ["Components"] = ["Visitors", "Links", "Regression", "Descent", "Plane", "Plots", "Points"],
    };

    private static readonly string[] WithoutBrowser = ["Points", "Plots", "Regression", "Descent", "Plane", "Links"];

    [Fact]
    public void Folders_of_the_labs_use_only_those_below_them()
    {
        Dictionary<string, string> files = Repository.Sources("src/HpcLinReg.Labs");
        Assert.InRange(files.Count, 20, int.MaxValue);
        Assert.Empty(files.SelectMany(file => Violations(file.Key, file.Value)));
    }

    [Fact]
    public void A_use_of_a_folder_above_or_of_the_browser_is_found()
    {
        Assert.Equal(["Points/A.cs uses Links"], Violations("Points/A.cs", "using HpcLinReg.Labs.Links;"));
        Assert.Equal(["Descent/A.cs uses the browser"], Violations("Descent/A.cs", "using Microsoft.JSInterop;"));
        Assert.Equal(["Shared/A.cs lies in a folder without a rule"], Violations("Shared/A.cs", ""));
        Assert.Empty(Violations("Components/Pages/A.cs", "using HpcLinReg.Labs.Links; using Microsoft.JSInterop;"));
        Assert.Empty(Violations("LabsHost.cs", "using HpcLinReg.Labs.Components;"));
    }

    private static IEnumerable<string> Violations(string path, string text)
    {
        if (!path.Contains('/', StringComparison.Ordinal))
        {
            // The host puts everything together.
            yield break;
        }

        string folder = path[..path.IndexOf('/', StringComparison.Ordinal)];
        if (!Below.TryGetValue(folder, out string[]? below))
        {
            yield return $"{path} lies in a folder without a rule";
            yield break;
        }

        foreach (string used in Folders().Matches(text).Select(match => match.Groups[1].Value).Distinct().Where(used => used != folder && !below.Contains(used)))
        {
            yield return $"{path} uses {used}";
        }

        if (WithoutBrowser.Contains(folder) && Browser().IsMatch(text))
        {
            yield return $"{path} uses the browser";
        }
    }

    [GeneratedRegex(@"HpcLinReg\.Labs\.(\w+)")]
    private static partial Regex Folders();

    [GeneratedRegex(@"Microsoft\.(JSInterop|AspNetCore\.Components)")]
    private static partial Regex Browser();
}
