using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Predictions;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data;

/// <summary>
/// The rows of a source as a model sees them: joint columns [variables | target], with a weight behind them where its column is named,
/// streamed by a query of its own for each reading. Statistics of a model that was loaded from its file read the rows of its fit through
/// it.
/// </summary>
/// <remarks>
/// Not thread-safe: one reading at a time, and none beside another use of the source. Rows in which the model finds no prediction, or that
/// lack the target or the weight, are left out, as a fit leaves them out.
/// </remarks>
public sealed class ModelRows : IRowSource
{
    private readonly RegressionModel _model;
    private readonly DataSource _source;
    private readonly PredictionPlan _plan;
    private readonly IProgress<long>? _rowsRead;
    private readonly CancellationToken _cancellationToken;

    private ModelRows(RegressionModel model, DataSource source, PredictionPlan plan, IProgress<long>? rowsRead,
        CancellationToken cancellationToken) =>
        (_model, _source, _plan, _rowsRead, _cancellationToken) = (model, source, plan, rowsRead, cancellationToken);

    /// <inheritdoc/>
    public int Columns => _model.Design.VariableNames.Length + (_plan.HasWeights ? 2 : 1);

    /// <inheritdoc/>
    public bool HasWeights => _plan.HasWeights;

    /// <inheritdoc/>
    public ImmutableArray<string> Names => [.. _model.Design.VariableNames, _model.Target];

    /// <summary>Finds the model's columns in a source.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The data; must stay open while rows are read.</param>
    /// <param name="weights">The column of the weights of the fit; null where the fit had none.</param>
    /// <param name="rowsRead">Receives the number of rows read so far in a reading, from time to time.</param>
    /// <param name="cancellationToken">Stops every reading.</param>
    /// <returns>The rows, to be read as often as needed.</returns>
    /// <exception cref="DataException">A column is absent or of another kind.</exception>
    public static ModelRows Of(RegressionModel model, DataSource source, string? weights, IProgress<long>? rowsRead,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        var plan = new PredictionPlan(model, source, new PredictionRequest { Residuals = true, Weights = weights });
        return new ModelRows(model, source, plan, rowsRead, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">The query fails; also from reading rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; also from reading rows.</exception>
    public IRowReader Open() => new Reading(this);

    private sealed class Reading(ModelRows rows) : IRowReader
    {
        private const int RowsBetweenReports = 32768;

        private readonly RowReader _reader = new(rows._source, rows._plan.Sql(), rows._cancellationToken);
        private readonly double[] _read = new double[rows._plan.Query.Width];
        private readonly double[] _row = new double[rows.Columns];
        private long _count;

        public long Skipped { get; private set; }

        public ReadOnlySpan<double> ReadRows()
        {
            DesignQuery query = rows._plan.Query;
            int columns = rows._source.Columns.Count, variables = rows._model.Design.VariableNames.Length;
            for (Skipped = 0; _reader.Next(); Skipped++)
            {
                if (_count++ % RowsBetweenReports == 0)
                {
                    rows._cancellationToken.ThrowIfCancellationRequested();
                    rows._rowsRead?.Report(_count);
                }

                for (int i = 0; i < _read.Length; i++)
                {
                    _read[i] = _reader.Number(columns + i);
                }

                int first = columns + _read.Length + (rows.HasWeights ? 3 : 2);
                for (int k = 0; k < (rows.HasWeights ? 2 : 1); k++)
                {
                    ComputedNumber? computed = rows._plan.Computed[k];
                    _row[variables + k] = computed is null ? _reader.Number(columns + _read.Length + 1 + k)
                        : computed.Compute([.. Enumerable.Range(first, computed.Width).Select(_reader.Number)]);
                    first += computed?.Width ?? 0;
                }

                if (double.IsFinite(_row[variables]) && double.IsFinite(_row[^1]) && query.Fill(_read, _row.AsSpan(0, variables)).HasValue)
                {
                    return _row;
                }
            }

            return [];
        }

        public void Dispose() => _reader.Dispose();
    }
}
