namespace HpcLinReg.Data.Sources;

/// <summary>Parquet files, with the keys of their folders (<c>year=2024/</c>) where no column of the files has such a name.</summary>
internal static class ParquetTable
{
    internal static TypedTable Describe(Session session, IReadOnlyList<SourceFile> files)
    {
        string list = Sql.List(files.Select(file => file.Path));
        TypedTable own = TypedTable.Describe(session, $"read_parquet({list}, hive_partitioning = false)");
        string[] keys = [.. Keys(files[0].Path)];
        // DuckDB would put the folder's value in place of the file's own column.
        bool haveKeys = keys.Length > 0 && files.Skip(1).All(file => Keys(file.Path).SequenceEqual(keys))
            && !own.Columns.Any(column => keys.Contains(column.Name, StringComparer.OrdinalIgnoreCase));
        return haveKeys ? TypedTable.Describe(session, $"read_parquet({list}, hive_partitioning = true)", own.Columns.Count) : own;
    }

    private static IEnumerable<string> Keys(string path) =>
        from folder in (Path.GetDirectoryName(path) ?? "").Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)
        let mark = folder.IndexOf('=', StringComparison.Ordinal)
        where mark > 0
        select folder[..mark];
}
