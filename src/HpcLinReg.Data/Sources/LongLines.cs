namespace HpcLinReg.Data.Sources;

/// <summary>
/// Refuses lines of CSV beyond what DuckDB reads. It says so of all but a last line that is longer than its buffer of 32 MB, which it
/// leaves out without a word.
/// </summary>
internal static class LongLines
{
    /// <summary>DuckDB's <c>max_line_size</c>.</summary>
    internal const int Most = 2_000_000;

    /// <summary>Looks at the end of an uncompressed file.</summary>
    /// <exception cref="DataException">Its last line is too long.</exception>
    internal static void RequireEnd(SourceFile file)
    {
        using FileStream stream = File.OpenRead(file.Path);
        if (file.Compression != Compression.None || stream.Length <= Most)
        {
            return;
        }
        // Two more bytes for the end of the line.
        stream.Seek(-Math.Min(stream.Length, Most + 3), SeekOrigin.End);
        byte[] end = new byte[Most + 3];
        Require(file, Longest(end.AsSpan(0, stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false)), 0, out _));
    }

    /// <summary>Refuses a file whose longest line is too long.</summary>
    internal static void Require(SourceFile file, long longest)
    {
        if (longest > Most)
        {
            throw new DataException($"{file.Name} has a line of more than {Most} bytes, which is more than can be read; is it CSV at all?");
        }
    }

    /// <summary>Returns the length of the longest line in a part of a file.</summary>
    /// <param name="part">The part.</param>
    /// <param name="begun">How much of its first line came before it.</param>
    /// <param name="open">How long the line is in whose midst it ends.</param>
    internal static long Longest(ReadOnlySpan<byte> part, long begun, out long open)
    {
        long longest = 0;
        open = begun;
        for (int end; (end = part.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; part = part[(end + 1)..])
        {
            longest = Math.Max(longest, open + end);
            open = 0;
        }

        open += part.Length;
        return Math.Max(longest, open);
    }
}
