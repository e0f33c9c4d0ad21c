namespace HpcLinReg;

/// <summary>
/// The content of a <c>.moments</c> file (docs/moments-format.md): the sums of the rows of a source, or of a part of it, and what is known
/// of the source.
/// </summary>
/// <remarks>
/// <para>
/// Canonical: the same sums and facts are the same bytes, on every machine and however the rows were cut into parts, so two files are
/// compared by their bytes. A file holds the sums of complete rows only; the places of the others are empty.
/// </para>
/// <para>Not thread-safe while its accumulator takes rows.</para>
/// </remarks>
public sealed class MomentsFile
{
    private readonly Moments? _folded;

    /// <inheritdoc cref="MomentsFile(MomentsAccumulator, MomentsFacts)"/>
    public MomentsFile(MomentsAccumulator accumulator)
        : this(accumulator, null)
    {
    }

    /// <summary>Makes the content of a file of the rows of an absolute range, whose merges have the bits of the whole.</summary>
    /// <param name="accumulator">The sums; not copied.</param>
    /// <param name="facts">What is known of the source; null for nothing.</param>
    /// <exception cref="ArgumentException">A range or a count of the facts is not usable.</exception>
    public MomentsFile(MomentsAccumulator accumulator, MomentsFacts? facts)
    {
        ArgumentNullException.ThrowIfNull(accumulator);
        Accumulator = accumulator;
        Facts = Checked(facts);
    }

    /// <inheritdoc cref="MomentsFile(Moments, MomentsFacts)"/>
    public MomentsFile(Moments moments)
        : this(moments, null)
    {
    }

    /// <summary>Makes the content of a file of folded moments, whose merges have an error bound.</summary>
    /// <param name="moments">The sums.</param>
    /// <param name="facts">What is known of the source; null for nothing.</param>
    /// <exception cref="ArgumentException">A range or a count of the facts is not usable.</exception>
    public MomentsFile(Moments moments, MomentsFacts? facts)
    {
        ArgumentNullException.ThrowIfNull(moments);
        _folded = moments;
        Facts = Checked(facts);
    }

    /// <summary>Gets the sums of an absolute range of rows; null where the file holds folded moments.</summary>
    public MomentsAccumulator? Accumulator { get; }

    /// <summary>Gets what is known of the source.</summary>
    public MomentsFacts Facts { get; }

    /// <summary>Gets what stands before the sums.</summary>
    public MomentsHeader Header => _folded is { } moments ? moments.ToHeader(Facts) : Accumulator!.ToHeader(Facts);

    /// <summary>Returns the sums of all rows, from which any column is fitted on any others.</summary>
    /// <returns>The folded moments.</returns>
    public Moments ToMoments() => _folded ?? Accumulator!.ToMoments();

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content, which has the bits of what was saved.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, is no file of moments, or has another format version or bit contract; the message says which.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <remarks>Memory and time are bounded by the size of the file.</remarks>
    public static MomentsFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return Load(stream);
    }

    /// <summary>Reads a file from where a stream stands to its end.</summary>
    /// <param name="stream">The stream, which is left open; one that cannot seek is copied into memory first.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="InvalidDataException">As for a path.</exception>
    public static MomentsFile Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MomentsReader reader = new(stream);
        var header = MomentsHeader.Read(reader);
        MomentsFile file = header.IsExact ? new MomentsFile(MomentsAccumulator.Read(reader, header), header.Facts)
            : new MomentsFile(Moments.Read(reader, header), header.Facts);
        reader.Finish();
        return file;
    }

    /// <summary>Writes the file, whole or not at all: to a temporary file beside the path, then renamed.</summary>
    /// <param name="path">The path; an existing file is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                Save(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">The stream, which is left open.</param>
    /// <exception cref="ArgumentException">A name or another text has half of a surrogate pair, which has no UTF-8.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MomentsWriter writer = new(stream);
        Header.Write(writer);
        if (_folded is { } moments)
        {
            moments.Write(writer);
        }
        else
        {
            Accumulator!.Write(writer);
        }

        writer.Finish();
    }

    /// <summary>Merges adjacent parts of one source, given in any order.</summary>
    /// <param name="parts">The parts; unchanged.</param>
    /// <returns>The whole: the same bytes as if one accumulator had taken all rows.</returns>
    /// <exception cref="ArgumentException">
    /// There are no parts, some hold folded moments, columns or sources differ, rows are missing between parts or are in two of them; the
    /// message names parts, columns and rows.
    /// </exception>
    /// <exception cref="OverflowException">Squares of a column of all parts together exceed the range of double.</exception>
    /// <remarks>Memory of one part at a time, beside the whole: O(p² log n).</remarks>
    public static MomentsFile Merge(params ReadOnlySpan<MomentsFile> parts)
    {
        MomentsFile[] all = parts.ToArray();
        return Merge([.. all.Select((part, i) => ($"part {i} (counted from 0)", part.Header))], i => all[i]);
    }

    /// <summary>Merges the files of adjacent parts of one source, given in any order. Reads one at a time.</summary>
    /// <param name="paths">The files.</param>
    /// <returns>The whole: the same bytes as if one accumulator had taken all rows.</returns>
    /// <exception cref="ArgumentException">As for parts in memory; the message names the files.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, or has another format version or bit contract; the message names it.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OverflowException">Squares of a column of all parts together exceed the range of double.</exception>
    public static MomentsFile Merge(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] all = [.. paths];
        (string, MomentsHeader)[] headers = [.. all.Select(path => ($"'{path}'", Named(path, stream => MomentsHeader.Load(stream))))];
        return Merge(headers, i => Named(all[i], Load));
    }

    private static MomentsFile Merge((string Name, MomentsHeader Header)[] parts, Func<int, MomentsFile> load)
    {
        int[] order = MomentsParts.Order(parts);
        var sum = MomentsAccumulator.Empty(parts[order[0]].Header);
        foreach (int i in order)
        {
            sum.Merge(load(i).Accumulator!);
        }

        return new MomentsFile(sum, MomentsParts.Together([.. parts.Select(part => part.Header.Facts)]));
    }

    /// <summary>Reads a file, whose path stands in the messages of what goes wrong.</summary>
    private static T Named<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return read(stream);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"'{path}': {exception.Message}", exception);
        }
    }

    private static MomentsFacts Checked(MomentsFacts? facts)
    {
        facts ??= new MomentsFacts();
        ArgumentNullException.ThrowIfNull(facts.Source);
        ArgumentNullException.ThrowIfNull(facts.Schema);
        ArgumentOutOfRangeException.ThrowIfNegative(facts.RowsDropped);
        foreach (MomentsInput input in facts.Inputs)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(input.Missing);
            bool isUnknown = double.IsNaN(input.Least) && double.IsNaN(input.Most);
            if (!isUnknown && !(input.Least <= input.Most && double.IsFinite(input.Least) && double.IsFinite(input.Most)))
            {
                Throw.RangeNotUsable(input.Name, input.Least, input.Most);
            }
        }

        return facts;
    }
}
