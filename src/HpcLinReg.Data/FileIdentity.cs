using System.Runtime.InteropServices;

namespace HpcLinReg.Data;

/// <summary>Identifies a file: two paths with equal identities lead to one file.</summary>
/// <remarks>
/// On Linux device and inode, so that symbolic links, hard links and relative paths are seen through. Elsewhere the full path with symbolic
/// links followed, where two hard links count as two files.
/// </remarks>
public readonly partial record struct FileIdentity
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint BasicStatistics = 0x7ff; // STATX_BASIC_STATS
    private const int TypeMask = 0xf000, RegularType = 0x8000, FifoType = 0x1000, CharacterType = 0x2000, DirectoryType = 0x4000;

    private readonly ulong _device;
    private readonly ulong _inode;
    private readonly string? _path;

    private FileIdentity(in Status status)
    {
        _device = ((ulong)status.DeviceMajor << 32) | status.DeviceMinor;
        _inode = status.Inode;
        Kind = (status.Mode & TypeMask) switch
        {
            RegularType => FileKind.Regular,
            DirectoryType => FileKind.Directory,
            FifoType => FileKind.Pipe,
            CharacterType => FileKind.Device,
            _ => FileKind.Other,
        };
        Owner = (status.User, status.Group);
    }

    private FileIdentity(string path)
    {
        _path = path;
        Kind = Directory.Exists(path) ? FileKind.Directory : FileKind.Regular;
    }

    /// <summary>Gets what kind of file it is.</summary>
    public FileKind Kind { get; }

    /// <summary>Gets user and group on Linux; zeros elsewhere.</summary>
    internal (uint User, uint Group) Owner { get; }

    /// <summary>Returns whether both are one file.</summary>
    /// <param name="other">The other file.</param>
    public bool Equals(FileIdentity other) => _device == other._device && _inode == other._inode && _path == other._path;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_device, _inode, _path);

    /// <summary>Returns the identity of what a path leads to, links followed.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The identity, or null where there is no file or it cannot be seen.</returns>
    public static FileIdentity? Of(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        if (OperatingSystem.IsLinux())
        {
            try
            {
                return StatX(CurrentDirectory, path, 0, BasicStatistics, out Status status) == 0 ? new FileIdentity(status) : null;
            }
            catch (EntryPointNotFoundException)
            {
                // A C library from before statx.
            }
        }

        string final = OutputFile.FinalPath(path);
        return Path.Exists(final) ? new FileIdentity(final) : null;
    }

    /// <summary>Returns whether two paths lead to one file, or would make one where there is none yet.</summary>
    /// <param name="first">A path.</param>
    /// <param name="second">Another one.</param>
    public static bool AreSame(string first, string second)
    {
        FileIdentity? one = Of(first), other = Of(second);
        if (one is not null || other is not null)
        {
            return one == other;
        }

        string firstFull = OutputFile.FinalPath(first), secondFull = OutputFile.FinalPath(second);
        return Path.GetFileName(firstFull) == Path.GetFileName(secondFull)
            && Path.GetDirectoryName(firstFull) is { } directory && Path.GetDirectoryName(secondFull) is { } otherDirectory
            && Of(directory) is { } folder && folder == Of(otherDirectory);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Status status);

    /// <summary>The kernel's <c>struct statx</c>, which is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        internal uint User;

        [FieldOffset(24)]
        internal uint Group;

        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;
    }
}

/// <summary>The kind of thing that a path leads to.</summary>
public enum FileKind
{
    /// <summary>A file that can be read twice and be replaced.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A pipe, named or not.</summary>
    Pipe,

    /// <summary>A character device: a terminal, /dev/null.</summary>
    Device,

    /// <summary>A socket or a block device.</summary>
    Other,
}
