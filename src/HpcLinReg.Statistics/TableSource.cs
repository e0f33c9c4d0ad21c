namespace HpcLinReg.Statistics;

/// <summary>
/// The rows of columns in memory that a model was fitted on: variables of its design, target, and where they are named weight and the code
/// of a group.
/// </summary>
internal sealed class TableSource : IRowSource
{
    private readonly RegressionModel _model;
    private readonly ColumnTable _data;
    private readonly string? _weights;
    private readonly string? _cluster;
    private readonly Dictionary<object, int> _codes = [];

    /// <summary>Finds the columns.</summary>
    internal TableSource(RegressionModel model, ColumnTable data, string? weights, string? cluster)
    {
        (_model, _data, _weights, _cluster) = (model, data, weights, cluster);
        if (!model.Design.SqlExpressions.IsEmpty)
        {
            throw new ArgumentException("A feature in SQL cannot be computed in memory.", nameof(model));
        }
    }

    public int Columns => _model.Design.VariableNames.Length + 1 + (_weights is null ? 0 : 1) + (_cluster is null ? 0 : 2);

    public IRowReader Open() => new Reader(this);

    private sealed class Reader(TableSource source) : IRowReader
    {
        private readonly double[] _row = new double[source.Columns];
        private readonly Cell[] _cells = new Cell[source._model.Design.RowLength];
        private int _next;

        public long Skipped { get; private set; }

        public ReadOnlySpan<double> ReadRows()
        {
            Skipped = 0;
            while (_next < source._data.RowCount)
            {
                if (Fill(_next++))
                {
                    return _row;
                }

                Skipped++;
            }

            return default;
        }

        public void Dispose()
        {
        }

        private bool Fill(int i)
        {
            Design design = source._model.Design;
            int d = design.VariableNames.Length;
            for (int j = 0; j < _cells.Length; j++)
            {
                _cells[j] = source._data[design.Columns[j].Name][i];
            }

            _row[d] = source._data[source._model.Target][i].ToDouble();
            if (source._weights is { } weights)
            {
                _row[d + 1] = source._data[weights][i].ToDouble();
            }

            if (!design.Fill(_cells, _row.AsSpan(0, d)).HasValue || !double.IsFinite(_row[d])
                || (source._weights is not null && !double.IsFinite(_row[d + 1])))
            {
                return false;
            }

            if (source._cluster is { } cluster)
            {
                Cell cell = source._data[cluster][i];
                object value = cell.IsMissing ? throw new ArgumentException($"The group '{cluster}' is missing in row {i + 1}; leave the row out or give it a group.")
                    : (object?)cell.Text ?? cell.ToDouble();
                if (!source._codes.TryGetValue(value, out int code))
                {
                    source._codes[value] = code = source._codes.Count;
                }

                _row[^2] = code;
                _row[^1] = 0;
            }

            return true;
        }
    }
}
