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

    /// <summary>Finds the inputs.</summary>
    /// <exception cref="DataException">A column is absent or of another kind.</exception>
    internal PredictionPlan(RegressionModel model, DataSource source, PredictionInterval interval)
    {
        _model = model;
        _source = source;
        string[] names = [.. source.Columns.Select(column => column.Name)];
        _columnOfInput = [.. model.Design.Columns.Select(input => Find(names, input))];
        HashSet<string> taken = new(names, StringComparer.OrdinalIgnoreCase);
        string[] added = interval == PredictionInterval.None ? ["prediction"] : ["prediction", "lower", "upper"];
        Added = [.. added.Select(name => FreeName(name, taken))];
        Query = new DesignQuery(source, model.Design, _columnOfInput, following: 0);
    }

    /// <summary>Gets the names of the columns that are added, which no column of the source has: the prediction first.</summary>
    internal ImmutableArray<string> Added { get; }

    /// <summary>Gets the query for the model's columns.</summary>
    internal DesignQuery Query { get; }

    /// <summary>Gets the source's column that a model's column is read from.</summary>
    internal int ColumnOf(int column) => _columnOfInput[column];

    /// <summary>Returns t0, t1, ... as text, then the doubles of <see cref="Query"/>, then <c>bad</c>.</summary>
    internal string Sql()
    {
        ColumnKind?[] kinds = new ColumnKind?[_source.Columns.Count];
        string?[] formats = new string?[kinds.Length];
        for (int i = 0; i < _columnOfInput.Length; i++)
        {
            kinds[_columnOfInput[i]] = DesignQuery.KindOf(_model.Design.Columns[i].Kind);
            formats[_columnOfInput[i]] = _model.Design.Columns[i].Format;
        }

        IEnumerable<string> select = _source.Columns.Select((_, i) => $"t{i}").Concat(Query.Select(Sources.Sql.Column)).Concat(Query.SelectRests()).Append("bad");
        return $"SELECT {string.Join(", ", select)} FROM ({_source.Table.TextAndTypedRows(kinds, Query.WholeColumns, formats)})";
    }

    private int Find(string[] names, ModelColumn input)
    {
        int index = ColumnNames.Find(names, input.Name);
        if (index < 0)
            throw new DataException($"The model reads the column '{input.Name}', which {_source.Description} does not have; its columns are {ColumnNames.List(names)}.{Suggestion.Question(input.Name, names)}");
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
            throw new DataException($"The model reads the column '{column.Name}' as {Describe(DesignQuery.KindOf(input.Kind))}, but in {_source.Description} it is {Describe(column.Kind)}{because}; correct the cells, or leave those empty (or NA) that are missing.");
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
