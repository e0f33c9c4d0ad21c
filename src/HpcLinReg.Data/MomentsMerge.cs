using HpcLinReg.Data.Sums;

namespace HpcLinReg.Data;

/// <summary>Merges and removes <c>.moments</c> files in the words of the command line.</summary>
public static class MomentsMerge
{
    /// <summary>Reads a file of moments.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="DataException">The file is missing or cannot be used; the message names it.</exception>
    public static MomentsFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RequireFiles([path]);
        return Answer(() => MomentsFile.Load(path), path);
    }

    /// <summary>Writes a file of moments, whole or not at all, as <see cref="OutputFile"/> does.</summary>
    /// <param name="file">The moments.</param>
    /// <param name="path">The path; an existing file is replaced.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Save(MomentsFile file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        OutputFile.Write(path, file.Save);
    }

    /// <summary>Merges the adjacent parts of one source to the bytes of the whole, in any order.</summary>
    /// <param name="paths">The files; one is held at a time.</param>
    /// <returns>The whole.</returns>
    /// <exception cref="DataException">
    /// A file cannot be used, or the files leave a gap, overlap or differ; the message names them.
    /// </exception>
    public static MomentsFile Exact(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        RequireFiles(paths);
        try
        {
            return Answer(() => MomentsFile.Merge(paths), paths.Count == 1 ? paths[0] : null);
        }
        catch (DataException exception) when (exception.InnerException is ArgumentException
            && paths.FirstOrDefault(path => !Load(path).Header.IsExact) is { } folded)
        {
            throw new DataException($"'{folded}' holds folded sums, as a removal or --values leaves them; merge it with --values, within an error bound.", exception);
        }
    }

    /// <summary>
    /// Merges moments of different sources, or folded ones, as values: the sums have an error bound instead of the bits of the whole.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <returns>Folded moments; the bits do not depend on the order of the files.</returns>
    /// <exception cref="DataException">A file cannot be used, columns differ, or the same rows are in two files.</exception>
    public static MomentsFile AsValues(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        MomentsFile[] files = [.. paths.Select(Load)];
        int[] order = [.. Enumerable.Range(0, files.Length).OrderBy(i => files[i].Facts.Source, StringComparer.Ordinal)
            .ThenBy(i => files[i].Header.FirstRow)
            .ThenBy(i => files[i].Header.RowCount)];
        (MomentsFile sum, string first) = (files[order[0]], paths[order[0]]);
        MomentsHeader previous = sum.Header;
        foreach (int i in order.AsSpan(1))
        {
            MomentsHeader next = files[i].Header;
            if (next.Facts.Source.Length > 0 && next.Facts.Source == previous.Facts.Source && next.FirstRow < previous.NextRow)
            {
                throw new DataException($"'{paths[i]}' has rows of the same source as another file, so they would count twice; leave one out.");
            }

            sum = Combined(sum, files[i], 1, $"'{paths[i]}' does not fit '{first}'");
            previous = next;
        }

        return order.Length == 1 ? new MomentsFile(sum.ToMoments(), sum.Facts) : sum;
    }

    /// <summary>Refuses to remove rows that were not merged in, or twice, as far as files say which rows they hold.</summary>
    /// <param name="all">The moments of all rows.</param>
    /// <param name="paths">The files of those to remove.</param>
    /// <returns>The files of which it is not known: of other sources, or folded.</returns>
    /// <exception cref="DataException">A file has rows that all lacks, or that another one removes as well.</exception>
    public static IReadOnlyList<string> RequireWithin(MomentsFile all, IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(paths);
        MomentsHeader whole = all.Header;
        List<string> unknown = [];
        List<(string Path, MomentsHeader Header)> removed = [];
        foreach (string path in paths)
        {
            MomentsHeader part = Load(path).Header;
            if (removed.Find(other => other.Header.Facts.Source == part.Facts.Source && part.FirstRow < other.Header.NextRow
                && other.Header.FirstRow < part.NextRow).Path is { } twice)
            {
                throw new DataException($"'{path}' and '{twice}' have rows of the same source in common, which would be removed twice; leave one out.");
            }

            removed.Add((path, part));
            if (!whole.IsExact || !part.IsExact || whole.Facts.Source.Length == 0 || whole.Facts.Source != part.Facts.Source)
            {
                unknown.Add(path);
            }
            else if (part.FirstRow < whole.FirstRow || part.NextRow > whole.NextRow)
            {
                throw new DataException(FormattableString.Invariant($"'{path}' has the rows {part.FirstRow} to {part.NextRow - 1}, and {whole.FirstRow} to {whole.NextRow - 1} were merged; what was not added cannot be removed."));
            }
        }

        return unknown;
    }

    /// <summary>Removes rows that were merged in, as values.</summary>
    /// <param name="all">The moments of all rows.</param>
    /// <param name="path">A file of those to remove.</param>
    /// <returns>Folded moments of the rows that remain.</returns>
    /// <exception cref="DataException">The file cannot be used, columns differ, or these cannot be rows of all.</exception>
    public static MomentsFile Remove(MomentsFile all, string path)
    {
        ArgumentNullException.ThrowIfNull(all);
        return Combined(all, Load(path), -1, $"'{path}' cannot be removed");
    }

    private static MomentsFile Combined(MomentsFile one, MomentsFile other, int sign, string refusal)
    {
        string? difference = one.Facts.Schema != other.Facts.Schema ? "its columns were made in another way (columns, kinds or levels differ)"
            : one.Facts.Weights != other.Facts.Weights || one.Facts.WeightKind != other.Facts.WeightKind ? "its weights are others"
            : one.Facts.Inputs.Length != other.Facts.Inputs.Length ? "its source has other columns"
            : null;
        if (difference is not null)
        {
            throw new DataException($"{refusal}: {difference}.");
        }

        try
        {
            Moments moments = sign > 0 ? one.ToMoments().Merge(other.ToMoments()) : one.ToMoments().Remove(other.ToMoments());
            return new MomentsFile(moments, Together(one.Facts, other.Facts, sign));
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new DataException($"{refusal}: {exception.Message.Split(" (Parameter", 2)[0]}", exception);
        }
    }

    private static MomentsFacts Together(MomentsFacts one, MomentsFacts other, int sign) => new()
    {
        Source = FileDigest.OfText($"{one.Source} {(sign > 0 ? '+' : '-')} {other.Source}"),
        Schema = one.Schema,
        Weights = one.Weights,
        WeightKind = one.WeightKind,
        ScaledLogWeights = one.ScaledLogWeights + (sign * other.ScaledLogWeights),
        RowsDropped = Math.Max(0, one.RowsDropped + (sign * other.RowsDropped)),
        Inputs = [.. one.Inputs.Zip(other.Inputs, (input, next) => new MomentsInput
        {
            Name = input.Name,
            Kind = input.Kind,
            Levels = input.Levels,
            Missing = Math.Max(0, input.Missing + (sign * next.Missing)),

            // Of the rows that remain the range may be smaller; it is not known.
            Least = sign < 0 ? input.Least : double.MinNumber(input.Least, next.Least),
            Most = sign < 0 ? input.Most : double.MaxNumber(input.Most, next.Most),
        })],
    };

    /// <summary>Refuses paths that lead to no file, before the others are read.</summary>
    private static void RequireFiles(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (!File.Exists(path))
            {
                throw new DataException(Directory.Exists(path) ? $"{path} is a folder; name the files in it." : $"There is no file {path}; its full path would be {Path.GetFullPath(path)}.");
            }
        }
    }

    private static MomentsFile Answer(Func<MomentsFile> work, string? path)
    {
        try
        {
            return work();
        }
        catch (InvalidDataException exception)
        {
            throw new DataException(path is null || exception.Message.Contains(path, StringComparison.Ordinal) ? exception.Message : $"'{path}': {exception.Message}",
                exception);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException or IOException or UnauthorizedAccessException)
        {
            throw new DataException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
    }
}
