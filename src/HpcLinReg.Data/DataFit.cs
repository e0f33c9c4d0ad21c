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
    public static DataFitResult Run(DataSource source, FitRequest request, IProgress<long>? rowsRead = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireRidge(request);
        return Run(DataRows.Of(source, request, rowsRead, cancellationToken));
    }

    /// <summary>Streams rows once and fits what their request asks for.</summary>
    /// <param name="rows">The rows of a source that is still open.</param>
    /// <returns>The fit and what became of the rows.</returns>
    /// <exception cref="UsageException">The request's ridge is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token of the rows was cancelled.</exception>
    public static DataFitResult Run(DataRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        FitRequest request = rows.Request;
        RequireRidge(request);
        Fit fit = Accumulate(rows).ToMoments().Solve(rows.Terms.Length, new FitOptions { Intercept = request.Intercept, Ridge = request.Ridge });
        return new DataFitResult
        {
            Fit = fit,
            Target = rows.Target,
            Terms = rows.Terms,
            RowsDropped = rows.RowsDropped,
            MissingByColumn = rows.MissingByColumn,
            BitsPromised = rows.HasStableOrder,
            Warnings = rows.Warnings,
            Inputs = rows.Inputs,
            Features = rows.Design.Features,
            Ridge = request.Ridge,
        };
    }

    private static void RequireRidge(FitRequest request)
    {
        if (!(request.Ridge >= 0) || double.IsPositiveInfinity(request.Ridge))
            throw new UsageException(FormattableString.Invariant($"The ridge is {request.Ridge}; it must be a finite number, at least 0."));
    }

    private static MomentsAccumulator Accumulate(DataRows rows)
    {
        string[] names = [.. rows.Terms.Select(term => term.Name), rows.Target];
        MomentsAccumulator accumulator = new(names);
        using IRowReader reader = rows.Open();
        for (ReadOnlySpan<double> block = reader.ReadRows(); block.Length > 0; block = reader.ReadRows())
            accumulator.Add(new MatrixSpan<double>(block, names.Length));
        return accumulator;
    }
}
