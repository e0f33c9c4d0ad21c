using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HpcLinReg.Tests.Architecture;

/// <summary>
/// Which folder of the engine may use which. The sources are compiled and every name in them is resolved, so it does not
/// matter how a use is written (qualified, by alias, by <c>var</c>, as an extension method), and comments and strings are
/// no uses. The rules are about the folders directly below the engine's root; inside each of them, a subfolder lies below the
/// files of the folder itself.
/// </summary>
internal sealed class FolderRules
{
    /// <summary>For each folder, the folders below it. The root is "".</summary>
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Threads"] = [],
        ["Kernels"] = ["Threads"],
        ["Cholesky"] = ["Kernels", "Threads"],
        ["Rows"] = ["Kernels", "Threads"],
        ["Moments"] = ["Rows", "Kernels", "Threads"],
        ["Fits"] = ["Moments", "Rows", "Cholesky", "Kernels", "Threads"],
        ["Solver"] = ["Fits", "Moments", "Rows", "Cholesky", "Kernels", "Threads"],
        ["Descent"] = ["Fits", "Rows", "Kernels", "Threads"],
        ["Polynomials"] = ["Solver", "Fits", "Moments", "Rows", "Kernels", "Threads"],
        ["Distributions"] = [],
        ["Terms"] = ["Kernels", "Threads"],
        [""] = ["Terms", "Distributions", "Polynomials", "Descent", "Solver", "Fits", "Moments", "Rows", "Cholesky", "Kernels", "Threads"],

        // These stand on the public face. Nothing below them, and no type of the root, knows of them.
        ["Online"] = ["", "Fits", "Moments", "Rows", "Cholesky", "Kernels", "Threads"],
        ["Models"] = ["", "Polynomials", "Fits", "Moments", "Rows", "Terms", "Distributions", "Cholesky", "Kernels", "Threads"],
    };

    /// <summary>The root's views and messages, which every folder uses.</summary>
    private static readonly string[] UsedByAll = ["MatrixSpan", "Throw"];

    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>What the generator of System.Text.Json adds, as far as the sources name it.</summary>
    private const string GeneratedJson = """
        namespace HpcLinReg.Models;
        using System.Text.Json; using System.Text.Json.Serialization.Metadata;
        internal sealed partial class ModelJson(JsonSerializerOptions? options) : System.Text.Json.Serialization.JsonSerializerContext(options)
        {
            internal static ModelJson Default => throw new NotSupportedException();
            internal JsonTypeInfo<ModelDocument> ModelDocument => throw new NotSupportedException();
            internal JsonTypeInfo<FirstModelDocument> FirstModelDocument => throw new NotSupportedException();
            protected override JsonSerializerOptions? GeneratedSerializerOptions => throw new NotSupportedException();
            public override JsonTypeInfo? GetTypeInfo(Type type) => throw new NotSupportedException();
        }
        """;

    private readonly CSharpCompilation _compilation;

    /// <summary>Compiles the files; a file that does not compile could hide any use, so it is an error here.</summary>
    internal FolderRules(IReadOnlyDictionary<string, string> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        string[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.Length > 0 && !Path.GetFileName(path).StartsWith("HpcLinReg", StringComparison.Ordinal))];
        _compilation = CSharpCompilation.Create(
            "Checked",
            [
                CSharpSyntaxTree.ParseText(Usings, options),
                .. files.ContainsKey("Models/ModelDocument.cs") ? [CSharpSyntaxTree.ParseText(GeneratedJson, options, "Models/ModelJson.cs")] : Array.Empty<SyntaxTree>(),
                .. files.Select(file => CSharpSyntaxTree.ParseText(file.Value, options, file.Key)),
            ],
            [.. references.Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        Diagnostic[] errors = [.. _compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
        {
            throw new InvalidOperationException("The sources do not compile, so their uses cannot be resolved:\n" + string.Join('\n', errors.Take(5)));
        }
    }

    /// <summary>Uses of a folder that is not below the user's, one line for each file and type.</summary>
    internal string[] FolderViolations() =>
        [.. _compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).SelectMany(Uses).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// Types outside the namespace of their kind: public ones belong to HpcLinReg, internal ones to their folder's, unless a public type has that very name, as
    /// Cholesky has; then they, too, belong to HpcLinReg.
    /// </summary>
    internal string[] NamespaceViolations() =>
        [.. Types(_compilation.Assembly.GlobalNamespace).SelectMany(NamespaceViolations).Order(StringComparer.Ordinal)];

    private IEnumerable<string> NamespaceViolations(INamedTypeSymbol type)
    {
        string actual = type.ContainingNamespace.ToDisplayString();
        foreach (string path in type.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath).Distinct())
        {
            string folder = Folder(path);
            bool isRoot = type.DeclaredAccessibility == Accessibility.Public || folder.Length == 0 || _compilation.GetTypeByMetadataName($"HpcLinReg.{folder}") is not null;
            string expected = isRoot ? "HpcLinReg" : $"HpcLinReg.{folder}";
            if (actual != expected)
            {
                yield return $"{path} declares {type.Name} in {actual} instead of {expected}";
            }
        }
    }

    private IEnumerable<string> Uses(SyntaxTree tree)
    {
        SemanticModel model = _compilation.GetSemanticModel(tree);
        string user = Folder(tree.FilePath);
        if (!Below.TryGetValue(user, out string[]? below))
        {
            yield return $"{tree.FilePath} lies in a folder without a rule";
            yield break;
        }

        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(node => node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax))
        {
            if (SourceType(model.GetSymbolInfo(node).Symbol) is not { } type)
            {
                continue;
            }

            string[] homes = [.. type.DeclaringSyntaxReferences.Select(reference => Folder(reference.SyntaxTree.FilePath)).Distinct()];
            if (homes.Any(home => home != user && !below.Contains(home)) && !IsShared(type))
            {
                yield return $"{tree.FilePath} uses {type.Name} of {(homes[0].Length == 0 ? "the root" : homes[0])}";
            }
        }
    }

    /// <summary>
    /// Uses that break the order inside a folder with subfolders, one line for each pair of files. A file of the folder itself may use a
    /// subfolder. A file of a subfolder may use files of the folder itself that use no subfolder, directly or through others: those are
    /// shared. Subfolders do not use each other.
    /// </summary>
    internal string[] SubfolderViolations()
    {
        var uses = _compilation.SyntaxTrees.Where(tree => tree.FilePath.Contains('/', StringComparison.Ordinal))
            .ToDictionary(tree => tree.FilePath, FilesUsed);
        HashSet<string> withSubfolders = [];
        for (int before = -1; before < withSubfolders.Count;)
        {
            before = withSubfolders.Count;
            withSubfolders.UnionWith(uses.Where(file => file.Value.Any(used => Subfolder(used).Length > 0 || withSubfolders.Contains(used))).Select(file => file.Key));
        }

        return [.. uses.Where(file => Subfolder(file.Key).Length > 0)
            .SelectMany(file => file.Value
                .Where(used => Subfolder(used) != Subfolder(file.Key) && (Subfolder(used).Length > 0 || withSubfolders.Contains(used)))
                .Select(used => $"{file.Key} uses {used}"))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The files in the same folder, or in a subfolder of it, whose types a file uses.</summary>
    private string[] FilesUsed(SyntaxTree tree)
    {
        SemanticModel model = _compilation.GetSemanticModel(tree);
        return [.. tree.GetRoot().DescendantNodes().Where(node => node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax)
            .Select(node => SourceType(model.GetSymbolInfo(node).Symbol))
            .Where(type => type is not null)
            .SelectMany(type => type!.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath))
            .Where(path => path != tree.FilePath && Folder(path) == Folder(tree.FilePath))
            .Distinct()];
    }

    private static bool IsShared(INamedTypeSymbol type) =>
        UsedByAll.Contains(type.Name);

    /// <summary>The outermost type of this compilation that a symbol is, or belongs to.</summary>
    private INamedTypeSymbol? SourceType(ISymbol? symbol)
    {
        INamedTypeSymbol? type = symbol switch
        {
            null or INamespaceSymbol => null,
            IAliasSymbol alias => alias.Target as INamedTypeSymbol,
            INamedTypeSymbol named => named,
            ILocalSymbol local => local.Type as INamedTypeSymbol,
            _ => symbol.ContainingType,
        };
        while (type?.ContainingType is not null)
        {
            type = type.ContainingType;
        }

        return type is not null && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _compilation.Assembly) ? type.OriginalDefinition : null;
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(Types)).Where(type => type.DeclaringSyntaxReferences.Length > 0);

    private static string Folder(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";

    /// <summary>The path between the folder and the file: "Gram" of Kernels/Gram/Gram1To2.cs, and "" of Kernels/Line.cs.</summary>
    private static string Subfolder(string path)
    {
        int first = path.IndexOf('/', StringComparison.Ordinal), last = path.LastIndexOf('/');
        return last > first ? path[(first + 1)..last] : "";
    }
}
