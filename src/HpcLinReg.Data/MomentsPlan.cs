using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Data.Sources;
using HpcLinReg.Data.Sums;

namespace HpcLinReg.Data;

/// <summary>
/// How the rows of Parquet files are divided into parts that are summed anywhere, in any order, and merge to the bytes of one process's
/// sums: files with their lengths and digests, rows of each part, and everything that was decided of the columns.
/// </summary>
/// <remarks>Immutable and thread-safe; each call of <see cref="Sum"/> opens the files that it needs for itself.</remarks>
public sealed class MomentsPlan
{
    /// <summary>The rows of a block of the engine's grid: parts that begin at multiples of it keep no single rows.</summary>
    private const int BlockRows = 2048;

    /// <summary>More parts than blocks of a few rows are of no use, and their list has to be held.</summary>
    private const int MostParts = 1_000_000;

    private readonly ReadingSettings _settings;
    private readonly ImmutableSortedDictionary<string, string> _reading;

    internal MomentsPlan(ImmutableArray<PlannedFile> files, ImmutableArray<PlannedPart> parts, JointDesign joint, MomentsRequest request,
        ReadingSettings settings, ImmutableSortedDictionary<string, string> reading, bool isDraft)
    {
        (Files, Parts, Joint, Request, _settings, _reading, IsDraft) = (files, parts, joint, request, settings, reading, isDraft);
        Source = FileDigest.OfAll(files);
        Schema = SumsSchema.ToText(joint, reading);
    }

    /// <summary>Gets the files, in the order of their rows.</summary>
    public ImmutableArray<PlannedFile> Files { get; }

    /// <summary>Gets the parts, in the order of their rows.</summary>
    public ImmutableArray<PlannedPart> Parts { get; }

    /// <summary>Gets the number of rows of all files.</summary>
    public long Rows => Files.Sum(file => file.Rows);

    /// <summary>Gets the columns that are summed, with their kinds and levels.</summary>
    public Design Design => Joint.Design;

    /// <summary>Gets the weights and the precision.</summary>
    public MomentsRequest Request { get; }

    /// <summary>
    /// Gets whether levels of texts and shifts of polynomials are still open, until the scans of all parts decide them
    /// (<see cref="Decide"/>).
    /// </summary>
    public bool IsDraft { get; }

    /// <summary>Gets the fingerprint of the files, which each part states.</summary>
    public string Source { get; }

    /// <summary>Gets how columns come from those of the files, which each part states.</summary>
    public string Schema { get; }

    internal JointDesign Joint { get; }

    internal ReadingSettings Settings => _settings;

    internal ImmutableSortedDictionary<string, string> Reading => _reading;

    /// <summary>
    /// Decides the columns and divides the rows. Reads footers alone; all rows once where texts are among the columns, and once more where
    /// polynomials are.
    /// </summary>
    /// <param name="source">Parquet files.</param>
    /// <param name="request">What to sum.</param>
    /// <param name="parts">The number of parts; with fewer blocks of 2048 rows some of them are empty.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="DataException">The files are no Parquet, or cannot answer the request.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static MomentsPlan Create(DataSource source, MomentsRequest request, int parts, IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default) =>
        Create(source, request, parts, () => JointColumns.Decide(source, request, rowsRead, cancellationToken), isDraft: false);

    /// <summary>
    /// Divides the rows and leaves open what needs all of them: the levels of texts and the shifts of polynomials. <see cref="Scan"/> finds
    /// them in each part, on any machine, and <see cref="Decide"/> makes the plan of what was found. Reads footers alone.
    /// </summary>
    /// <param name="source">Parquet files.</param>
    /// <param name="request">What to sum.</param>
    /// <param name="parts">The number of parts.</param>
    /// <returns>The draft.</returns>
    /// <exception cref="UsageException">
    /// The request is wrong, or has neither texts nor polynomials, so that there is nothing to find.
    /// </exception>
    /// <exception cref="DataException">The files are no Parquet, or cannot answer the request.</exception>
    public static MomentsPlan CreateDraft(DataSource source, MomentsRequest request, int parts)
    {
        MomentsPlan draft = Create(source, request, parts, () => JointColumns.Draft(source, request), isDraft: true);
        return JointColumns.NeedsScan(draft.Joint) ? draft
            : throw new UsageException("Neither texts nor polynomials are among the columns, so a plan needs no scan; leave out --draft.");
    }

    private static MomentsPlan Create(DataSource source, MomentsRequest request, int parts, Func<JointDesign> decide, bool isDraft)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (parts is < 1 or > MostParts)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{parts} parts cannot be planned; there are 1 to {MostParts:N0}."));
        }

        if (!source.IsParquet)
        {
            throw new DataException($"{source.Description} is not Parquet, so where a part's rows begin is known only after reading those before them; write it as Parquet first, or sum it in one process (hpclinreg moments FILE).");
        }

        var rows = source.Session.Table($"SELECT file_name, CAST(num_rows AS VARCHAR) FROM parquet_file_metadata({Sql.List(source.PathsOfFiles)})")
            .ToDictionary(row => row[0]!, row => long.Parse(row[1]!, CultureInfo.InvariantCulture));
        ImmutableArray<PlannedFile> files = [.. source.PathsOfFiles.Zip(source.Files,
            (read, path) => new PlannedFile(path, rows[read], new FileInfo(path).Length, FileDigest.OfParquet(path, request.FullDigest)))];
        long all = files.Sum(file => file.Rows);
        if (all == 0)
        {
            throw new DataException($"{source.Description} has no rows.");
        }

        Int128 blocks = (all + BlockRows - 1) / BlockRows;
        ImmutableArray<PlannedPart> cuts = [.. Enumerable.Range(0, parts)
            .Select(k => new PlannedPart(Cut(k), Cut(k + 1)))];
        return new MomentsPlan(files, cuts, decide(), request, source.Settings, SumsSchema.ReadingOf(source), isDraft);

        long Cut(int part) => (long)Int128.Min(all, part * blocks / parts * BlockRows);
    }

    /// <summary>Finds the levels of texts and the ranges of polynomials in the rows of one part of a draft.</summary>
    /// <param name="part">The part's index.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    /// <exception cref="UsageException">The plan is no draft.</exception>
    /// <exception cref="DataException">A file is missing, has changed, or contradicts the plan.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public MomentsScan Scan(int part, IProgress<long>? rowsRead = null, CancellationToken cancellationToken = default)
    {
        RequirePart(part);
        if (!IsDraft)
        {
            throw new UsageException("The plan is complete and needs no scan; sum its parts (hpclinreg moments --plan).");
        }

        var scan = MomentsScan.Empty(this, part);
        ReadPart(part, (source, _) => scan.Add(JointColumns.Scan(source, Joint, Request.Weights, rowsRead, cancellationToken)));
        return scan;
    }

    /// <summary>Makes the plan of a draft and the scans of all of its parts.</summary>
    /// <param name="scans">The scans, one for each part, in any order.</param>
    /// <returns>The plan, which is the one that <see cref="Create(DataSource, MomentsRequest, int, IProgress{long}, CancellationToken)"/>
    /// makes of the same files.</returns>
    /// <exception cref="UsageException">The plan is no draft.</exception>
    /// <exception cref="DataException">A part has no scan or two, or a scan is of another draft.</exception>
    public MomentsPlan Decide(IReadOnlyList<MomentsScan> scans)
    {
        ArgumentNullException.ThrowIfNull(scans);
        if (!IsDraft)
        {
            throw new UsageException("The plan is complete and needs no scan; sum its parts (hpclinreg moments --plan).");
        }

        return new MomentsPlan(Files, Parts, JointColumns.With(Joint, MomentsScan.Together(this, scans)), Request, _settings, _reading,
            isDraft: false);
    }

    /// <summary>Sums one part.</summary>
    /// <param name="part">The part's index.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading, within a block of rows.</param>
    /// <returns>The sums of the part's complete rows at their places; <see cref="MomentsFile.Save(Stream)"/> gives the bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    /// <exception cref="UsageException">The plan is a draft.</exception>
    /// <exception cref="DataException">A file is missing, has changed, or contradicts the plan: the message names file and row.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>Single-threaded but for DuckDB's own reading; parts may run beside each other.</remarks>
    public MomentsFile Sum(int part, IProgress<long>? rowsRead = null, CancellationToken cancellationToken = default)
    {
        RequirePart(part);
        if (IsDraft)
        {
            throw new UsageException("The plan is a draft, whose levels and shifts are not decided yet; scan its parts and merge the scans first (hpclinreg scan).");
        }

        (long first, long next) = (Parts[part].FirstRow, Parts[part].NextRow);
        JointSums sums = new(Joint, Request, first);
        ReadPart(part, (source, firstRow) => sums.Add(source, firstRow, rowsRead, cancellationToken));
        return sums.RowsSeen == next - first ? sums.ToFile(Source, Schema)
            : throw new DataException(string.Create(CultureInfo.InvariantCulture, $"Part {part} has {sums.RowsSeen} rows where the plan has {next - first}; make the plan again for the files as they are."));
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DataException">The file is missing, no plan of this version and bit contract, or was changed.</exception>
    public static MomentsPlan Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return PlanDocument.Read(SealedJson.ReadFile(path, "plan"), path);
    }

    /// <summary>Returns the plan of a text that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DataException">The text is no plan of this version and bit contract.</exception>
    public static MomentsPlan FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return PlanDocument.Read(json, "The plan");
    }

    /// <summary>Returns the plan with the files at other paths, such as those of another machine.</summary>
    /// <param name="path">Gives the path there of a path here.</param>
    /// <returns>The plan, whose parts have the same bytes.</returns>
    public MomentsPlan WithPaths(Func<string, string> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new MomentsPlan([.. Files.Select(file => file with { Path = path(file.Path) })], Parts, Joint, Request, _settings,
            _reading, IsDraft);
    }

    /// <summary>
    /// Returns the plan as JSON, canonical: one plan gives the same text every time. A digest in it covers everything but the paths of
    /// files, which may differ from machine to machine.
    /// </summary>
    public string ToJson() => PlanDocument.Write(this);

    private void RequirePart(int part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, Parts.Length);
    }

    /// <summary>Opens the rows of a part, file by file; with each comes the number of its first row.</summary>
    private void ReadPart(int part, Action<DataSource, long> read)
    {
        (long first, long next) = (Parts[part].FirstRow, Parts[part].NextRow);
        long start = 0;
        foreach (PlannedFile file in Files)
        {
            long end = start + file.Rows;
            if (start < next && end > first)
            {
                ReadRows(file, Math.Max(0, first - start), Math.Min(file.Rows, next - start), read);
            }

            start = end;
        }
    }

    private void ReadRows(PlannedFile file, long first, long next, Action<DataSource, long> read)
    {
        if (!File.Exists(file.Path))
        {
            throw new DataException($"There is no file {file.Path}, which the plan has. Bring it there, or write the path that it has here into the plan.");
        }

        if (new FileInfo(file.Path).Length != file.Length || !FileDigest.IsOf(file.Path, file.Digest))
        {
            throw new DataException($"{file.Path} is not the file that the plan was made of: its length or its {(FileDigest.IsFull(file.Digest) ? "content" : "footer")} is another; make the plan again.");
        }

        using var source = DataSource.OpenFile(file.Path, _settings);
        if (first > 0 || next < file.Rows)
        {
            source.TakeRows(first, next);
        }

        read(source, first);
    }
}
