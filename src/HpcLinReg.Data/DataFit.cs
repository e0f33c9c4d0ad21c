namespace HpcLinReg.Data;

/// <summary>Fits a linear regression to a source.</summary>
public static class DataFit
{
    /// <summary>Streams the source once (twice with text features) and fits.</summary>
    /// <param name="source">The data.</param>
    /// <param name="request">What to fit on what.</param>
    /// <param name="rowsRead">Told the number of rows read so far, now and then.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The fit and what became of the rows.</returns>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataFitResult Run(DataSource source, FitRequest request, IProgress<long>? rowsRead = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
