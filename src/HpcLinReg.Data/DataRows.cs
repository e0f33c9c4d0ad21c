using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>
/// The complete rows of a source as joint columns [terms | target], with a weight behind them if the request names one, streamed by a query of its own for each reading, so that an
/// algorithm may go over data larger than memory as often as it needs.
/// </summary>
/// <remarks>
/// Not thread-safe: one reading at a time, and none beside another use of the source. Rows with a missing value are left out,
/// or are an error, as the request says. A source whose number of complete rows changes from one reading to the next is an error.
/// </remarks>
public sealed class DataRows : IRowSource
{
    private readonly DataSource _source;
    private readonly FeatureResolver _resolver;
    private readonly int _target;
    private readonly int _weight;
    private readonly IProgress<long>? _rowsRead;
    private readonly CancellationToken _cancellationToken;
    private MissingRows? _missing;

    private DataRows(DataSource source, FitRequest request, FeatureResolver resolver, int target, int weight, Design design, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        _source = source;
        Request = request;
        _resolver = resolver;
        _target = target;
        _weight = weight;
        Design = design;
        _rowsRead = rowsRead;
        _cancellationToken = cancellationToken;
        Target = source.Columns[target].Name;
    }

    /// <summary>Gets the target's name as the source spells it.</summary>
    public string Target { get; }

    /// <summary>Gets the terms: the joint columns before the target.</summary>
    public ImmutableArray<Term> Terms => Design.Terms;

    /// <inheritdoc/>
    public int Columns => Terms.Length + Following;

    /// <summary>Gets the number of complete rows; 0 before the first reading has come to its end.</summary>
    public long RowCount => _missing is { } missing ? missing.Seen - missing.Dropped : 0;

    /// <summary>Gets how many rows were left out because something was missing; 0 before the first reading has come to its end.</summary>
    public long RowsDropped => _missing?.Dropped ?? 0;

    /// <summary>Gets the columns and expressions that had missing values, the target first; empty before the first reading has come to its end.</summary>
    public ImmutableArray<MissingCount> MissingByColumn
    {
        get
        {
            ImmutableArray<MissingCount> counts = _missing?.Counts() ?? [];

            // The target was read last but is named first.
            return [.. counts.Where(count => count.Column == Target), .. counts.Where(count => count.Column != Target)];
        }
    }

    /// <summary>Gets whether each reading, today and tomorrow, gives the rows in the same order.</summary>
    public bool HasStableOrder => _source.HasStableOrder;

    /// <summary>Gets what the user should know; one sentence each.</summary>
    public ImmutableArray<string> Warnings => [.. Warn()];

    internal FitRequest Request { get; }

    internal Design Design { get; }

    /// <summary>Gets the columns that the features read.</summary>
    internal ImmutableArray<DataColumn> Inputs => [.. Design.Features.SelectMany(feature => feature.Used).Distinct().Order().Select(i => _source.Columns[i])];

    /// <summary>Gets whether a source that is read again gives the same rows, and reading costs less than what it saves.</summary>
    internal bool IsWorthReadingAgain => !_source.IsText && HasStableOrder;

    internal bool HasWeights => _weight >= 0;

    private int Following => HasWeights ? 2 : 1;

    private int ReadWidth => Design.Features.Length + Following;

    /// <summary>Resolves what a request asks of a source. Reads the source once, for their levels, when text columns are among the features.</summary>
    /// <param name="source">The data; must stay open while rows are read.</param>
    /// <param name="request">Target, features, and what becomes of missing values.</param>
    /// <param name="rowsRead">Told the number of rows read so far in a reading, now and then.</param>
    /// <param name="cancellationToken">Stops every reading.</param>
    /// <returns>The rows, to be read as often as needed.</returns>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataRows Of(DataSource source, FitRequest request, IProgress<long>? rowsRead = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (source.Table.Columns.All(column => column.IsEmpty) && !source.HasRows())
            throw NoRows(source);
        FeatureResolver resolver = new(source);
        int target = resolver.Target(request.Target);
        int weight = request.Weights is null ? -1 : resolver.Weight(request.Weights);
        List<Feature> features = resolver.Features(request.Features, target, weight, request.Polynomials.Keys);
        if (features.Any(feature => feature.IsText))
        {
            MissingRows missing = CountMissing(source, features, [target], request);
            features = LevelScan.Run(source, features, target, missing, rowsRead, cancellationToken);
            RequireRows(source, missing);
        }

        Design design = new(features);
        if (design.Terms.Select(term => term.Name).Distinct().Count() < design.Terms.Length)
            throw new UsageException($"Two terms are named '{design.Terms.GroupBy(term => term.Name).First(group => group.Count() > 1).Key}'; rename a feature with AS.");
        return new DataRows(source, request, resolver, target, weight, design, rowsRead, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">The query fails; also from reading rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; also from reading rows.</exception>
    public IRowReader Open()
    {
        IReadOnlyList<SourceColumn> columns = _source.Table.Columns;
        IEnumerable<string> select = Design.Select(_source.Session, Sql.Column, i => columns[i].Kind).Concat(FollowingColumns.Select(i => Design.Number(Sql.Column(i))));
        ChunkReader chunks = new(_source, $"SELECT {string.Join(", ", select)} FROM ({_source.Table.TypedRows()})", ReadWidth, _cancellationToken);
        return new DesignReader(chunks, Design, Following, CountMissing(_source, Design.Features, FollowingColumns, Request), _rowsRead, Finish);
    }

    private int[] FollowingColumns => HasWeights ? [_target, _weight] : [_target];

    private static MissingRows CountMissing(DataSource source, IEnumerable<Feature> features, int[] following, FitRequest request) =>
        new([.. features.Select(feature => feature.Name), .. following.Select(i => source.Columns[i].Name)], request.Missing, source.Description);

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

    /// <summary>Takes the counts of a reading that has come to its end.</summary>
    private void Finish(MissingRows missing)
    {
        RequireRows(_source, missing);
        long rows = missing.Seen - missing.Dropped;
        if (_missing is not null && rows != RowCount)
            throw new DataException($"{_source.Description} had {RowCount} complete rows when it was read before and has {rows} now; it must not change while it is being used.");
        _missing = missing;
    }

    private IEnumerable<string> Warn()
    {
        if (Request.Features is null)
        {
            foreach (string leftOut in _resolver.LeftOut(_target))
                yield return leftOut;
        }
        else
        {
            foreach (string odd in _resolver.TakenAsText(Design.Features))
                yield return odd;
        }

        foreach (Feature feature in Design.Features.Where(feature => feature.IsText && feature.Levels.Length == 1))
            yield return $"The text column '{feature.Source}' has the single value '{feature.Levels[0]}' in the rows used; it gives no term.";
        if (!_source.HasStableOrder)
            yield return "The query has no ORDER BY, so its rows may come in another order next time and the last digits may differ; add ORDER BY over a unique key for the same bits.";
    }
}
