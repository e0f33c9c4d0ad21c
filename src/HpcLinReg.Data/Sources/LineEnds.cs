namespace HpcLinReg.Data.Sources;

/// <summary>Finds where a text file changes the way its lines end, which DuckDB refuses without saying where.</summary>
internal static class LineEnds
{
    /// <summary>Describes the first line that ends unlike the first one; null where all end alike.</summary>
    internal static string? FirstOdd(SourceFile file)
    {
        using Stream stream = SourceFile.Decompress(File.OpenRead(file.Path), file.Compression);
        byte[] buffer = new byte[1 << 17];
        string? first = null;
        long line = 1;
        bool quoted = false, carriage = false;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            foreach (byte b in buffer.AsSpan(0, read))
            {
                if (carriage && Odd(b == '\n' ? "CR LF" : "CR") is { } odd)
                {
                    return odd;
                }

                if (!carriage && !quoted && b == '\n' && Odd("LF") is { } other)
                {
                    return other;
                }

                quoted ^= b == '"';
                carriage = !quoted && b == '\r';
            }
        }

        return null;

        string? Odd(string end)
        {
            first ??= end;
            return first != end ? $"{file.Name}, line {line} ends in {end} and those before it in {first}; let all lines end alike, for example with dos2unix" : Counted();
        }

        string? Counted()
        {
            line++;
            return null;
        }
    }
}
