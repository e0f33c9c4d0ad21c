namespace HpcLinReg.Data.Sources;

/// <summary>
/// The keys in the names of folders (<c>year=2024/month=1/</c>), which are columns of the files below where that is asked for.
/// </summary>
internal static class FolderKeys
{
    /// <summary>What Hive calls the folder of rows without a value.</summary>
    private const string Missing = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>
    /// Returns the keys and values in the folders of a path, the outermost first; values are as they were before they were escaped.
    /// </summary>
    internal static IEnumerable<(string Key, string Value)> Of(string path) =>
        from folder in Folders(path)
        let mark = folder.IndexOf('=', StringComparison.Ordinal)
        select (folder[..mark], Uri.UnescapeDataString(folder[(mark + 1)..]));

    /// <summary>Returns the folders with keys, as a relative path for a copy; empty where such a path would be a pattern.</summary>
    internal static string FolderOf(string path) =>
        string.Join(Path.DirectorySeparatorChar, Folders(path)) is var folder && !InputFiles.IsGlob(folder) ? folder : "";

    /// <summary>Returns the keys that all files have.</summary>
    /// <exception cref="DataException">A file has none or others, or a key cannot be a column.</exception>
    internal static string[] NamesOf(IReadOnlyList<SourceFile> files)
    {
        string[] names = [.. Of(files[0].Name).Select(pair => pair.Key)];
        if (names.Length == 0)
        {
            throw new DataException($"{files[0].Name} lies in no folder called key=value, which --hive makes a column of; leave --hive out, or move the file.");
        }

        foreach (SourceFile file in files.Skip(1))
        {
            string[] other = [.. Of(file.Name).Select(pair => pair.Key)];
            if (!other.SequenceEqual(names))
            {
                throw new DataException($"{file.Name} lies in folders with {(other.Length == 0 ? "no keys" : $"the keys {string.Join(", ", other)}")}, and {files[0].Name} in some with {string.Join(", ", names)}; files read with --hive have the same keys in the same order.");
            }
        }

        if (files.SelectMany(file => Folders(file.Name)).FirstOrDefault(folder => folder.Count(c => c == '=') > 1) is { } odd)
        {
            throw new DataException($"The folder {odd} has two equals signs, so its key is not certain; write %3D for one in a value.");
        }

        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Length || files.Any(file => FolderOf(file.Name).Length == 0))
        {
            throw new DataException($"{files[0].Name}: the keys of its folders cannot be columns, because one of them occurs twice or has one of the characters * ? [ in it; rename the folders.");
        }

        // DuckDB lets a key replace a column, and these are the names that the columns of files have there.
        return names.FirstOrDefault(name =>
            name is ['c' or 'C' or 't' or 'T', _, ..] && name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0) is { } own
            ? throw new DataException($"The key '{own}' of the folders of {files[0].Name} cannot be a column: a letter c or t with a number is a name of this program's own; rename the folders.")
            : names;
    }

    /// <summary>Refuses keys that are columns of the files, too.</summary>
    internal static void RequireNew(string[] keys, IEnumerable<string> columns, string file)
    {
        if (columns.FirstOrDefault(column => keys.Contains(column, StringComparer.OrdinalIgnoreCase)) is { } twice)
        {
            throw new DataException($"{file} has a column '{twice}', and so is a key of its folders; leave --hive out, or rename one of them.");
        }
    }

    /// <summary>Decides what the keys are from all of their values, as for cells of CSV.</summary>
    internal static IReadOnlyList<SourceColumn> Decide(Session session, ReadingSettings settings, IReadOnlyList<SourceFile> files,
        string[] names,
        IReadOnlyList<string> missing)
    {
        IEnumerable<string> rows = files.Select(file => $"({string.Join(", ", Of(file.Name).Select(pair => pair.Value == Missing || missing.Contains(pair.Value) ? "NULL" : Sql.Text(pair.Value)))})").Distinct();
        string cells = $"(SELECT * FROM (VALUES {string.Join(", ", rows)}) AS keys({string.Join(", ", names.Select((_, i) => $"{Sql.Column(i)}"))}))";
        return new CsvKinds(session, settings with { SkipsAbsent = true }, delimiter: '\0', () => true).Detect(names, cells,
            isShort: false);
    }

    /// <summary>Returns SQL for a key of DuckDB's: NULL where it means that the value is missing.</summary>
    internal static string Cell(string key, IEnumerable<string> missing) =>
        $"CASE WHEN {Sql.Identifier(key)} IN ({string.Join(", ", missing.Append(Missing).Select(Sql.Text))}) THEN NULL ELSE {Sql.Identifier(key)} END";

    private static IEnumerable<string> Folders(string path) =>
        (Path.GetDirectoryName(path) ?? "").Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)
            .Where(folder => folder.IndexOf('=', StringComparison.Ordinal) > 0);
}
