namespace HpcLinReg.Data.Sources;

/// <summary>
/// Parquet files of one table: their columns by name, each of the widest type that any file gives it, and the keys of their folders
/// (<c>year=2024/</c>) where no column of the files has such a name.
/// </summary>
internal static class ParquetTable
{
    internal static TypedTable Describe(Session session, IReadOnlyList<SourceFile> files, ReadingSettings settings)
    {
        // All files have the keys, those without rows, too.
        string[] asked = settings.FolderKeys ? FolderKeys.NamesOf(files) : [];
        string[] read = WithRows(session, [.. files.Select(file => file.Path)]);
        var own = TypedTable.Describe(session, Reading(read, hive: false));
        RequireAlike(session, read, own);
        if (asked.Length > 0)
        {
            FolderKeys.RequireNew(asked, own.Columns.Select(column => column.Name), read[0]);
            string from = Reading(read, hive: true).Replace("hive_partitioning = true", "hive_partitioning = true, hive_types_autocast = false", StringComparison.Ordinal);
            IEnumerable<string> select = own.Columns.Select(column => Sql.Identifier(column.Name)).Concat(asked.Select(key => $"{FolderKeys.Cell(key, [""])} AS {Sql.Identifier(key)}"));
            return TypedTable.Of($"(SELECT {string.Join(", ", select)} FROM {from})",
                [.. own.Columns, .. FolderKeys.Decide(session, settings, files, asked, [""])]);
        }

        string[] keys = [.. Keys(read[0])];
        // Otherwise DuckDB replaces the values of the file's own column by the folder's value.
        bool haveKeys = keys.Length > 0 && read.Skip(1).All(file => Keys(file).SequenceEqual(keys))
            && !own.Columns.Any(column => keys.Contains(column.Name, StringComparer.OrdinalIgnoreCase));
        return haveKeys ? TypedTable.Describe(session, Reading(read, hive: true), own.Columns.Count) : own;
    }

    private static string Reading(string[] files, bool hive) =>
        $"read_parquet({Sql.List(files)}, hive_partitioning = {(hive ? "true" : "false")}{(files.Length > 1 ? ", union_by_name = true" : "")})";

    /// <summary>A file without rows has the types of its writer's choice, often text; where none has rows, all are read.</summary>
    private static string[] WithRows(Session session, string[] files)
    {
        if (files.Length == 1)
        {
            return files;
        }

        HashSet<string?> withRows = [.. session.Table($"SELECT file_name FROM parquet_file_metadata({Sql.List(files)}) WHERE num_rows > 0").Select(row => row[0])];
        string[] read = [.. files.Where(withRows.Contains)];
        return read.Length > 0 ? read : files;
    }

    private static void RequireAlike(Session session, string[] files, TypedTable all)
    {
        if (files.Length == 1)
        {
            return;
        }

        var wide = all.Columns.ToDictionary(column => column.Name, StringComparer.OrdinalIgnoreCase);
        TypedTable? first = null;
        foreach (string file in files)
        {
            var table = TypedTable.Describe(session, Reading([file], hive: false));
            first ??= table;
            foreach (SourceColumn column in table.Columns
                .Where(column => wide.TryGetValue(column.Name, out SourceColumn? found) && found.Kind != column.Kind))
            {
                throw new DataException(
                    $"The column '{column.Name}' is of type {column.CellType} in {file} and of another kind elsewhere ({wide[column.Name].CellType} holds both); files read together need columns of one kind.");
            }

            HashSet<string> names = new(table.Columns.Select(column => column.Name), StringComparer.OrdinalIgnoreCase);
            if (first.Columns.FirstOrDefault(column => !names.Contains(column.Name)) is { } absent)
            {
                throw new DataException($"{file} has no column '{absent.Name}', which {files[0]} has; files read together need the same columns.");
            }
        }
    }

    private static IEnumerable<string> Keys(string path) =>
        FolderKeys.Of(path).Select(pair => pair.Key);
}
