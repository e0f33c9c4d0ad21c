using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>The complete rows of columns in memory as rows [variables | target], or [variables | target | weight].</summary>
internal sealed class TableRows : IIndexedRowSource
{
    /// <summary>Rows of one block of a reading.</summary>
    private const int BlockRows = 256;

    private readonly Cell[][] _cells;
    private readonly double[] _target;
    private readonly double[]? _weights;

    /// <summary>For each row of the table, whether it is used; the other arrays hold the rows used only.</summary>
    private readonly bool[] _used;

    private TableRows(Design design, Cell[][] cells, double[] target, double[]? weights, bool[] used, TrainingFacts facts,
        ImmutableArray<string> names)
    {
        _used = used;
        Design = design;
        _cells = cells;
        _target = target;
        _weights = weights;
        Facts = facts;
        Names = names;
    }

    internal Design Design { get; }

    internal TrainingFacts Facts { get; }

    public ImmutableArray<string> Names { get; }

    public int Columns => Design.VariableNames.Length + (_weights is null ? 1 : 2);

    public bool HasWeights => _weights is not null;

    /// <summary>Finds the columns, the rows without missing values and the levels that these have.</summary>
    internal static TableRows Of(ColumnTable data, string target, ReadOnlySpan<Feature> features, string? weights, FitOptions options)
    {
        RequireNumber(data, target, "target");
        if (weights is not null)
        {
            RequireNumber(data, weights, "weight");
            if (weights == target)
            {
                Throw.TargetAsWeights(target);
            }
        }

        RequireOthers(data, target, features);
        string[] others = [.. data.Names.Where(name => name != target)];
        var design = Design.Create([.. others.Select(name => ColumnOf(data, name))], options.Intercept, features);
        if (design.Features.SelectMany(feature => feature.Parts).Any(part => part.Kind == FeaturePartKind.Sql))
        {
            throw new ArgumentException("A feature in SQL cannot be fitted in memory; write an expression of this library.", nameof(features));
        }

        int n = data.RowCount;
        Cell[][] cells = [.. design.Columns.Select(column => Coded(data[column.Name], column))];
        double[] y = Numbers(data[target]);
        double[]? v = weights is null ? null : Numbers(data[weights]);
        bool[] used = new bool[n];
        bool[][] seen = [.. design.Columns.Select(column => new bool[column.Levels.Length])];
        var row = new Cell[cells.Length];
        double[] variables = new double[design.VariableNames.Length];
        for (int i = 0; i < n; i++)
        {
            RequireWeight(v, i, weights, options);
            used[i] = double.IsFinite(y[i]) && (v is null || double.IsFinite(v[i])) && IsComplete(design, cells, i, row, variables);
            for (int j = 0; j < row.Length && used[i] && (v is null || v[i] > 0); j++)
            {
                if (design.Columns[j].Kind == CellKind.Text)
                {
                    seen[j][(int)row[j].Scalar.WholeNumber] = true;
                }
            }
        }

        cells = [.. cells.Select((column, j) => Used(column, used, seen[j]))];
        ImmutableArray<ModelColumn> columns = [.. design.Columns
            .Select((column, j) => new ModelColumn(column.Name, column.Kind) { Levels = [.. column.Levels.Where((_, k) => seen[j][k])] })];
        if (!used.Contains(true))
        {
            throw new ArgumentException($"None of the {used.Length} rows is complete; leave out the features that are mostly missing.");
        }

        var left = Design.Create(columns, InteractionPowers.Shift(design.Features, options.Intercept, columns, cells));
        TrainingRecord record = new(cells.Length, weights is null ? null : options.RowWeights) { TargetKind = data[target].Kind };
        return Of(left, target, record, cells, used, Used(y, used), v is null ? null : Used(v, used));
    }

    /// <summary>Refuses a feature that is computed from the target.</summary>
    private static void RequireOthers(ColumnTable data, string target, ReadOnlySpan<Feature> features)
    {
        foreach (Feature feature in features)
        {
            if (feature is not null && feature.Parts.Any(part => ReadsTarget(part)))
            {
                throw new ArgumentException($"The feature '{feature.Name}' is computed from the target '{target}'; leave it out.", nameof(features));
            }
        }

        bool ReadsTarget(FeaturePart part) => part.Kind != FeaturePartKind.Sql && (part.Text == target
            || (part.Kind != FeaturePartKind.Column && !data.Names.Contains(part.Text)
                && Expression.TryParse(part.Text, out Expression? tree, out _) && tree.Columns.Contains(target)));
    }

    public ImmutableArray<int> IndicatorCounts => [.. Design.IndicatorCounts, 0];

    public IRowReader Open() => new Reader(this, isIndexed: false);

    public IRowReader OpenIndexed() => new Reader(this, isIndexed: true);

    /// <summary>Returns counts, ranges and means of the rows used.</summary>
    private static TableRows Of(Design design, string target, TrainingRecord record, Cell[][] cells, bool[] used, double[] targets,
        double[]? weights)
    {
        double[] row = new double[cells.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = cells[j][i].ToDouble();
            }

            record.Add(row, targets[i], weights?[i] ?? 1);
        }

        return new TableRows(design, cells, targets, weights, used, record.ToFacts(used.Length - targets.Length),
            [.. design.VariableNames, target]);
    }

    private static double[] Used(double[] values, bool[] used) => [.. values.Where((_, i) => used[i])];

    /// <summary>The cells of the rows used, with texts as the index of their level among those seen.</summary>
    private static Cell[] Used(Cell[] cells, bool[] used, bool[] seen)
    {
        int[] codes = new int[seen.Length];
        int next = 0;
        for (int k = 0; k < codes.Length; k++)
        {
            codes[k] = seen[k] ? next++ : -1;
        }

        return [.. cells.Where((_, i) => used[i])
            .Select(cell => cell.Kind == CellKind.Level ? Cell.Level(codes[(int)cell.Scalar.WholeNumber]) : cell)];
    }

    private static bool IsComplete(Design design, Cell[][] cells, int i, Cell[] row, double[] variables)
    {
        Gather(cells, i, row);
        Prediction filled = design.Fill(row, variables);
        return filled.HasValue ? true
            : filled.Issue == PredictionIssue.OutOfRange ? throw new ArgumentException($"The feature '{design.Features[filled.Place].Name}' leaves the range of whole numbers in row {i} (counted from 0).")
            : false;
    }

    private static void Gather(Cell[][] cells, int i, Span<Cell> row)
    {
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = cells[j][i];
        }
    }

    private static ModelColumn ColumnOf(ColumnTable data, string name)
    {
        ColumnValues values = data[name];
        return values.Kind != CellKind.Text ? new ModelColumn(name, values.Kind)
            : new ModelColumn(name, CellKind.Text)
            {
                Levels = ModelColumn.ToLevels(Enumerable.Range(0, values.Length).Select(i => values[i].Text).OfType<string>()),
            };
    }

    /// <summary>The cells of a column, texts as the index of their level.</summary>
    private static Cell[] Coded(ColumnValues values, ModelColumn column)
    {
        var levels = column.Levels.Select((level, k) => KeyValuePair.Create(level, k)).ToDictionary(StringComparer.Ordinal);
        var cells = new Cell[values.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = values[i] is { Text: { } text } ? Cell.Level(levels.GetValueOrDefault(text, -1)) : values[i];
        }

        return cells;
    }

    private static double[] Numbers(ColumnValues values) => [.. Enumerable.Range(0, values.Length).Select(i => values[i].ToDouble())];

    private static void RequireNumber(ColumnTable data, string name, string role)
    {
        if (data[name].Kind is CellKind.Text or CellKind.Time)
        {
            throw new ArgumentException($"The {role} '{name}' holds {(data[name].Kind == CellKind.Text ? "texts" : "times")}; a regression needs a number or true/false.");
        }
    }

    private static void RequireWeight(double[]? weights, int i, string? name, FitOptions options)
    {
        if (weights is null || double.IsNaN(weights[i]))
        {
            return;
        }

        string? wrong = weights[i] < 0 ? "weights are not negative"
            : options.RowWeights == WeightKind.Frequency && weights[i] != Math.Floor(weights[i]) ? "frequencies are whole numbers"
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException($"The weight '{name}' is {weights[i]} in row {i} (counted from 0); {wrong}.");
        }
    }

    private sealed class Reader(TableRows rows, bool isIndexed) : IRowReader
    {
        private readonly int _variables = isIndexed ? rows.Design.IndicatorCounts.Length : rows.Design.VariableNames.Length;
        private double[] _block = [];
        private readonly Cell[] _row = new Cell[rows._cells.Length];
        private int _next;
        private int _place;

        public long Skipped { get; private set; }

        public ReadOnlySpan<double> ReadRows()
        {
            ReadOnlySpan<bool> left = rows._used.AsSpan(_place);
            int first = left.IndexOf(true);
            Skipped = first < 0 ? left.Length : first;
            int count = left.Slice((int)Skipped, Math.Min(BlockRows, left.Length - (int)Skipped)).IndexOf(false);
            count = count < 0 ? Math.Min(BlockRows, left.Length - (int)Skipped) : count;
            _place += (int)Skipped + count;
            int width = _variables + (rows.HasWeights ? 2 : 1);
            _block = _block.Length > 0 ? _block : new double[BlockRows * width];
            for (int i = 0; i < count; i++, _next++)
            {
                Span<double> row = _block.AsSpan(i * width, width);
                Gather(rows._cells, _next, _row);
                _ = isIndexed ? rows.Design.FillIndexed(_row, row[.._variables]) : rows.Design.Fill(_row, row[.._variables]);
                row[_variables] = rows._target[_next];
                if (rows._weights is { } weights)
                {
                    row[_variables + 1] = weights[_next];
                }
            }

            return _block.AsSpan(0, count * width);
        }

        public void Dispose()
        {
        }
    }
}
