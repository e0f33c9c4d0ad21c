namespace HpcLinReg.Data.Sources;

/// <summary>JSON: an array of objects, or one object a line.</summary>
internal static class JsonTable
{
    internal static TypedTable Describe(Session session, IReadOnlyList<string> files)
    {
        foreach (string file in files.Where(file => !FileContent.IsGzipName(file)))
        {
            Span<byte> head = new byte[4096];
            using FileStream stream = File.OpenRead(file);
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (head.IndexOfAnyExcept(" \t\r\n"u8) < 0)
                throw new DataException($"{file} is empty; a JSON array of objects, or one object a line, is needed.");
            FileContent.RequireText(file, head);
        }

        TypedTable guessed = TypedTable.Describe(session, $"read_json({Sql.List(files)})");
        // The types are guessed from the first rows: an integer column may still have fractions further down.
        IEnumerable<string> columns = guessed.Columns.Select(column =>
            $"{Sql.Identifier(column.Name)}: {Sql.Text(column.Kind == ColumnKind.Numeric ? "DOUBLE" : column.CellType)}");
        return TypedTable.Describe(session, $"read_json({Sql.List(files)}, columns = {{{string.Join(", ", columns)}}})");
    }
}
