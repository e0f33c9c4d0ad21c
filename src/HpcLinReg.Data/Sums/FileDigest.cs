using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HpcLinReg.Data.Sums;

/// <summary>Digests by which a file is known again, wherever it lies.</summary>
internal static class FileDigest
{
    /// <summary>The end of a Parquet file: the length of its footer, and PAR1.</summary>
    private const int TrailerLength = 8;

    private const string FullMark = "content:";

    /// <summary>
    /// Returns the SHA-256 of a Parquet file's footer, which has the places, lengths and ranges of all columns, so that a part of a large
    /// file need not read all of it; or that of all bytes, marked as such.
    /// </summary>
    internal static string OfParquet(string path, bool isFull) => isFull ? FullMark + OfContent(path) : OfFooter(path);

    /// <summary>Returns whether a Parquet file has a digest that was computed before.</summary>
    internal static bool IsOf(string path, string digest) => OfParquet(path, IsFull(digest)) == digest;

    /// <summary>Returns whether a digest of a Parquet file is of all bytes.</summary>
    internal static bool IsFull(string digest) => digest.StartsWith(FullMark, StringComparison.Ordinal);

    /// <summary>Returns the SHA-256 of all bytes of a file.</summary>
    internal static string OfContent(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string OfFooter(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length >= TrailerLength)
        {
            byte[] trailer = new byte[TrailerLength];
            stream.Position = stream.Length - TrailerLength;
            stream.ReadExactly(trailer);
            long footer = BinaryPrimitives.ReadUInt32LittleEndian(trailer) + (long)TrailerLength;
            stream.Position = Math.Max(0, stream.Length - footer);
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Returns the fingerprint of a source of several files.</summary>
    internal static string OfAll(IEnumerable<PlannedFile> files) => OfText(string.Concat(files
        .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Rows} {file.Length} {file.Digest}\n"))));

    internal static string OfText(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
