using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>
/// The complete rows of a source as joint columns [terms | target], with a weight behind them if the request names one, streamed by a query
/// of its own for each reading, so that an algorithm may go over data larger than memory as often as it needs.
/// </summary>
/// <remarks>
/// Not thread-safe: one reading at a time, and none beside another use of the source. Rows with a missing value are left out,
/// or are an error, as the request says. A source whose number of complete rows changes from one reading to the next is an error.
/// </remarks>
public sealed class DataRows : IIndexedRowSource
{
    private readonly DataSource _source;
    private readonly FeatureResolver _resolver;
    private readonly DesignQuery _query;
    private readonly RowNumber _target;
    private readonly RowNumber? _weight;
    private readonly int _cluster;
    private readonly IProgress<long>? _rowsRead;
    private readonly CancellationToken _cancellationToken;
    private MissingRows? _missing;
    private TrainingRecord? _record;

    private DataRows(DataSource source, FitRequest request, FeatureResolver resolver, DesignQuery query,
        (RowNumber Target, RowNumber? Weight, int Cluster) places, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        _source = source;
        Request = request;
        _resolver = resolver;
        _query = query;
        (_target, _weight, _cluster) = places;
        _rowsRead = rowsRead;
        _cancellationToken = cancellationToken;
        Target = _target.Name;
        Terms = [.. Design.VariableNames.Select((name, v) => new Term(name, Design.Features[Design.FeatureOf(v)].Name))];
    }

    /// <summary>Gets the target's name as the source spells it; of an expression its name after AS, else its text.</summary>
    public string Target { get; }

    /// <summary>Gets the columns of which missing values count as the mean (<see cref="MissingValues.Mean"/>), with how many.</summary>
    public ImmutableArray<MissingCount> FilledByColumn { get; private init; } = [];

    /// <summary>Gets what the source is called in messages.</summary>
    internal string Description => _source.Description;

    /// <summary>Gets the terms: the joint columns before the target.</summary>
    public ImmutableArray<Term> Terms { get; }

    /// <inheritdoc/>
    public int Columns => Terms.Length + (HasWeights ? 2 : 1);

    /// <summary>
    /// Gets the same rows with the code of the row's group behind them (two numbers, equal for rows of one group), where the request names
    /// a cluster; else the rows themselves.
    /// </summary>
    public IRowSource WithGroups => _cluster < 0 ? this : new GroupedRows(this);

    /// <summary>Gets the number of complete rows; 0 before the first reading has ended.</summary>
    public long RowCount => _missing is { } missing ? missing.Seen - missing.Dropped : 0;

    /// <summary>Gets how many rows were left out because something was missing; 0 before the first reading has ended.</summary>
    public long RowsDropped => _missing?.Dropped ?? 0;

    /// <summary>
    /// Gets the columns and expressions that had missing values, the target first; empty before the first reading has ended.
    /// </summary>
    public ImmutableArray<MissingCount> MissingByColumn
    {
        get
        {
            ImmutableArray<MissingCount> counts = _missing?.Counts() ?? [];

            // The target was read last but is named first.
            return [.. counts.Where(count => count.Column == Target), .. counts.Where(count => count.Column != Target)];
        }
    }

    /// <summary>Gets whether every reading gives the rows in the same order, in this process and in later ones.</summary>
    public bool HasStableOrder => _source.HasStableOrder;

    /// <summary>Gets what the user should know; one sentence each.</summary>
    public ImmutableArray<string> Warnings => [.. Warn()];

    /// <summary>Gets what was asked for.</summary>
    public FitRequest Request { get; }

    /// <summary>Gets how a row of the source's columns becomes a row of terms.</summary>
    public Design Design => _query.Design;

    /// <summary>Gets the means, ranges and row digest of the first reading; empty until that reading is complete.</summary>
    public TrainingFacts Facts => _missing is { } missing
        ? _record!.ToFacts(missing.Dropped,
            KeptReading.Of(_source.Settings, _source.Table.Columns.Any(column => column.Rule is { HasDecimalComma: true }), _target,
                _weight))
        : new TrainingFacts();

    /// <inheritdoc/>
    public bool HasWeights => _weight is not null;

    /// <inheritdoc/>
    public ImmutableArray<string> Names => [.. Terms.Select(term => term.Name), Target];

    /// <summary>
    /// Gets <see cref="Rereading.Costly"/> for text, which takes longer to read than to sum in double-double, and where the order of rows
    /// may change from one reading to the next.
    /// </summary>
    public Rereading Rereading => _source.IsText || !HasStableOrder ? Rereading.Costly : Rereading.Cheap;

    private int Following => (HasWeights ? 2 : 1) + (_cluster < 0 ? 0 : 2);

    /// <summary>
    /// Resolves what a request asks of a source. Reads the source once, for their levels, when text columns are among the features.
    /// </summary>
    /// <param name="source">The data; must stay open while rows are read.</param>
    /// <param name="request">Target, features, and what becomes of missing values.</param>
    /// <param name="rowsRead">Receives the number of rows read so far in a reading, from time to time.</param>
    /// <param name="cancellationToken">Stops every reading.</param>
    /// <returns>The rows, to be read as often as needed.</returns>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataRows Of(DataSource source, FitRequest request, IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (source.Table.Columns.All(column => column.IsEmpty) && !source.HasRows())
        {
            throw NoRows(source);
        }

        FeatureResolver resolver = new(source);
        RowNumber target = resolver.Target(request.Target);
        RowNumber? weight = request.Weights is null ? null : resolver.Weights(request.Weights);
        if (weight is { Column: >= 0 } && weight.Column == target.Column)
        {
            throw new UsageException($"The target '{target.Name}' cannot be the weights, too; name another column for the weights.");
        }

        int cluster = request.Cluster is null ? -1 : resolver.Group(request.Cluster);
        List<NamedFeature> features = resolver.Features(request, target.SoleColumn, [.. target.Columns, .. weight?.Columns ?? [], cluster]);
        RequireApart(features, target);
        int[] columns = [.. features.SelectMany(feature => feature.Columns).Distinct().Order()];
        Func<int, ModelColumn, ModelColumn> filled = (_, column) => column;
        Design DesignWith(Func<int, ImmutableArray<string>> levels) =>
            Create([.. columns.Select((column, i) => filled(i, resolver.ModelColumnOf(column, levels(i))))], request.Intercept, features);
        int following = (weight is not null ? 2 : 1) + (cluster >= 0 ? 2 : 0);
        var computedTarget = ComputedNumber.Of(source, target);
        DesignQuery Query(Design design) => weight is null ? new DesignQuery(source, design, columns, following, computedTarget)
            : new DesignQuery(source, design, columns, following, computedTarget, ComputedNumber.Of(source, weight));
        DesignQuery query = Query(DesignWith(_ => [LevelScan.Placeholder]));
        ImmutableArray<MissingCount> filledByColumn = [];
        if (request.Missing == MissingValues.Mean)
        {
            (ImmutableArray<ModelColumn> means, filledByColumn) = ColumnMeans.Read(source, query, SelectFollowing(target, weight, cluster),
                [target.Name, .. weight is null ? Array.Empty<string>() : [weight.Name],
                    .. cluster < 0 ? Array.Empty<string>() : [source.Columns[cluster].Name]],
                weight is not null, cancellationToken);
            filled = (i, column) => double.IsNaN(means[i].WhenMissing) ? column
                : new ModelColumn(column.Name, column.Kind) { Format = column.Format, WhenMissing = means[i].WhenMissing };
            query = Query(DesignWith(_ => [LevelScan.Placeholder]));
        }

        if (Enumerable.Range(0, columns.Length).Any(i => query.Design.Columns[i].Kind == CellKind.Text && query.Design.IsRead(i)))
        {
            MissingRows missing = CountMissing(source, query.Design, [target.Name], request);
            ImmutableArray<string>[] levels = LevelScan.Run(source,
                new DesignQuery(source, query.Design, columns, following: 1, ComputedNumber.Of(source, target)), target.Column, missing,
                rowsRead, cancellationToken);
            RequireRows(source, missing);
            levels = Baselines.Apply(request.Baselines, query.Design, levels);
            query = Query(DesignWith(i => levels[i]));
        }
        else
        {
            // Refuses baselines, of which no column is a text.
            Baselines.Apply(request.Baselines, query.Design, [.. columns.Select(_ => ImmutableArray<string>.Empty)]);
        }

        Baselines.RequireDifferences(request.Baselines, query.Design);
        return new DataRows(source, request, resolver, query, (target, weight, cluster), rowsRead, cancellationToken)
        {
            FilledByColumn = filledByColumn,
        };
    }

    /// <summary>Returns the select list behind the design: target, weight and groups.</summary>
    private static IEnumerable<string> SelectFollowing(RowNumber target, RowNumber? weight, int cluster) =>
        ((IEnumerable<string>)[DesignQuery.Follow(target.Column)]).Concat(weight is null ? [] : [DesignQuery.Follow(weight.Column)])
            .Concat(cluster < 0 ? [] : Sql.Group(cluster).Select(DesignQuery.Number));

    /// <summary>Refuses a feature that has the name of a target that is an expression.</summary>
    private static void RequireApart(List<NamedFeature> features, RowNumber target)
    {
        if (target.Computed is not null && features.Any(feature => feature.Feature.Name == target.Name))
        {
            throw new UsageException($"The target '{target.Name}' is among the features; leave it out, or give one of them another name with AS.");
        }
    }

    private static Design Create(IReadOnlyList<ModelColumn> columns, bool hasIntercept, List<NamedFeature> features)
    {
        try
        {
            return Design.Create(columns, hasIntercept, [.. features.Select(feature => feature.Feature)]);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">The query fails; also from reading rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; also from reading rows.</exception>
    public IRowReader Open() => WithoutGroup(OpenAll(isIndexed: false), Terms.Length);

    /// <inheritdoc/>
    /// <exception cref="DataException">The query fails; also from reading rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; also from reading rows.</exception>
    public IRowReader OpenIndexed() => WithoutGroup(OpenAll(isIndexed: true), Design.IndicatorCounts.Length);

    /// <inheritdoc/>
    public ImmutableArray<int> IndicatorCounts => [.. Design.IndicatorCounts, 0];

    /// <summary>Leaves out the group behind target and weight, where there is one.</summary>
    private IRowReader WithoutGroup(DesignReader reader, int variables) =>
        _cluster < 0 ? reader : new LeadingColumns(reader, variables + Following, variables + (HasWeights ? 2 : 1));

    private DesignReader OpenAll(bool isIndexed)
    {
        IEnumerable<string> select = _query.Select(Sql.Column).Concat(SelectFollowing(_target, _weight, _cluster))
            .Concat(_query.SelectRests());
        ChunkReader chunks = new(_source, $"SELECT {string.Join(", ", select)} FROM ({_source.Table.TypedRows(_query.WholeColumns)})", _query.Width, _cancellationToken);
        bool isFirst = _missing is null;
        if (isFirst)
        {
            _record = new TrainingRecord(Design.Columns.Length, HasWeights ? Request.WeightKind : null)
            {
                TargetKind = _target.Column >= 0 && _source.Columns[_target.Column].Kind == ColumnKind.Boolean ? CellKind.Flag
                    : CellKind.Number,
            };
        }

        TrainingRecord? record = isFirst ? _record : null;
        return new DesignReader(chunks, _query, CountMissing(_source, Design, FollowingNames, Request), record, HasWeights, isIndexed,
            _rowsRead, Finish);
    }

    /// <summary>Returns a refusal of the engine in the words of the source: columns by name, rows as the source counts them.</summary>
    /// <param name="refusal">What the engine threw when it was given these rows.</param>
    /// <param name="areRowsOfSource">Whether its rows are counted as the source counts them; false where it was given some of them.</param>
    /// <returns>The refusal, to be thrown.</returns>
    public DataException Refusal(Exception refusal, bool areRowsOfSource)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return EngineRefusal.Of(refusal, this, areRowsOfSource);
    }

    /// <summary>Returns the rows as a source that refuses a weight which cannot be one, and names it with its row.</summary>
    /// <returns>This, where the rows have no weights.</returns>
    public IRowSource ToSource() => HasWeights ? new CheckedWeights(this) : this;

    private string[] FollowingNames => [_target.Name, .. _weight is { } weight ? new[] { weight.Name } : [],
        .. _cluster < 0 ? [] : new[] { _source.Columns[_cluster].Name }];

    private static MissingRows CountMissing(DataSource source, Design design, IEnumerable<string> following, FitRequest request)
    {
        IEnumerable<string?> columns =
            design.Columns.Select((column, i) => design.IsRead(i) && double.IsNaN(column.WhenMissing) ? column.Name : null);
        return new MissingRows(
            [.. columns, .. design.SqlExpressions, .. following],
            [.. design.Features.Select(feature => feature.Name)], request.Missing, source.Description);
    }

    private static void RequireRows(DataSource source, MissingRows missing)
    {
        if (missing.Seen == 0)
        {
            throw NoRows(source);
        }

        if (missing.Dropped == missing.Seen)
        {
            throw new DataException(
                $"Every one of the {missing.Seen} rows of {source.Description} has a missing value: {string.Join(", ", missing.Counts().Select(count => $"'{count.Column}' in {count.Rows}"))}. Leave out the features that are mostly missing.");
        }
    }

    private static DataException NoRows(DataSource source) =>
        new(source.IsJson ? $"{source.Description} has no rows: it is empty, and at least one object is needed, such as {{\"x\": 1, \"y\": 2}}." : $"{source.Description} has column names but no rows.");

    /// <summary>Takes the counts of a reading that has ended.</summary>
    private void Finish(MissingRows missing)
    {
        RequireRows(_source, missing);
        long rows = missing.Seen - missing.Dropped;
        if (_missing is not null && rows != RowCount)
        {
            throw new DataException($"{_source.Description} had {RowCount} complete rows when it was read before and has {rows} now; it must not change while it is being used.");
        }

        _missing = missing;
    }

    /// <summary>Says which columns have whole numbers that a double cannot hold, and that are features as they are.</summary>
    private IEnumerable<string> Rounded()
    {
        const double FirstGap = 9007199254740992;
        TrainingFacts facts = Facts;
        for (int i = 0; i < facts.Least.Length; i++)
        {
            ModelColumn column = Design.Columns[i];
            int place = Array.FindIndex([.. _source.Columns], found => found.Name == column.Name);
            double least = facts.Least[i];
            if (column.Kind is not (CellKind.Number or CellKind.Whole) || !(Math.Max(facts.Most[i], -least) >= FirstGap)
                || !_source.MayBeWhole(place) || !Design.Features.Any(feature => feature.Name == column.Name))
            {
                continue;
            }

            string count = _source.Session.Table($"SELECT count(*) FILTER ({Sql.Rest(place)} <> 0) FROM ({_source.Table.TypedRows(new HashSet<int> { place })})")[0][0]!;
            if (count != "0")
            {
                yield return FormattableString.Invariant($"'{column.Name}' has whole numbers beyond 2⁵³ that a double cannot hold: {count} of them are rounded. A difference is exact; name it as the feature: \"{column.Name} - {(Int128)least}\".");
            }
        }
    }

    private IEnumerable<string> Warn()
    {
        if (Request.Features is null)
        {
            foreach (string leftOut in _resolver.LeftOut(_target.SoleColumn, Request.Categories))
            {
                yield return leftOut;
            }
        }
        else
        {
            foreach (string odd in _resolver.TakenAsText(Design))
            {
                yield return odd;
            }
        }

        foreach (string identifier in _resolver.PerhapsIdentifiers(Design, Target))
        {
            yield return identifier;
        }

        foreach (string rounded in Rounded())
        {
            yield return rounded;
        }

        foreach (string unsure in _source.Views.SelectMany(view => FeatureResolver.UnsureDates(view.Columns))
            .Concat(_resolver.UnsureDates(Design)))
        {
            yield return unsure;
        }

        foreach (ModelColumn column in Design.Columns.Where(column => column.Kind == CellKind.Text && column.Levels.Length == 1))
        {
            yield return $"The text column '{column.Name}' has the single value '{column.Levels[0]}' in the rows used; it gives no term.";
        }

        if (!_source.HasStableOrder)
        {
            yield return "The query has no ORDER BY, so its rows may come in another order next time and the last digits may differ; add ORDER BY over a unique key for the same bits.";
        }
    }

    /// <summary>The rows with their groups.</summary>
    private sealed class GroupedRows(DataRows rows) : IRowSource
    {
        public int Columns => rows.Terms.Length + rows.Following;

        public IRowReader Open() => rows.OpenAll(isIndexed: false);
    }
}
