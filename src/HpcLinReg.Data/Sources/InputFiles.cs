namespace HpcLinReg.Data.Sources;

/// <summary>The files that a path or a pattern leads to.</summary>
internal static class InputFiles
{
    /// <summary>Returns whether a path that is no file's name is a pattern.</summary>
    internal static bool IsGlob(string path) => path.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>Returns the full paths that a pattern matches, in ordinal order.</summary>
    internal static string[] Matches(Session session, string pattern) =>
        [.. session.Table($"SELECT file FROM glob({Sql.Text(Path.GetFullPath(pattern))})").Select(row => row[0]!).Order(StringComparer.Ordinal)];

    /// <summary>Finds the files; a name that exists is taken as it is, whatever characters it has.</summary>
    internal static string[] Find(string path)
    {
        if (File.Exists(path))
        {
            using FileStream file = File.OpenRead(path);
            return file.CanSeek ? [Path.GetFullPath(path)] : throw new DataException($"{path} is a pipe or a device, which can be read only once; write its content to a file first.");
        }

        if (Directory.Exists(path))
            throw new DataException($"{path} is a directory; name a file in it, or a pattern such as {Path.Combine(path, "*.csv")}.");
        if (IsGlob(path))
        {
            using Session session = Session.ForQueries();
            string[] files = Matches(session, path);
            return files.Length > 0 ? files : throw new DataException($"No file matches {path}.");
        }

        throw new DataException($"There is no file {path}; its full path would be {Path.GetFullPath(path)}.");
    }
}
