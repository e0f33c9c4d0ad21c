using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace HpcLinReg.Tests.Architecture;

public partial class DependencyTests
{
    /// <summary>For each folder of the engine, the folders whose types it may name beside its own.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [""] = ["LeastSquares", "Cholesky", "Kernels", "Threads"],
        ["LeastSquares"] = ["", "Cholesky", "Kernels", "Threads"],
        ["Cholesky"] = ["Kernels", "Threads"],
        ["Kernels"] = ["Threads"],
        ["Threads"] = [],
    };

    /// <summary>The bottom of the root folder: views and messages that every folder uses.</summary>
    private static readonly string[] SharedTypes = ["MatrixSpan", "Throw"];

    [Fact]
    public void The_engine_references_the_framework_and_tensors_only()
    {
        string[] names = [.. typeof(LinearRegression).Assembly.GetReferencedAssemblies().Select(name => name.Name!)];
        Assert.Contains("System.Numerics.Tensors", names);
        Assert.All(names, name => Assert.Matches("^(System\\.|System$|netstandard$|mscorlib$)", name));
        Assert.DoesNotContain(names, name => name.StartsWith("System.Net", StringComparison.Ordinal) || name.StartsWith("System.IO", StringComparison.Ordinal));
    }

    [Fact]
    public void References_between_projects_go_down_only()
    {
        static string[] Own(Type type) => [.. type.Assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("HpcLinReg", StringComparison.Ordinal)).Order()];
        Assert.Empty(Own(typeof(LinearRegression)));
        Assert.Equal(["HpcLinReg"], Own(typeof(HpcLinReg.Data.DataSource)));
    }

    [Fact]
    public void Folders_of_the_engine_use_only_those_below_them()
    {
        string root = Path.Combine(RepositoryRoot(), "src", "HpcLinReg");
        Dictionary<string, string> files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => !path.StartsWith("bin", StringComparison.Ordinal) && !path.StartsWith("obj", StringComparison.Ordinal))
            .ToDictionary(path => path, path => File.ReadAllText(Path.Combine(root, path)));
        Assert.True(files.Count > 10);
        Assert.Empty(Violations(files));
    }

    [Fact]
    public void A_violation_is_found()
    {
        var files = new Dictionary<string, string>
        {
            ["Moments.cs"] = "public sealed class Moments { }",
            ["Kernels/Gram.cs"] = "internal static class Gram { static Moments Make() => null; }",
            ["Cholesky/Factor.cs"] = "internal static class Cholesky { } // Moments in a comment is no use",
        };
        Assert.Equal(["Kernels/Gram.cs uses Moments of the root folder"], Violations(files));
    }

    [Fact]
    public void No_source_file_is_longer_than_one_read()
    {
        string root = RepositoryRoot();
        IEnumerable<string> tooLong = new[] { "src", "tests", "bench" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(path => File.ReadLines(path).Count() > 350);
        Assert.Empty(tooLong);
    }

    private static List<string> Violations(IReadOnlyDictionary<string, string> files)
    {
        Dictionary<string, string> code = files.ToDictionary(file => file.Key.Replace('\\', '/'), file => Comments().Replace(file.Value, " "));
        Dictionary<string, string> homes = [];
        foreach ((string path, string text) in code)
        {
            foreach (Match declaration in Declarations().Matches(text))
            {
                homes.TryAdd(declaration.Groups[1].Value, Folder(path));
            }
        }

        List<string> violations = [];
        foreach ((string path, string text) in code)
        {
            foreach ((string type, string home) in homes)
            {
                if (home != Folder(path)
                    && !Allowed[Folder(path)].Contains(home)
                    && !SharedTypes.Contains(type)
                    && Regex.IsMatch(text, $@"(?<![\w.]){type}(?!\w)"))
                {
                    violations.Add($"{path} uses {type} of the {(home.Length == 0 ? "root" : home)} folder");
                }
            }
        }

        return violations;
    }

    private static string Folder(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""[^""\n]*""", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\b(?:class|struct|record struct|record|enum|interface)\s+([A-Z]\w*)")]
    private static partial Regex Declarations();
}
