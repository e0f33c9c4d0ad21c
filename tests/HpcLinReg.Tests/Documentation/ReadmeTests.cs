using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HpcLinReg.Tests.Documentation;

/// <summary>What the README shows is compiled and run, and has to print what the README says it prints.</summary>
public partial class ReadmeTests
{
    [Fact]
    public void The_example_compiles_and_prints_what_the_readme_says()
    {
        (string code, string output) = Example(File.ReadAllText(Path.Combine(Root(), "README.md")));
        Assert.InRange(code.Split('\n').Count(line => line.Trim().Length > 0), 5, 10);
        Assert.Equal(output, Run(code));
    }

    [Fact]
    public void An_example_that_does_not_compile_is_noticed() =>
        Assert.Contains("CS0103", Assert.Throws<InvalidOperationException>(() => Run("Missing.Method();")).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_file_the_readme_links_to_exists()
    {
        string[] links = [.. Links().Matches(File.ReadAllText(Path.Combine(Root(), "README.md"))).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Root(), link)), $"README.md links to {link}, which is not there."));
    }

    private static (string Code, string Output) Example(string markdown)
    {
        Match match = CodeAndOutput().Match(markdown);
        Assert.True(match.Success, "README.md has no csharp block followed by a text block.");
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    private static string Run(string code)
    {
        string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";
        string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "ReadmeExample",
            [CSharpSyntaxTree.ParseText(usings), CSharpSyntaxTree.ParseText(code)],
            [.. trusted.Where(path => path.Length > 0).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
        }

        MethodInfo main = Assembly.Load(assembly.ToArray()).EntryPoint!;
        TextWriter former = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(former);
        }

        return output.ToString();
    }

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    [GeneratedRegex(@"```csharp\n(.*?)```\s*```text\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeAndOutput();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Links();
}
