using HpcLinReg.Data.Sums;

namespace HpcLinReg.Data;

/// <summary>Sums a source into moments, from which any column is fitted on any others without the rows.</summary>
public static class DataMoments
{
    /// <summary>Streams the source once (once more for each of text columns and polynomials) and sums it.</summary>
    /// <param name="source">The data.</param>
    /// <param name="request">What to sum.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The sums of the complete rows at their places, which have the bytes of the merged parts of a <see cref="MomentsPlan"/> of the same
    /// files.
    /// </returns>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static MomentsFile Run(DataSource source, MomentsRequest request, IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (source.IsParquet)
        {
            return MomentsPlan.Create(source, request, 1, rowsRead, cancellationToken).Sum(0, rowsRead, cancellationToken);
        }

        if (!source.HasRows())
        {
            throw new DataException($"{source.Description} has no rows.");
        }

        JointDesign joint = JointColumns.Decide(source, request, rowsRead, cancellationToken);
        JointSums sums = new(joint, request, 0);
        sums.Add(source, 0, rowsRead, cancellationToken);
        return sums.ToFile(Fingerprint(source), SumsSchema.ToText(joint, SumsSchema.ReadingOf(source)));
    }

    /// <summary>Returns a digest of all files; of a query without files nothing is known.</summary>
    private static string Fingerprint(DataSource source) => source.Files.Count == 0 || !source.Files.All(File.Exists) ? ""
        : FileDigest.OfAll(source.Files.Select(path => new PlannedFile(path, -1, new FileInfo(path).Length, FileDigest.OfContent(path))));
}
