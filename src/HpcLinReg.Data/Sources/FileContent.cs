using System.Text;

namespace HpcLinReg.Data.Sources;

/// <summary>Whether a file is what its name says, told by its first bytes.</summary>
internal static class FileContent
{
    internal static bool IsGzipName(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the extension in lower case, without a final .gz.</summary>
    internal static string Extension(string path)
    {
        string name = IsGzipName(path) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant();
    }

    internal static void RequireParquet(string path)
    {
        Span<byte> head = stackalloc byte[4];
        Span<byte> tail = stackalloc byte[4];
        using FileStream file = File.OpenRead(path);
        int length = file.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (!head[..length].SequenceEqual("PAR1"u8))
            throw new DataException($"{path} is not a Parquet file, though its name says so{WhatItIs(head[..length])}; rename it, or convert it to Parquet.");
        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(tail);
        if (file.Length < 12 || !tail.SequenceEqual("PAR1"u8))
            throw new DataException($"{path} is a Parquet file cut short: its end is missing; copy or write it again.");
    }

    /// <summary>Refuses what cannot be text in UTF-8.</summary>
    internal static void RequireText(string path, ReadOnlySpan<byte> head)
    {
        string? found = Known(head);
        if (found is not null)
            throw new DataException($"{path} is {found}, not text as its name says; rename it or convert it.");
        if (head.StartsWith(Encoding.Unicode.Preamble) || head.StartsWith(Encoding.BigEndianUnicode.Preamble))
            throw new DataException($"{path} is text in UTF-16; save it as UTF-8.");
        int zero = head.IndexOf((byte)0);
        if (zero >= 0)
            throw new DataException($"{path} is a binary file, not text as its name says (byte {zero} is 0).");
    }

    private static string WhatItIs(ReadOnlySpan<byte> head) =>
        Known(head) is { } found ? $" (it is {found})" : head.Length == 0 ? " (it is empty)" : "";

    private static string? Known(ReadOnlySpan<byte> head) =>
        head.StartsWith("PAR1"u8) ? "a Parquet file"
        : head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "compressed with gzip (name it .gz)"
        : head.StartsWith("PK\u0003\u0004"u8) ? "a zip archive or a spreadsheet (save it as CSV)"
        : head.StartsWith("SQLite format 3"u8) ? "a SQLite database"
        : head.StartsWith("ARROW1"u8) ? "an Arrow file"
        : null;
}
