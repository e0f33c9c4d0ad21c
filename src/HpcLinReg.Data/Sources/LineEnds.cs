namespace HpcLinReg.Data.Sources;

/// <summary>Finds where a text file changes the way its lines end, which DuckDB refuses without saying where.</summary>
internal static class LineEnds
{
    /// <summary>How many bytes at the beginning of every file are looked at, so that a copy is made of one with mixed ends.</summary>
    internal const int Looked = 1 << 16;

    /// <summary>
    /// Describes the first line that ends unlike the first one; null where all end alike, or the file cannot be decompressed.
    /// </summary>
    internal static string? FirstOdd(SourceFile file, long most = long.MaxValue)
    {
        try
        {
            using Stream stream = SourceFile.Decompress(File.OpenRead(file.Path), file.Compression);
            return FirstOdd(stream, file, most);
        }
        catch (Exception exception) when (exception is InvalidDataException or ZstdSharp.ZstdException or EndOfStreamException)
        {
            return null;
        }
    }

    private static string? FirstOdd(Stream stream, SourceFile file, long most)
    {
        byte[] buffer = new byte[1 << 16];
        string? first = null;
        long line = 1;
        bool quoted = false, carriage = false;
        for (int read; most > 0 && (read = stream.Read(buffer)) > 0; most -= read)
        {
            foreach (byte b in buffer.AsSpan(0, (int)Math.Min(read, most)))
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
            return first != end ? $"{file.Name}, line {line} ends in {end} and those before it in {first}; let all lines end alike, for example with dos2unix, or read a copy in which they do (--encoding utf-8)" : Counted();
        }

        string? Counted()
        {
            line++;
            return null;
        }
    }
}
