using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>Fits a linear regression to a source.</summary>
public static class DataFit
{
    /// <summary>Chunks of at most 2048 rows between two reports of progress.</summary>
    private const int BlocksBetweenReports = 32;

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
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (!(request.Ridge >= 0) || double.IsPositiveInfinity(request.Ridge))
            throw new UsageException(FormattableString.Invariant($"The ridge is {request.Ridge}; it must be a finite number, at least 0."));

        if (source.Table.Columns.All(column => column.IsEmpty) && !source.HasRows())
            throw NoRows(source);
        FeatureResolver resolver = new(source);
        int target = resolver.Target(request.Target);
        List<Feature> features = resolver.Features(request.Features, target);
        MissingRows NewCount() => new([.. features.Select(feature => feature.Name), source.Columns[target].Name], request.Missing, source.Description);
        if (features.Any(feature => feature.IsText))
        {
            MissingRows first = NewCount();
            features = LevelScan.Run(source, features, target, first, rowsRead, cancellationToken);
            RequireRows(source, first);
        }

        Design design = new(features);
        MissingRows missing = NewCount();
        string[] names = [.. design.Terms.Select(term => term.Name), source.Columns[target].Name];
        if (names.Length > 1 && design.Terms.Select(term => term.Name).Distinct().Count() < design.Terms.Length)
            throw new UsageException($"Two terms are named '{design.Terms.GroupBy(term => term.Name).First(group => group.Count() > 1).Key}'; rename a feature with AS.");
        MomentsAccumulator accumulator = Accumulate(source, names, design, target, missing, rowsRead, cancellationToken);
        RequireRows(source, missing);
        Fit fit = accumulator.ToMoments().Solve(names.Length - 1, new FitOptions { Intercept = request.Intercept, Ridge = request.Ridge });
        ImmutableArray<MissingCount> counts = missing.Counts();
        return new DataFitResult
        {
            Fit = fit,
            Target = source.Columns[target].Name,
            Terms = design.Terms,
            RowsDropped = missing.Dropped,
            // The target was read last but is named first.
            MissingByColumn = [.. counts.Where(count => count.Column == names[^1]), .. counts.Where(count => count.Column != names[^1])],
            BitsPromised = source.HasStableOrder,
            Warnings = [.. Warnings(source, request, resolver, design, target)],
            Inputs = [.. features.SelectMany(feature => feature.Used).Distinct().Order().Select(i => source.Columns[i])],
            Features = design.Features,
            Ridge = request.Ridge,
        };
    }

    private static MomentsAccumulator Accumulate(DataSource source, string[] names, Design design, int target, MissingRows missing, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        IReadOnlyList<SourceColumn> columns = source.Table.Columns;
        IEnumerable<string> select = design.Select(source.Session, Sql.Column, i => columns[i].Kind).Append(Design.Number(Sql.Column(target)));
        int readWidth = design.Features.Length + 1;
        int width = design.Terms.Length + 1;
        MomentsAccumulator accumulator = new(names);
        double[] expanded = [];
        int blocks = 0;

        using ChunkReader reader = new(source, $"SELECT {string.Join(", ", select)} FROM ({source.Table.TypedRows()})", readWidth, cancellationToken);
        for (Span<double> block = reader.Next(); block.Length > 0; block = reader.Next())
        {
            int complete = missing.Compact(block);
            block = block[..(complete * readWidth)];
            if (design.HasText)
            {
                if (expanded.Length < complete * width)
                    expanded = new double[complete * width];
                Expand(design, block, readWidth, expanded);
                block = expanded.AsSpan(0, complete * width);
            }

            accumulator.Add(new MatrixSpan<double>(block, complete, width, width));
            if (++blocks % BlocksBetweenReports == 0)
                rowsRead?.Report(missing.Seen);
        }

        rowsRead?.Report(missing.Seen);
        return accumulator;
    }

    private static void Expand(Design design, ReadOnlySpan<double> read, int readWidth, Span<double> rows)
    {
        int width = design.Terms.Length + 1;
        for (; read.Length > 0; read = read[readWidth..], rows = rows[width..])
        {
            design.Expand(read[..(readWidth - 1)], rows[..(width - 1)]);
            rows[width - 1] = read[readWidth - 1];
        }
    }

    private static void RequireRows(DataSource source, MissingRows missing)
    {
        if (missing.Seen == 0)
            throw NoRows(source);
        if (missing.Dropped == missing.Seen)
        {
            throw new DataException(
                $"Every one of the {missing.Seen} rows of {source.Description} has a missing value: {string.Join(", ", missing.Counts().Select(count => $"'{count.Column}' in {count.Rows}"))}. Leave out the features that are mostly missing.");
        }
    }

    private static DataException NoRows(DataSource source) => new($"{source.Description} has column names but no rows.");

    private static IEnumerable<string> Warnings(DataSource source, FitRequest request, FeatureResolver resolver, Design design, int target)
    {
        if (request.Features is null)
        {
            foreach (string leftOut in resolver.LeftOut(target))
                yield return leftOut;
        }

        foreach (Feature feature in design.Features.Where(feature => feature.IsText && feature.Levels.Length == 1))
            yield return $"The text column '{feature.Source}' has the single value '{feature.Levels[0]}' in the rows used; it gives no term.";
        if (!source.HasStableOrder)
            yield return "The query has no ORDER BY, so its rows may come in another order next time and the last digits may differ; add ORDER BY over a unique key for the same bits.";
    }
}
