using HpcLinReg.Tests.Reference;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HpcLinReg.Tests.Architecture;

/// <summary>Random tests draw from all of their range: FsCheck sizes most numbers, an <c>int</c> to −100…100, and says nothing.</summary>
public class LawTests
{
    /// <summary>What FsCheck draws from the whole of its range, and the seed for everything else.</summary>
    private static readonly string[] Unsized = ["bool", "byte", "sbyte", nameof(Seed)];

    [Fact]
    public void Laws_draw_numbers_that_are_not_sized()
    {
        Dictionary<string, string> files = Repository.Sources("tests");
        Assert.InRange(files.Values.Sum(text => Laws(text).Count()), 80, int.MaxValue);
        Assert.Empty(files.SelectMany(file => Violations(file.Key, file.Value)));
    }

    [Fact]
    public void A_sized_number_and_a_property_of_FsChecks_own_are_found()
    {
        Assert.Equal(["A.cs: Holds draws a sized int"], Violations("A.cs", "class A { [Law(MaxTest = 9)] public void Holds(byte rows, int seed) { } }"));
        Assert.Equal(["A.cs uses FsCheck: write [Law] and draw a Seed"], Violations("A.cs", "using FsCheck.Xunit; class A { [Property] public void Holds(int seed) { } }"));
        Assert.Empty(Violations("A.cs", "class A { [Law(MaxTest = 9)] public void Holds(byte rows, Seed seed) { } [Theory] public void Once(int seed) { } }"));
    }

    private static IEnumerable<string> Violations(string path, string text)
    {
        if (Path.GetFileName(path) is not ($"{nameof(Seed)}.cs" or $"{nameof(LawAttribute)}.cs")
            && CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == "FsCheck"))
        {
            yield return $"{path} uses FsCheck: write [Law] and draw a Seed";
        }

        foreach (MethodDeclarationSyntax law in Laws(text))
        {
            foreach (ParameterSyntax parameter in law.ParameterList.Parameters.Where(parameter => !Unsized.Contains($"{parameter.Type}")))
            {
                yield return $"{path}: {law.Identifier} draws a sized {parameter.Type}";
            }
        }
    }

    private static IEnumerable<MethodDeclarationSyntax> Laws(string text) => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes()
        .OfType<MethodDeclarationSyntax>()
        .Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => $"{attribute.Name}" == "Law"));
}
