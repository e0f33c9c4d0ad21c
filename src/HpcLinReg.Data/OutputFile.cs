using System.Runtime.InteropServices;

namespace HpcLinReg.Data;

/// <summary>Writes a file whole or not at all.</summary>
/// <remarks>
/// A regular file is written beside its path and then renamed, so that a reader sees the old file or the whole new one; it keeps its mode,
/// and its owner where that is permitted. A symbolic link stays, and the file it leads to is replaced. A device or a pipe is written
/// through.
/// </remarks>
public static partial class OutputFile
{
    /// <summary>The standard output's path, where the system has one.</summary>
    public const string StandardOutputPath = "/dev/stdout";

    /// <summary>Writes a file.</summary>
    /// <param name="path">The path; <c>/dev/stdout</c> is the standard output.</param>
    /// <param name="write">
    /// Writes the content to a stream, which can seek only where the file is regular. Its exceptions are passed on; then nothing is left
    /// behind.
    /// </param>
    /// <exception cref="DataException">The file cannot be written; an existing one is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            FileIdentity? existing = FileIdentity.Of(path);
            if (IsStandardOutput(path))
            {
                Through(Console.OpenStandardOutput(), write);
            }
            else if (existing is { Kind: FileKind.Directory } || Path.EndsInDirectorySeparator(path))
            {
                throw new DataException($"{path} is a directory; name a file in it.");
            }
            else if (existing is { Kind: not FileKind.Regular } || IsOpenFile(path))
            {
                Through(new FileStream(path, FileMode.Open, FileAccess.Write), write);
            }
            else
            {
                Replace(FinalPath(path), existing, write);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Returns whether a path is this process's standard output.</summary>
    /// <param name="path">The path.</param>
    public static bool IsStandardOutput(string path) => !OperatingSystem.IsWindows() && path is StandardOutputPath or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Returns the identity of the standard output, or null where there is none.</summary>
    public static FileIdentity? StandardOutput() => OperatingSystem.IsWindows() ? null : FileIdentity.Of(StandardOutputPath);

    /// <summary>Returns a full path with symbolic links followed; a link that leads nowhere names the file it would make.</summary>
    internal static string FinalPath(string path)
    {
        FileInfo file = new(Path.GetFullPath(path));
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
    }

    /// <summary>A file that a process holds open has no name to be replaced under.</summary>
    private static bool IsOpenFile(string path) => !OperatingSystem.IsWindows() && Path.GetFullPath(path) is { } full
        && (full.StartsWith("/dev/fd/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));

    private static void Through(Stream stream, Action<Stream> write)
    {
        using (stream)
        {
            write(stream);
            stream.Flush();
        }
    }

    private static void Replace(string path, FileIdentity? existing, Action<Stream> write)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        UnixFileMode? mode = null;
        if (existing is not null)
        {
            // What may not be written may not be replaced either.
            using (new FileStream(path, FileMode.Open, FileAccess.Write))
            {
            }

            if (!OperatingSystem.IsWindows())
            {
                mode = File.GetUnixFileMode(path);
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
        }

        string folder = Path.GetDirectoryName(path) ?? "";
        if (folder.Length > 0 && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'; create it first.");
        }

        string temporary = Path.Combine(folder, $".hpclinreg-{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = new(temporary, options))
            {
                write(stream);
                stream.Flush();
                if (!OperatingSystem.IsWindows() && mode is { } kept)
                {
                    _ = OperatingSystem.IsLinux() ? ChangeOwner(temporary, existing!.Value.Owner.User, existing.Value.Owner.Group) : 0;
                    File.SetUnixFileMode(stream.SafeFileHandle, kept);
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
