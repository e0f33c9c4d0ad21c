using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Predictions;

/// <summary>A model's inputs found in a source, and the query that reads what the prediction needs.</summary>
internal sealed class PredictionPlan
{
    private readonly ModelFile _model;
    private readonly DataSource _source;
    private readonly int[] _columnOfInput;

    /// <summary>Finds the inputs.</summary>
    /// <exception cref="DataException">A column is absent or of another kind.</exception>
    internal PredictionPlan(ModelFile model, DataSource source)
    {
        _model = model;
        _source = source;
        string[] names = [.. source.Columns.Select(column => column.Name)];
        _columnOfInput = [.. model.Inputs.Select(input => Find(names, input))];
        PredictionColumn = FreeName(names);
    }

    /// <summary>Gets a name that no column has.</summary>
    internal string PredictionColumn { get; }

    /// <summary>Gets the source's column that a model's text feature reads.</summary>
    internal int ColumnOf(Feature feature) => _columnOfInput[feature.Column];

    /// <summary>Returns t0, t1, ... as text, then one DOUBLE a feature, then <c>bad</c>.</summary>
    internal string Query(Design design)
    {
        ColumnKind?[] kinds = new ColumnKind?[_source.Columns.Count];
        for (int i = 0; i < _columnOfInput.Length; i++)
            kinds[_columnOfInput[i]] = _model.Inputs[i].Kind;
        IEnumerable<string> select = _source.Columns.Select((_, i) => $"t{i}")
            .Concat(design.Select(_source.Session, i => Sql.Column(_columnOfInput[i]), i => _model.Inputs[i].Kind))
            .Append("bad");
        return $"SELECT {string.Join(", ", select)} FROM ({_source.Table.TextAndTypedRows(kinds)})";
    }

    private int Find(string[] names, DataColumn input)
    {
        int index = ColumnNames.Find(names, input.Name);
        if (index < 0)
            throw new DataException($"The model reads the column '{input.Name}', which {_source.Description} does not have; its columns are {ColumnNames.List(names)}.");
        SourceColumn column = _source.Table.Columns[index];
        bool fits = column.IsEmpty || input.Kind switch
        {
            ColumnKind.Numeric or ColumnKind.Boolean => column.Kind is ColumnKind.Numeric or ColumnKind.Boolean,
            ColumnKind.Date => column.Kind == ColumnKind.Date,
            _ => column.Kind != ColumnKind.Other,
        };
        if (!fits)
        {
            string because = column.Oddity is null ? "" : $" because of {column.Oddity}";
            throw new DataException($"The model reads the column '{column.Name}' as {Describe(input.Kind)}, but in {_source.Description} it is {Describe(column.Kind)}{because}; correct the cells, or leave those empty (or NA) that are missing.");
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

    private static string FreeName(string[] names)
    {
        // Names that differ in case only are the same name to DuckDB and to many readers of CSV.
        HashSet<string> taken = new(names, StringComparer.OrdinalIgnoreCase);
        return Enumerable.Range(0, int.MaxValue).Select(i => i == 0 ? "prediction" : FormattableString.Invariant($"prediction_{i}")).First(name => !taken.Contains(name));
    }
}
