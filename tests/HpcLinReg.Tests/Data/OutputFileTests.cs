using System.Runtime.InteropServices;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>A file is written whole or not at all, and stays what it was: a link, a device, as private as before.</summary>
public sealed partial class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_has_the_content_and_nothing_lies_beside_it()
    {
        OutputFile.Write(_folder.Path("new.txt"), Hello);
        Assert.Equal("hello", File.ReadAllText(_folder.Path("new.txt")));
        Assert.Equal(["new.txt"], Names());
    }

    [Fact]
    public void A_name_of_255_bytes_can_be_written()
    {
        string name = new('n', 255);
        OutputFile.Write(_folder.Path(name), Hello);
        Assert.Equal([name], Names());
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file()
    {
        string path = _folder.Write("old.txt", "old");
        Assert.Throws<InvalidDataException>(() => OutputFile.Write(path, stream =>
        {
            Hello(stream);
            throw new InvalidDataException("half-way");
        }));
        Assert.Throws<DataException>(() => OutputFile.Write(path, stream =>
        {
            Hello(stream);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["old.txt"], Names());
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    public void A_file_keeps_its_mode(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        string path = _folder.Write("private.txt", "old");
        File.SetUnixFileMode(path, mode);
        OutputFile.Write(path, Hello);
        Assert.Equal("hello", File.ReadAllText(path));
        Assert.Equal(mode, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_stays_and_what_it_leads_to_is_written(bool exists)
    {
        if (exists)
        {
            _folder.Write("there/file.txt", "old");
        }

        Directory.CreateDirectory(_folder.Path("there"));
        File.CreateSymbolicLink(_folder.Path("second"), "there/file.txt");
        File.CreateSymbolicLink(_folder.Path("first"), _folder.Path("second"));
        OutputFile.Write(_folder.Path("first"), Hello);
        Assert.Equal(_folder.Path("second"), new FileInfo(_folder.Path("first")).LinkTarget);
        Assert.Equal("hello", File.ReadAllText(_folder.Path("there/file.txt")));
        Assert.Equal(["file.txt"], Directory.EnumerateFiles(_folder.Path("there")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_device_is_written_through()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs Linux's devices.");
        FileIdentity before = FileIdentity.Of("/dev/null")!.Value;
        OutputFile.Write("/dev/null", Hello);
        Assert.Equal(before, FileIdentity.Of("/dev/null"));
        Assert.Equal(FileKind.Device, FileIdentity.Of("/dev/null")!.Value.Kind);
        Assert.Contains("/dev/full cannot be written", Assert.Throws<DataException>(() => OutputFile.Write("/dev/full", Hello)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_pipe_is_written_through()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        string pipe = _folder.Pipe("pipe");
        Task<string> reading = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        OutputFile.Write(pipe, Hello);
        Assert.Equal("hello", await reading);
        Assert.Equal(FileKind.Pipe, FileIdentity.Of(pipe)!.Value.Kind);
    }

    [Fact]
    public void A_directory_is_no_file_to_write()
    {
        Assert.Contains("is a directory", Assert.Throws<DataException>(() => OutputFile.Write(_folder.Path("."), Hello)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be written", Assert.Throws<DataException>(() => OutputFile.Write(_folder.Path("nowhere/file"), Hello)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_file_is_known_by_all_its_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Hard links are seen on Linux only.");
        string path = _folder.Write("a/file", "x");
        File.CreateSymbolicLink(_folder.Path("soft"), path);
        Assert.Equal(0, Link(path, _folder.Path("hard")));
        Directory.CreateSymbolicLink(_folder.Path("b"), _folder.Path("a"));
        Assert.All([_folder.Path("soft"), _folder.Path("hard"), _folder.Path("b/file"), _folder.Path("a/../a/./file")], other => Assert.True(FileIdentity.AreSame(path, other)));
        Assert.True(FileIdentity.AreSame(_folder.Path("a/new"), _folder.Path("b/new")));
        Assert.False(FileIdentity.AreSame(path, _folder.Write("a/other", "x")));
        Assert.False(FileIdentity.AreSame(path, _folder.Path("a/new")));
        Assert.False(FileIdentity.AreSame(_folder.Path("a/new"), _folder.Path("new")));
    }

    private static void Hello(Stream stream) => stream.Write(Encoding.UTF8.GetBytes("hello"));

    private IEnumerable<string?> Names() => Directory.EnumerateFileSystemEntries(_folder.Path(".")).Select(Path.GetFileName);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
