using System.IO.Compression;
using System.Security.Cryptography;
using ZstdSharp;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// Checks, beside their reading, that compressed files are whole: DuckDB reads one that was cut as far as it goes and reports nothing, and
/// so does <see cref="GZipStream"/>.
/// </summary>
internal sealed class WholeFiles : IDisposable
{
    /// <summary>Returns the decompressed bytes, part by part.</summary>
    private delegate void SeePart(ReadOnlySpan<byte> part);

    private const int BufferLength = 1 << 17;
    private const int EndingLength = 32;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _check;

    /// <summary>Starts to check those that are compressed, one after the other, on a thread of its own.</summary>
    internal WholeFiles(IEnumerable<SourceFile> files)
    {
        SourceFile[] compressed = [.. files.Where(file => file.Compression != Compression.None)];
        Any = compressed.Length > 0;
        CancellationToken stop = _stop.Token;
        _check = Any ? Task.Run(() => Array.ForEach(compressed, file => Check(file, stop)), stop) : Task.CompletedTask;
    }

    /// <summary>Gets whether any file is compressed.</summary>
    internal bool Any { get; }

    /// <summary>Waits until all files are checked.</summary>
    /// <exception cref="DataException">One is cut short or damaged.</exception>
    internal void Require(CancellationToken cancellationToken)
    {
        try
        {
            _check.Wait(cancellationToken);
        }
        catch (AggregateException exception) when (exception.InnerException is DataException damage)
        {
            throw new DataException(damage.Message, damage);
        }
        catch (AggregateException exception) when (exception.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"A compressed file cannot be read again to be checked: {exception.InnerException.Message}", exception.InnerException);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        // The result of the check was used, or is not needed; only its end is waited for.
        Task.WaitAny([_check]);
        _stop.Dispose();
    }

    private static void Check(SourceFile file, CancellationToken stop)
    {
        FileContent.RequireCompressed(file);
        long longest = 0, open = 0;
        try
        {
            bool whole = file.Compression == Compression.Gzip ? IsWholeGzip(file.Path, See) : IsWholeZstandard(file.Path, See);
            if (whole)
            {
                if (!file.IsJson)
                {
                    LongLines.Require(file, longest);
                }

                return;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or ZstdException or EndOfStreamException)
        {
            // Reported below, in the same words.
        }

        string what = file.Compression == Compression.Gzip ? "gzip" : "zstd";
        throw new DataException($"{file.Name} is cut short or damaged: its {what} data do not end with the length and checksum they should; copy or write it again.");

        void See(ReadOnlySpan<byte> part)
        {
            stop.ThrowIfCancellationRequested();
            longest = Math.Max(longest, LongLines.Longest(part, open, out open));
        }
    }

    /// <summary>
    /// Whether all members are whole. <see cref="GZipStream"/> checks length and checksum of members that have an end. So that the last one
    /// must have one, a small member is put behind the file: it comes out only if everything before it has ended.
    /// </summary>
    private static bool IsWholeGzip(string path, SeePart see)
    {
        byte[] ending = RandomNumberGenerator.GetBytes(EndingLength);
        using MemoryStream member = new();
        using (GZipStream compress = new(member, CompressionLevel.Fastest, leaveOpen: true))
        {
            compress.Write(ending);
        }

        member.Position = 0;
        using FileStream file = File.OpenRead(path);
        if (file.Length == 0)
        {
            return false;
        }

        using GZipStream content = new(new ConcatenatedStream(file, member), CompressionMode.Decompress);
        byte[] buffer = new byte[BufferLength];
        byte[] last = [];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            ReadOnlySpan<byte> now = buffer.AsSpan(0, read);
            see(now);
            last = read >= EndingLength ? now[^EndingLength..].ToArray() : [.. last.Concat(now.ToArray()).TakeLast(EndingLength)];
        }

        return last.AsSpan().SequenceEqual(ending);
    }

    /// <summary>Returns whether all frames are whole; the stream throws otherwise.</summary>
    private static bool IsWholeZstandard(string path, SeePart see)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length == 0)
        {
            return false;
        }

        using DecompressionStream content = new(file, checkEndOfStream: true, leaveOpen: false);
        byte[] buffer = new byte[BufferLength];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            see(buffer.AsSpan(0, read));
        }

        return true;
    }
}
