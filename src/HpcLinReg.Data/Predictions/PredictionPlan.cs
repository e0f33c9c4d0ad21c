using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Predictions;

/// <summary>A model's inputs found in a source, and the query that reads what the prediction needs.</summary>
internal sealed class PredictionPlan
{
    private readonly RegressionModel _model;
    private readonly DataSource _source;
    private readonly int[] _columnOfInput;
    private readonly RowNumber? _target;
    private readonly RowNumber? _weight;
    private readonly bool _isJson;
    private SourceColumn?[] _read = [];

    /// <summary>Finds the inputs.</summary>
    /// <exception cref="DataException">A column is absent or of another kind.</exception>
    internal PredictionPlan(RegressionModel model, DataSource source, PredictionRequest request)
    {
        _model = model;
        _source = source;
        string[] names = [.. source.Columns.Select(column => column.Name)];
        _columnOfInput = [.. model.Design.Columns.Select(input => Find(names, input))];
        HashSet<string> taken = new(names, StringComparer.OrdinalIgnoreCase);
        if (request.Residuals)
        {
            _target = model.Training.Reading.GetValueOrDefault(KeptReading.Target) is { } text
                ? new FeatureResolver(source).Target(text) with { Name = model.Target }
                : new RowNumber(model.Target, FindNumbers(names, model.Target, $"Residuals need the target '{model.Target}'"));
            _weight = request.Weights is not { } weights ? null
                : ColumnNames.Find(names, weights) < 0 && !FeatureItem.IsName(weights) ? new FeatureResolver(source).Weights(weights)
                : new RowNumber(weights, FindNumbers(names, weights, $"Standardized residuals need the weights '{weights}'"));
        }

        Computed = [ComputedNumber.Of(source, _target), ComputedNumber.Of(source, _weight)];
        string[] numbers = ["prediction", .. request.Interval == PredictionInterval.None ? [] : new[] { "lower", "upper" },
            .. request.Residuals ? ["residual", "standardized", "cook"] : Array.Empty<string>()];
        AddedNumbers = numbers.Length;
        _isJson = request.Format == PredictionFormat.JsonLines;
        string[] added = request.Format == PredictionFormat.JsonLines ? [.. numbers, "issue"] : numbers;
        Added = [.. added.Select(name => FreeName(name, taken))];
        Query = new DesignQuery(source, model.Design, _columnOfInput, following: 0);
    }

    /// <summary>
    /// Gets the names of the columns that are added, which no column of the source has: the prediction first, and in JSON the issue last.
    /// </summary>
    internal ImmutableArray<string> Added { get; }

    /// <summary>Gets how many of the columns that are added are numbers: the first ones.</summary>
    internal int AddedNumbers { get; }

    /// <summary>Gets whether a weight follows the target.</summary>
    internal bool HasWeights => _weight is not null;

    /// <summary>
    /// Gets the expressions that the target and the weight are computed by, which the query reads behind all others; null for columns.
    /// </summary>
    internal IReadOnlyList<ComputedNumber?> Computed { get; }

    /// <summary>Gets the query for the model's columns.</summary>
    internal DesignQuery Query { get; }

    /// <summary>Gets the source's column that a model's column is read from.</summary>
    internal int ColumnOf(int column) => _columnOfInput[column];

    /// <summary>
    /// Returns t0, t1, ... as text, then the doubles of <see cref="Query"/>, then <c>bad</c>, then the target where residuals are asked
    /// for, then the weight where it is named, then what their expressions read.
    /// </summary>
    internal string Sql()
    {
        IReadOnlyList<SourceColumn?> columns = Decide();
        IEnumerable<string> select = _source.Columns.Select((_, i) => $"t{i}").Concat(Numbers()).Append("bad")
            .Concat(Following.Select(number => DesignQuery.Follow(number.Column)))
            .Concat(Computed.SelectMany(number => number?.Select() ?? []));
        HashSet<int> whole = [.. Query.WholeColumns, .. Computed.SelectMany(number => number?.WholeColumns ?? [])];
        return $"SELECT {string.Join(", ", select)} FROM ({_source.Table.TextAndTypedRows(columns, whole, _isJson)})";
    }

    /// <summary>Returns the select list of the doubles of <see cref="Query"/>.</summary>
    internal IEnumerable<string> Numbers() => Query.Select(Sources.Sql.Column).Concat(Query.SelectRests());

    /// <summary>Decides how each column of the source is read; null for one whose value is not needed.</summary>
    internal IReadOnlyList<SourceColumn?> Decide()
    {
        var columns = new SourceColumn?[_source.Columns.Count];
        for (int i = 0; i < _columnOfInput.Length; i++)
        {
            columns[_columnOfInput[i]] = Read(_model.Design.Columns[i], _source.Table.Columns[_columnOfInput[i]]);
        }

        foreach (int column in Following.SelectMany(number => number.Columns))
        {
            columns[column] ??= _source.Table.Columns[column];
        }

        return _read = columns;
    }

    private IEnumerable<RowNumber> Following => new[] { _target, _weight }.OfType<RowNumber>();

    /// <summary>Gets how a column of the source is read; known once the query is written.</summary>
    internal SourceColumn ReadAs(int column) => _read[column] ?? _source.Table.Columns[column];

    /// <summary>
    /// Returns how a column of the source is read for one of the model: as somebody decided, else as it was when the model was fitted.
    /// </summary>
    private SourceColumn Read(ModelColumn input, SourceColumn found)
    {
        if (found.Origin is Origin.Given or Origin.Model)
        {
            return found;
        }

        var decided = ColumnDecision.Of(input, _source.Settings);
        CellRule? rule = found.Rule is null && _source.Table is not CsvTable ? null
            : decided.Kind == Data.ReadAs.Text ? null
            : new CellRule(decided.Kind, decided.Format ?? found.Rule?.Format,
                decided.HasDecimalComma || found.Rule is { HasDecimalComma: true }, _source.Settings.HasZone,
                decided.Marks ?? found.Rule?.Marks);
        return found with { Column = found.Column with { Kind = DesignQuery.KindOf(input.Kind) }, Rule = rule, Origin = Origin.Model };
    }

    /// <summary>Finds a column of numbers that residuals need.</summary>
    private int FindNumbers(string[] names, string name, string need)
    {
        int index = ColumnNames.Find(names, name);
        if (index < 0)
        {
            throw new DataException($"{need}, which {_source.Description} does not have; its columns are {ColumnNames.List(names)}.{Suggestion.Question(name, names)}");
        }

        SourceColumn column = _source.Table.Columns[index];
        return column.IsEmpty || column.Kind is ColumnKind.Numeric or ColumnKind.Boolean ? index
            : throw new DataException($"{need} as numbers, but in {_source.Description} it is {Describe(column.Kind)}{(column.Oddity is null ? "" : $" because of {column.Oddity}")}; say how it is to be read: {ReadingSettings.KindOption(column.Name, Data.ReadAs.Number)}.");
    }

    private int Find(string[] names, ModelColumn input)
    {
        int index = ColumnNames.Find(names, input.Name);
        if (index < 0)
        {
            throw new DataException($"The model reads the column '{input.Name}', which {_source.Description} does not have; its columns are {ColumnNames.List(names)}.{Suggestion.Question(input.Name, names)}");
        }

        SourceColumn column = _source.Table.Columns[index];
        bool fits = column.IsEmpty || DesignQuery.KindOf(input.Kind) switch
        {
            ColumnKind.Numeric or ColumnKind.Boolean => column.Kind is ColumnKind.Numeric or ColumnKind.Boolean,
            ColumnKind.Date => column.Kind == ColumnKind.Date,
            _ => column.Kind != ColumnKind.Other,
        };
        if (!fits)
        {
            string because = column.Oddity is null ? "" : $" because of {column.Oddity}";
            throw new DataException($"The model reads the column '{column.Name}' as {Describe(DesignQuery.KindOf(input.Kind))}, but in {_source.Description} it is {Describe(column.Kind)}{because}; {(column.Kind == ColumnKind.Other || column.Origin == Origin.Given ? "correct the cells, and leave those empty (or NA) that are missing" : $"correct the cells, leave those empty (or NA) that are missing, or say how they are to be read: {ReadingSettings.KindOption(column.Name, ColumnDecision.Of(input, _source.Settings).Kind)}")}.");
        }

        return index;
    }

    private static string Describe(ColumnKind kind) => kind switch
    {
        ColumnKind.Numeric => "numbers",
        ColumnKind.Boolean => "true or false",
        ColumnKind.Text => "text",
        ColumnKind.Date => "dates",
        _ => "of a type that is no number",
    };

    /// <summary>Names that differ in case only are the same name to DuckDB and to many readers of CSV.</summary>
    private static string FreeName(string wanted, HashSet<string> taken) =>
        Enumerable.Range(0, int.MaxValue).Select(i => i == 0 ? wanted : FormattableString.Invariant($"{wanted}_{i}")).First(taken.Add);
}
