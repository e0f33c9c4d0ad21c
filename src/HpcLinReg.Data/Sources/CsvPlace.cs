using System.Text;

namespace HpcLinReg.Data.Sources;

/// <summary>The place of a cell in a file, for a message.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Line">The line that its record begins in, counted from 1.</param>
/// <param name="Record">The record as written.</param>
internal sealed record CsvPlace(string File, long Line, string Record)
{
    /// <summary>Finds the first record with a text in a column; null when there is none.</summary>
    internal static CsvPlace? Find(IReadOnlyList<SourceFile> files, CsvHeader header, int column, string text)
    {
        // DuckDB writes NUL as two characters.
        text = text.Replace("\\0", "\0", StringComparison.Ordinal);
        foreach (SourceFile file in files)
        {
            using Stream content = SourceFile.Decompress(System.IO.File.OpenRead(file.Path), file.Compression);
            using StreamReader reader = new(content, Encoding.UTF8);
            long line = 0;
            StringBuilder record = new();
            while (true)
            {
                record.Clear();
                long first = line + 1;
                bool quoted = false;
                while (reader.ReadLine() is { } read)
                {
                    line++;
                    record.Append(read);
                    quoted ^= read.Count(c => c == '"') % 2 == 1;
                    if (!quoted)
                    {
                        break;
                    }

                    record.Append('\n');
                }

                if (record.Length == 0 && reader.EndOfStream)
                {
                    break;
                }
                // Most records do not have the text at all.
                string whole = record.ToString();
                if (whole.Contains(text, StringComparison.Ordinal) && CsvHeader.Cells(whole, header.Delimiter) is { } cells
                    && column < cells.Count && cells[column] == text.Trim())
                {
                    return new CsvPlace(file.Name, file.LineInOriginal(first), whole);
                }
            }
        }

        return null;
    }
}
