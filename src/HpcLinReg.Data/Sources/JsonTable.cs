namespace HpcLinReg.Data.Sources;

/// <summary>JSON: an array of objects, or one object a line.</summary>
internal static class JsonTable
{
    private const int HeadLength = 4096;

    internal static TypedTable Describe(Session session, IReadOnlyList<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            ReadOnlySpan<byte> head = FileContent.Head(file, HeadLength);
            if (head.IndexOfAnyExcept(" \t\r\n"u8) < 0)
                throw new DataException($"{file.Name} is empty; a JSON array of objects, or one object a line, is needed.");
            FileContent.RequireText(file.Name, head);
        }

        string list = Sql.List(files.Select(file => file.Path));
        TypedTable guessed = TypedTable.Describe(session, $"read_json({list}, hive_partitioning = false)");
        // The types are guessed from the first rows: an integer column may still have fractions further down.
        IEnumerable<string> columns = guessed.Columns.Select(column =>
            $"{Sql.Identifier(column.Name)}: {Sql.Text(column.Kind == ColumnKind.Numeric ? "DOUBLE" : column.CellType)}");
        return TypedTable.Describe(session, $"read_json({list}, hive_partitioning = false, columns = {{{string.Join(", ", columns)}}})");
    }
}
