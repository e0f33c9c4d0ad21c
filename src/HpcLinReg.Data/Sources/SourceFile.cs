using System.IO.Compression;
using ZstdSharp;

namespace HpcLinReg.Data.Sources;

/// <summary>A file to read.</summary>
/// <param name="Path">The full path that it is opened by.</param>
/// <param name="Name">What messages call it.</param>
internal sealed record SourceFile(string Path, string Name)
{
    /// <summary>Gets the numbers of the lines that a copy does not have, in order; empty for the file itself.</summary>
    internal IReadOnlyList<long> AbsentLines { get; init; } = [];

    /// <summary>Returns the number in the original of a line of the copy, both counted from 1.</summary>
    internal long LineInOriginal(long line)
    {
        foreach (long absent in AbsentLines)
        {
            if (absent > line)
            {
                break;
            }

            line++;
        }

        return line;
    }

    /// <summary>Gets how the file is compressed, as its name says.</summary>
    internal Compression Compression => CompressionOf(Path);

    /// <summary>Gets the extension in lower case, without that of the compression.</summary>
    internal string Extension
    {
        get
        {
            string name = Compression == Compression.None ? Path : Path[..Path.LastIndexOf('.')];
            return System.IO.Path.GetExtension(name).ToLowerInvariant();
        }
    }

    /// <summary>Gets the extension with that of the compression.</summary>
    internal string FullExtension => Extension + (Compression == Compression.None ? "" : System.IO.Path.GetExtension(Path));

    internal bool IsParquet => Extension is ".parquet" or ".pq";

    /// <summary>Gets whether it has typed columns that DuckDB has no reader for (<see cref="IColumnFile"/>).</summary>
    internal bool IsColumns => Extension is ".npy" or ".npz" or ".arrow" or ".arrows" or ".feather" or ".ipc";

    internal bool IsJson => Extension is ".json" or ".ndjson" or ".jsonl";

    /// <summary>Reads the first bytes, decompressed.</summary>
    /// <exception cref="InvalidDataException">They cannot be decompressed.</exception>
    internal byte[] Head(int length)
    {
        using Stream stream = Decompress(File.OpenRead(Path), Compression);
        byte[] bytes = new byte[length];
        try
        {
            return bytes[..stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    internal static Stream Decompress(Stream stream, Compression compression) => compression switch
    {
        Compression.Gzip => new GZipStream(stream, CompressionMode.Decompress),
        Compression.Zstandard => new DecompressionStream(stream, leaveOpen: false),
        _ => stream,
    };

    private static Compression CompressionOf(string path) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Compression.Gzip
        : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? Compression.Zstandard
        : Compression.None;
}

/// <summary>How a file is compressed.</summary>
internal enum Compression
{
    None,
    Gzip,
    Zstandard,
}
