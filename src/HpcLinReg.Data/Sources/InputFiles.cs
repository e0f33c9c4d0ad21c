using System.Globalization;
using System.Text.RegularExpressions;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// The files that a path or a pattern leads to, as DuckDB can open them: a pipe, which can be read only once, is copied to a temporary
/// file, and a name that DuckDB would take for a pattern gets a link without such characters.
/// </summary>
internal sealed partial class InputFiles : IDisposable
{
    private readonly DirectoryInfo? _own;

    /// <summary>Files whose copies and links live as long as these.</summary>
    private IReadOnlyList<InputFiles> _parts = [];

    private InputFiles(IReadOnlyList<SourceFile> files, DirectoryInfo? own)
    {
        Files = files;
        _own = own;
    }

    /// <summary>Gets the files, at least one.</summary>
    internal IReadOnlyList<SourceFile> Files { get; }

    /// <summary>Finds the files; a name that exists is taken as it is, whatever characters it has.</summary>
    /// <exception cref="DataException">There are none, or the path is a directory.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    internal static InputFiles Find(string path, Action<string>? waiting, CancellationToken cancellationToken)
    {
        switch (FileIdentity.Of(path)?.Kind)
        {
            case FileKind.Directory:
                throw new DataException($"{path} is a directory; name a file in it, or a pattern such as {Path.Combine(path, "*.csv")}.");
            case FileKind.Device:
                throw new DataException($"{path} is a device, not a file; name a file, or - for the standard input.");
            case FileKind.Pipe or FileKind.Other:
                return Copy(() => new FileStream(path, FileMode.Open, FileAccess.Read), path, waiting, cancellationToken);
            case FileKind.Regular:
                return Literal([Path.GetFullPath(path)]);
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new DataException("There is no file whose name has a NUL character in it.");
        }

        if (IsGlob(path))
        {
            using var session = Session.ForQueries();
            string[] files = Matches(session, path);
            return files.Length > 0 ? Literal(files) : throw new DataException($"No file matches {path}.");
        }

        throw new DataException($"There is no file {path}; its full path would be {Path.GetFullPath(path)}.");
    }

    /// <summary>Finds the files of several paths or patterns, in their order.</summary>
    /// <exception cref="DataException">There are none, a path cannot be read again, or a file is named twice.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    internal static InputFiles Find(IReadOnlyList<string> paths, Action<string>? waiting, CancellationToken cancellationToken)
    {
        if (paths.Count == 1)
        {
            return Find(paths[0], waiting, cancellationToken);
        }

        List<InputFiles> found = [];
        try
        {
            found.AddRange(paths.Select(path => Find(path, waiting, cancellationToken)));
            SourceFile[] files = [.. found.SelectMany(inputs => inputs.Files)];
            return files.GroupBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is not { } twice
                ? new InputFiles(files, null) { _parts = found }
                : throw new DataException($"{twice.Key} is named twice, and its rows would be read twice; name it once.");
        }
        catch
        {
            found.ForEach(inputs => inputs.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Returns the files as they are to be read, with copies of text that is not read as it stands; this becomes part of them.
    /// </summary>
    internal InputFiles Rewritten(ReadingSettings settings, CancellationToken cancellationToken)
    {
        if (Files.Any(file => file.IsColumns))
        {
            return Files.All(file => file.Compression == Compression.None) ? this : Copied(Decompress);
        }

        if (!Files.Any(file => file.IsParquet || file.IsJson)
            && Files.FirstOrDefault(file => LineEnds.FirstOdd(file, LineEnds.Looked) is not null) is { } mixed)
        {
            if (settings.Encoding is null)
            {
                FileContent.RequireText(mixed.Name, mixed.Head(LineEnds.Looked));
            }

            return Copied((file, path) => RewrittenText.Copy(file, path, settings, cancellationToken));
        }

        if (!settings.NeedsCopy || Files.Any(file => file.IsParquet || (file.IsJson && settings.Encoding is null)))
        {
            return this;
        }

        return Copied((file, path) => RewrittenText.Copy(file, path, settings, cancellationToken));
    }

    /// <summary>Decompresses a file of columns, which is read at any place.</summary>
    private static SourceFile Decompress(SourceFile file, string path)
    {
        try
        {
            using Stream content = SourceFile.Decompress(File.OpenRead(file.Path), file.Compression);
            using FileStream copy = File.Create(path);
            content.CopyTo(copy);
            return new SourceFile(path, file.Name);
        }
        catch (Exception exception) when (exception is InvalidDataException or ZstdSharp.ZstdException or EndOfStreamException)
        {
            throw new DataException($"{file.Name} is damaged: it cannot be decompressed; copy or write it again.", exception);
        }
    }

    /// <summary>Returns where a copy goes: below the keys of the file's folders.</summary>
    private static string PathOfCopy(DirectoryInfo own, SourceFile file, int index)
    {
        string folder = Path.Combine(own.FullName, FolderKeys.FolderOf(file.Name));
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, FormattableString.Invariant($"{index}{file.Extension}"));
    }

    /// <summary>Returns copies of the files, of which these become part.</summary>
    private InputFiles Copied(Func<SourceFile, string, SourceFile> copy)
    {
        DirectoryInfo own = Directory.CreateTempSubdirectory("hpclinreg-");
        try
        {
            return new InputFiles([.. Files.Select((file, i) => copy(file, PathOfCopy(own, file, i)))], own) { _parts = [this] };
        }
        catch
        {
            own.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Copies a stream to a temporary file and detects the format from the first bytes.</summary>
    /// <param name="open">Opens the stream; may wait.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="waiting">Gets a sentence when nothing has come for a second.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    internal static InputFiles Copy(Func<Stream> open, string name, Action<string>? waiting, CancellationToken cancellationToken)
    {
        DirectoryInfo own = Directory.CreateTempSubdirectory("hpclinreg-");
        try
        {
            string raw = Path.Combine(own.FullName, "input");
            OneReading.Copy(open, raw, () => waiting?.Invoke($"waiting for data from {name} …"), cancellationToken);
            string path = raw + FileContent.ExtensionOf(raw);
            File.Move(raw, path);
            return new InputFiles([new SourceFile(path, name)], own);
        }
        catch
        {
            own.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Returns whether a path that is no file's name is a pattern.</summary>
    internal static bool IsGlob(string path) => path.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>Returns the full paths that a pattern matches, in ordinal order.</summary>
    internal static string[] Matches(Session session, string pattern) =>
        [.. session.Table($"SELECT file FROM glob({Sql.Text(Path.GetFullPath(pattern))})").Select(row => row[0]!).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Puts the files' names into a message of DuckDB's that has the paths they are opened by, and says where lines end differently.
    /// </summary>
    internal string Explain(string message)
    {
        if (message.Contains("state machine reached an invalid state", StringComparison.Ordinal)
            && Files.Select(file => LineEnds.FirstOdd(file)).FirstOrDefault(odd => odd is not null) is { } odd)
        {
            return odd;
        }

        if (Files.FirstOrDefault(file =>
            file.AbsentLines.Count > 0 && (Files.Count == 1 || message.Contains(file.Path, StringComparison.Ordinal))) is { } copy)
        {
            message = CsvLine().Replace(message, line =>
                $"CSV Error on Line: {copy.LineInOriginal(long.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)}");
        }

        return Files
            .Where(file => file.Path != file.Name).Aggregate(message,
            (text, file) => text.Replace(file.Path, file.Name, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _own?.Delete(recursive: true);
        foreach (InputFiles part in _parts)
        {
            part.Dispose();
        }
    }

    [GeneratedRegex(@"CSV Error on Line: (\d+)")]
    private static partial Regex CsvLine();

    private static InputFiles Literal(string[] paths)
    {
        DirectoryInfo? own = paths.Any(IsGlob) ? Directory.CreateTempSubdirectory("hpclinreg-") : null;
        return new InputFiles([.. paths.Select((path, i) => new SourceFile(IsGlob(path) ? Link(own!, path, i) : path, path))], own);
    }

    private static string Link(DirectoryInfo own, string path, int index)
    {
        // The keys of folders stay.
        string folder = Path.Combine(own.FullName, FolderKeys.FolderOf(path));
        Directory.CreateDirectory(folder);
        string link = Path.Combine(folder, FormattableString.Invariant($"{index}{new SourceFile(path, path).FullExtension}"));
        File.CreateSymbolicLink(link, path);
        return link;
    }
}
