using System.Text;

namespace HpcLinReg.Data.Sources;

/// <summary>Checks that a file is of the format that its name says, judged by its first bytes.</summary>
internal static class FileContent
{
    /// <summary>Reads the first bytes of a text file, decompressed.</summary>
    /// <exception cref="DataException">It is compressed otherwise than its name says, or damaged.</exception>
    internal static byte[] Head(SourceFile file, int length)
    {
        try
        {
            return file.Head(length);
        }
        catch (InvalidDataException exception)
        {
            RequireCompressed(file);
            throw new DataException($"{file.Name} is damaged: it cannot be decompressed; copy or write it again.", exception);
        }
    }

    /// <summary>
    /// Returns whether a file may hold times of day: it has a colon, or is compressed. Looking for one byte costs little beside parsing all
    /// rows, which would otherwise decide whether a column of dates has times further down.
    /// </summary>
    internal static bool MayHaveTimes(SourceFile file)
    {
        if (file.Compression != Compression.None)
        {
            return true;
        }

        const int BufferSize = 1 << 20;
        using FileStream stream = new(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        byte[] buffer = new byte[BufferSize];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (buffer.AsSpan(0, read).Contains((byte)':'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns how many lines a file seems to have, by the length of its first lines; of a compressed file, very many.</summary>
    internal static double LinesExpected(SourceFile file)
    {
        const int Looked = 1 << 20;
        if (file.Compression != Compression.None)
        {
            return double.PositiveInfinity;
        }

        ReadOnlySpan<byte> head = Head(file, Looked);
        double lines = head.Count((byte)'\n');
        // The first line, of names, may have another length than the others.
        int between = head.LastIndexOf((byte)'\n') - head.IndexOf((byte)'\n');
        return head.Length < Looked ? lines : lines < 2 ? double.PositiveInfinity : new FileInfo(file.Path).Length * (lines - 1) / between;
    }

    /// <summary>Refuses a file whose first bytes are not those of the compression that its name says.</summary>
    internal static void RequireCompressed(SourceFile file)
    {
        using FileStream stream = File.OpenRead(file.Path);
        Span<byte> start = stackalloc byte[4];
        start = start[..stream.ReadAtLeast(start, 4, throwOnEndOfStream: false)];
        (string what, bool begins) = file.Compression == Compression.Gzip
            ? ("gzip", start.CommonPrefixLength(GzipMark) == Math.Min(start.Length, 2))
            : ("zstd", start.CommonPrefixLength(ZstandardMark) == start.Length || IsSkippable(start));
        if (!begins)
        {
            throw new DataException($"{file.Name} is not a {what} file, though its name ends in {Path.GetExtension(file.Path)}; rename it or compress it.");
        }
    }

    /// <summary>A skippable frame of zstd, which other programs put before the data.</summary>
    private static bool IsSkippable(ReadOnlySpan<byte> start) =>
        start.Length == 4 && (start[0] & 0xf0) == 0x50 && start[1..].SequenceEqual((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]);

    /// <summary>Returns the extension that a file without one should have.</summary>
    internal static string ExtensionOf(string path)
    {
        const int Length = 4096;
        byte[] head = new SourceFile(path, path).Head(Length);
        string compression = head.AsSpan().StartsWith(GzipMark) ? ".gz" : head.AsSpan().StartsWith(ZstandardMark) ? ".zst" : "";
        if (compression.Length > 0)
        {
            using Stream content = SourceFile.Decompress(File.OpenRead(path), compression == ".gz" ? Compression.Gzip : Compression.Zstandard);
            try
            {
                head = new byte[Length];
                head = head[..content.ReadAtLeast(head, Length, throwOnEndOfStream: false)];
            }
            catch (Exception exception) when (exception is InvalidDataException or ZstdSharp.ZstdException or EndOfStreamException)
            {
                // It is damaged, which is reported when it is read.
                head = [];
            }
        }

        ReadOnlySpan<byte> start = head.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? head.AsSpan(Encoding.UTF8.Preamble.Length) : head;
        return (start.StartsWith("PAR1"u8) ? ".parquet" : start.StartsWith(NpyArray.Mark) ? ".npy" : start.StartsWith("PK\u0003\u0004"u8) ? ".npz"
            : start.StartsWith(ArrowFile.Mark) ? ".arrow" : start.StartsWith(ArrowFile.StreamMark) ? ".arrows" : IsJson(start) ? ".json" : ".csv") + compression;
    }

    /// <summary>Returns whether text begins as JSON does: with an object, or an array of objects.</summary>
    internal static bool IsJson(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> first = start.TrimStart(" \t\r\n"u8);
        return first.StartsWith("{"u8) || (first.StartsWith("["u8) && first[1..].TrimStart(" \t\r\n"u8).StartsWith("{"u8));
    }

    internal static void RequireParquet(SourceFile source)
    {
        Span<byte> head = stackalloc byte[4];
        Span<byte> tail = stackalloc byte[4];
        string path = source.Name;
        using FileStream file = File.OpenRead(source.Path);
        int length = file.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (!head[..length].SequenceEqual("PAR1"u8))
        {
            throw new DataException($"{path} is not a Parquet file, though its name says so{WhatItIs(head[..length])}; rename it, or convert it to Parquet.");
        }

        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(tail);
        if (file.Length < 12 || !tail.SequenceEqual("PAR1"u8))
        {
            throw new DataException($"{path} is a Parquet file cut short: its end is missing; copy or write it again.");
        }
    }

    /// <summary>Refuses what cannot be text in UTF-8.</summary>
    internal static void RequireText(string path, ReadOnlySpan<byte> head)
    {
        string? found = Known(head);
        if (found is not null)
        {
            throw new DataException($"{path} is {found}, not text as its name says; rename it or convert it.");
        }

        if (head.StartsWith(Encoding.Unicode.Preamble) || head.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            throw new DataException($"{path} is text in UTF-16; save it as UTF-8, or read it by --encoding utf-16.");
        }

        int zero = head.IndexOf((byte)0);
        if (zero >= 0)
        {
            if (WideText(head) is { } encoding)
            {
                throw new DataException($"{path} seems to be text in UTF-16 without a byte order mark; save it as UTF-8, or read it by --encoding {encoding}.");
            }

            throw new DataException($"{path} is a binary file, not text as its name says (byte {zero} is 0).");
        }
    }

    /// <summary>Returns the encoding of two bytes that a text of mostly Latin letters seems to have: every second byte is 0.</summary>
    private static string? WideText(ReadOnlySpan<byte> head)
    {
        const int Looked = 512;
        int even = 0, odd = 0, pairs = Math.Min(head.Length, Looked) / 2;
        for (int i = 0; i < pairs; i++)
        {
            even += head[2 * i] == 0 ? 1 : 0;
            odd += head[(2 * i) + 1] == 0 ? 1 : 0;
        }

        return pairs > 1 && even == 0 && 4 * odd >= 3 * pairs ? "utf-16" : pairs > 1 && odd == 0 && 4 * even >= 3 * pairs ? "utf-16be" : null;
    }

    private static ReadOnlySpan<byte> GzipMark => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> ZstandardMark => [0x28, 0xb5, 0x2f, 0xfd];

    private static string WhatItIs(ReadOnlySpan<byte> head) =>
        Known(head) is { } found ? $" (it is {found})" : head.Length == 0 ? " (it is empty)" : "";

    private static string? Known(ReadOnlySpan<byte> head) =>
        head.StartsWith("PAR1"u8) ? "a Parquet file"
        : head.StartsWith(GzipMark) ? "compressed with gzip (name it .gz)"
        : head.StartsWith(ZstandardMark) ? "compressed with zstd (name it .zst)"
        : head.StartsWith("PK\u0003\u0004"u8) ? "a zip archive or a spreadsheet (save it as CSV; arrays of numpy.savez are named .npz)"
        : head.StartsWith("SQLite format 3"u8) ? "a SQLite database"
        : head.StartsWith(ArrowFile.Mark) ? "an Arrow file (name it .arrow)"
        : head.StartsWith(ArrowFile.StreamMark) ? "an Arrow stream (name it .arrows)"
        : head.StartsWith(NpyArray.Mark) ? "an array of NumPy's (name it .npy)"
        : null;
}
