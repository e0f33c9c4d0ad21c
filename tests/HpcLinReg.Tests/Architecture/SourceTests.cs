using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

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
        Assert.Empty(files.Where(file => file.Value.Split('\n').Length > 451).Select(file => file.Key));
    }

    [Fact]
    public void No_line_of_a_source_file_is_wider_than_140_columns() =>
        Assert.Empty(Repository.Sources("src").SelectMany(file => WideLines(file.Key, file.Value)));

    [Fact]
    public void A_line_that_is_too_wide_is_found()
    {
        string wide = new('x', LineRules.Width - 3);
        Assert.Equal(["A.cs:2"], WideLines("A.cs", $"class A\n{{ int {wide}; }}"));
        Assert.Equal(["A.cs:1"], WideLines("A.cs", $"/// <summary>{wide}</summary>\nclass A;"));

        // A text and a reference cannot be broken.
        Assert.Empty(WideLines("A.cs", $"class A\n{{\n    string B() => $\"{wide} {{1}}\";\n    string C = \"{wide}\" + \"c\";\n}}"));
        Assert.Empty(WideLines("A.cs", $"/// <inheritdoc cref=\"{wide}\"/>\nclass A;"));
        Assert.Empty(WideLines("A.cs", $"class A\n{{\n    string B = \"\"\"\n        {wide}{wide}\n        \"\"\";\n}}"));
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

    /// <summary>Part of a type: "Type.Part.cs". So the name of a type finds its file, and a file's name what is in it.</summary>
    [Fact]
    public void A_file_of_the_engine_is_named_after_a_type_in_it() =>
        Assert.Empty(Repository.Sources("src/HpcLinReg").SelectMany(file => MisnamedFiles(file.Key, file.Value)));

    [Fact]
    public void A_file_named_after_something_else_is_found()
    {
        Assert.Equal(["Solver/Ladder.cs declares Equations"], MisnamedFiles("Solver/Ladder.cs", "namespace N; internal sealed partial class Equations { class Ladder { } }"));
        Assert.Equal(["Equations.Ladder.cs declares Equations and is a part of another type"], MisnamedFiles("Equations.Ladder.cs", "class Equations { }"));
        Assert.Empty(MisnamedFiles("Equations.Ladder.cs", "namespace N { partial class Equations { } }"));
        Assert.Empty(MisnamedFiles("Callback.cs", "public delegate void Callback(int step); public enum Kind { }"));
    }

    private static IEnumerable<string> WideLines(string path, string text) => LineRules.WideLines(text).Select(line => $"{path}:{line}");

    private static IEnumerable<string> MisnamedFiles(string path, string text)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        MemberDeclarationSyntax[] types = [.. CSharpSyntaxTree.ParseText(text, cancellationToken: cancellation).GetRoot(cancellation).DescendantNodes()
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && member.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax)];
        // MatrixSpan{T}.cs holds the generic type beside MatrixSpan.cs.
        string[] name = Path.GetFileNameWithoutExtension(path).Replace("{T}", "", StringComparison.Ordinal).Split('.');
        MemberDeclarationSyntax? named = types.FirstOrDefault(type => Name(type) == name[0]);
        if (named is null)
        {
            yield return $"{path} declares {string.Join(", ", types.Select(Name))}";
        }
        else if (name.Length > 1 && !named.Modifiers.Any(modifier => modifier.IsKind(SyntaxKind.PartialKeyword)))
        {
            yield return $"{path} declares {name[0]} and is a part of another type";
        }
    }

    private static string Name(MemberDeclarationSyntax type) => type is DelegateDeclarationSyntax callback ? callback.Identifier.Text : ((BaseTypeDeclarationSyntax)type).Identifier.Text;

    private static IEnumerable<string> MachinePaths(string path, string text) => Paths().Matches(text).Select(match => $"{path}: {match.Value}");

    [GeneratedRegex(@"(?<![\w.:/*])/(?:home|root|work|tmp|Users|mnt)/|\b[A-Z]:\\{1,2}Users")]
    private static partial Regex Paths();
}
