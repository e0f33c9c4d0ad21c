using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>
/// The select list that reads a design's columns from a source, and the conversion of a row as it was read into a row of the design.
/// </summary>
/// <remarks>
/// A row is read as doubles: the columns and expressions in SQL of the design, then what follows them (target and weight), then for each
/// whole-number column of an expression the difference between the number and its double, so that whole numbers beyond 2⁵³ are exact.
/// </remarks>
internal sealed class DesignQuery
{
    private readonly SqlExpression[] _sql;
    private readonly int[] _columns;
    private readonly int[] _whole;
    private readonly Cell[] _cells;
    private readonly Session _session;
    private readonly ComputedNumber?[] _computed;

    /// <summary>Prepares the reading.</summary>
    /// <param name="source">The source.</param>
    /// <param name="design">The design; its expressions in SQL are checked.</param>
    /// <param name="columns">For each column of the design the index of the source's column.</param>
    /// <param name="following">How many numbers follow those of the design.</param>
    /// <param name="computed">For the first of these numbers the expression each is computed by; null for one that is read.</param>
    /// <exception cref="UsageException">An expression in SQL is not allowed.</exception>
    internal DesignQuery(DataSource source, Design design, int[] columns, int following,
        params ComputedNumber?[] computed)
    {
        _computed = computed;
        Design = design;
        Following = following;
        _session = source.Session;
        _columns = columns;
        string[] names = [.. design.Columns.Select(column => column.Name)];
        _sql = [.. design.SqlExpressions.Select(text => SqlExpression.Parse(_session, text, names))];
        _whole = [.. Enumerable.Range(0, columns.Length).Where(i => design.IsInExpression(i) && source.MayBeWhole(columns[i]))];
        _cells = new Cell[design.RowLength];
        TextPlaces = [.. Enumerable.Range(0, columns.Length).Where(i => design.IsRead(i) && design.Columns[i].Kind == CellKind.Text)];
    }

    private DesignQuery(DesignQuery other)
    {
        (Design, Following, _session, _columns, _sql, _whole, _computed) =
            (other.Design, other.Following, other._session, other._columns, other._sql, other._whole, other._computed);
        _cells = new Cell[other._cells.Length];
        TextPlaces = other.TextPlaces;
    }

    internal Design Design { get; }

    /// <summary>Gets how many numbers follow those of the design.</summary>
    internal int Following { get; }

    /// <summary>Gets how many numbers are read a row.</summary>
    internal int Width => OwnWidth + _computed.Sum(number => number?.Width ?? 0);

    /// <summary>Gets the source's columns that are read as whole numbers.</summary>
    internal HashSet<int> WholeColumns =>
        [.. _whole.Select(i => _columns[i]), .. _computed.SelectMany(number => number?.WholeColumns ?? [])];

    /// <summary>Gets whether a row as read is a row of the design with the numbers that follow.</summary>
    internal bool IsAsRead => Design.IsColumnsOnly && Width == Design.RowLength + Following;

    /// <summary>Gets how many numbers are read without those of expressions that follow.</summary>
    private int OwnWidth => Design.RowLength + Following + _whole.Length;

    /// <summary>Returns the same conversion of rows with working memory of its own, for another thread.</summary>
    internal DesignQuery ForThread() => new(this);

    /// <summary>Returns the part of the select list that the design reads.</summary>
    /// <param name="cell">Writes a column of the source.</param>
    /// <param name="texts">Whether texts are read as they are instead of as the index of their level.</param>
    /// <param name="all">Whether columns are read as well that only expressions in SQL need.</param>
    internal IEnumerable<string> Select(Func<int, string> cell, bool texts = false, bool all = false)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            ModelColumn column = Design.Columns[i];
            string sql = cell(_columns[i]);
            yield return !all && !Design.IsRead(i) ? Sql.NotANumber
                : column.Kind == CellKind.Text ? texts ? sql : LevelCode(sql, column.Levels)
                : column.Kind == CellKind.Time ? Number($"CAST(epoch_us({sql}) AS DOUBLE) / 1e6")
                : Number($"CAST({sql} AS DOUBLE)");
        }

        foreach (SqlExpression expression in _sql)
        {
            yield return Number($"CAST(TRY({expression.ToSql(_session, i => Filled(cell(_columns[i]), Design.Columns[i]), i => KindOf(Design.Columns[i].Kind))}) AS DOUBLE)");
        }
    }

    /// <summary>
    /// Returns the last part of the select list: the differences between whole numbers and their doubles, then what expressions read whose
    /// numbers follow.
    /// </summary>
    internal IEnumerable<string> SelectRests() =>
        _whole.Select(i => Number(Sql.Rest(_columns[i]))).Concat(_computed.SelectMany(number => number?.Select() ?? []));

    /// <summary>Computes the numbers that follow the design and are expressions, each into its place.</summary>
    /// <param name="read">Rows as read.</param>
    internal void Compute(Span<double> read)
    {
        int start = OwnWidth;
        for (int k = 0; k < _computed.Length; k++)
        {
            if (_computed[k] is not { } number)
            {
                continue;
            }

            for (int row = 0; row < read.Length; row += Width)
            {
                read[row + Design.RowLength + k] = number.Compute(read.Slice(row + start, number.Width));
            }

            start += number.Width;
        }
    }

    /// <summary>Gets whether numbers that follow the design are expressions.</summary>
    internal bool Computes => _computed.Any(number => number is not null);

    /// <summary>Fills a row of the design from a row as read.</summary>
    internal Prediction Fill(ReadOnlySpan<double> read, Span<double> variables) =>
        _whole.Length == 0 ? Design.Fill(read[..Design.RowLength], variables) : Design.Fill(Cells(read), variables);

    /// <summary>Fills an indexed row of the design from a row as read.</summary>
    internal Prediction FillIndexed(ReadOnlySpan<double> read, Span<double> values) =>
        _whole.Length == 0 ? Design.FillIndexed(read[..Design.RowLength], values) : Design.FillIndexed(Cells(read), values);

    /// <summary>Predicts a row as read.</summary>
    internal Prediction Predict(RegressionModel model, ReadOnlySpan<double> read) =>
        _whole.Length == 0 ? model.Predict(read[..Design.RowLength]) : model.Predict(Cells(read));

    /// <summary>Predicts rows as read; NaN where there is no prediction.</summary>
    /// <param name="model">The model.</param>
    /// <param name="read">The rows, row-major.</param>
    /// <param name="destination">Receives the predictions.</param>
    internal void Predict(RegressionModel model, ReadOnlySpan<double> read, Span<double> destination)
    {
        if (_whole.Length == 0 && Following == 0 && Width > 0)
        {
            model.Predict(new MatrixSpan<double>(read, Width), destination);
            return;
        }

        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = Predict(model, read.Slice(i * Width, Width)).Value;
        }
    }

    /// <summary>Gets the places of texts in a row as read; −1 there is a level that the model was not fitted on.</summary>
    internal int[] TextPlaces { get; }

    /// <summary>Predicts a row as read, with uncertainty.</summary>
    internal UncertainPrediction PredictWithUncertainty(RegressionModel model, ReadOnlySpan<double> read, double level) =>
        _whole.Length == 0 ? model.PredictWithUncertainty(read[..Design.RowLength], level)
            : model.PredictWithUncertainty(Cells(read), level);

    /// <summary>Writes a number that follows the design: a column's, or NaN in the place of one that is computed.</summary>
    /// <param name="column">The column's index; −1 for a number that is computed.</param>
    internal static string Follow(int column) => column < 0 ? Sql.NotANumber : Number($"CAST({Sql.Column(column)} AS DOUBLE)");

    /// <summary>Writes SQL that is NaN where a value is missing.</summary>
    internal static string Number(string sql) => $"coalesce({sql}, {Sql.NotANumber})";

    /// <summary>Writes a cell for an expression in SQL: the column's number where it is missing.</summary>
    private static string Filled(string cell, ModelColumn column) => double.IsNaN(column.WhenMissing) ? cell
        : string.Create(CultureInfo.InvariantCulture, $"coalesce(CASE WHEN isfinite({cell}) THEN {cell} END, CAST('{column.WhenMissing:R}' AS DOUBLE))");

    private ReadOnlySpan<Cell> Cells(ReadOnlySpan<double> read)
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            CellKind kind = i < Design.Columns.Length ? Design.Columns[i].Kind : CellKind.Number;
            double value = read[i];
            _cells[i] = !double.IsFinite(value) ? Cell.Missing
                : kind == CellKind.Text ? Cell.Level((int)value)
                : kind == CellKind.Time ? DateTime.UnixEpoch.AddTicks((long)Math.Round(value * 1e6) * TimeSpan.TicksPerMicrosecond)
                : kind == CellKind.Flag && value is 0 or 1 ? value == 1
                : value;
        }

        for (int k = 0; k < _whole.Length; k++)
        {
            int i = _whole[k];
            double rest = read[Design.RowLength + Following + k];
            if (double.IsFinite(read[i]) && double.IsFinite(rest))
            {
                _cells[i] = (Int128)read[i] + (Int128)rest;
            }
        }

        return _cells;
    }

    /// <summary>Returns the source's kind for the kind of a model's column.</summary>
    internal static ColumnKind KindOf(CellKind kind) => kind switch
    {
        CellKind.Text => ColumnKind.Text,
        CellKind.Time => ColumnKind.Date,
        CellKind.Flag => ColumnKind.Boolean,
        _ => ColumnKind.Numeric,
    };

    private static string LevelCode(string column, ImmutableArray<string> levels)
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"coalesce(CAST(enum_code(TRY_CAST({column} AS ENUM({string.Join(", ", levels.Select(Sql.Text))}))) AS DOUBLE), -1)");
        return $"CASE WHEN {column} IS NULL THEN {Sql.NotANumber} ELSE {code} END";
    }
}
