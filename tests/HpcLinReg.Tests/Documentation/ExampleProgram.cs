using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace HpcLinReg.Tests.Documentation;

/// <summary>Compiles top-level statements as a new console project would, with its implicit usings, and runs them.</summary>
internal static class ExampleProgram
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>What the program writes to the console, with line feeds.</summary>
    /// <param name="code">The program.</param>
    /// <param name="usings">Implicit usings of another kind of project, beside those of a console's.</param>
    internal static string Run(string code, string usings = "")
    {
        MethodInfo main = Assembly.Load(Compile(code, usings)).EntryPoint!;
        TextWriter former = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(former);
        }

        return output.ToString().ReplaceLineEndings("\n");
    }

    private static byte[] Compile(string code, string usings)
    {
        string[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => path.Length > 0)];
        var compilation = CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(ImplicitUsings + usings), CSharpSyntaxTree.ParseText(code)],
            [.. references.Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        EmitResult result = compilation.Emit(assembly);
        Diagnostic[] complaints = [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
        return complaints.Length == 0
            ? assembly.ToArray()
            : throw new InvalidOperationException("The example does not compile without warnings:\n" + string.Join('\n', complaints.AsEnumerable()));
    }
}
