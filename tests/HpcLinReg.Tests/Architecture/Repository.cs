namespace HpcLinReg.Tests.Architecture;

/// <summary>
/// The repository's own files. Found from where the tests run, upwards: the paths a compiler writes into an assembly are
/// rewritten in deterministic builds and lead nowhere.
/// </summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>Source files below a folder, by their path from there with forward slashes, without what the build generates.</summary>
    internal static Dictionary<string, string> Sources(string folder)
    {
        string full = Path.Combine(Root, folder);
        return Directory.EnumerateFiles(full, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(full, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .ToDictionary(path => path, path => Read(Path.Combine(folder, path)));
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HpcLinReg.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds HpcLinReg.sln: run the tests from within a clone.");
    }
}
