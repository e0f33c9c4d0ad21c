using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Predictions;

/// <summary>Predicts the rows of a source in their order, chunk by chunk, and hands them to a writer.</summary>
internal sealed class OrderedPrediction
{
    private const int RowsBetweenReports = 32768;

    private readonly RegressionModel _model;
    private readonly DataSource _source;
    private readonly PredictionPlan _plan;
    private readonly PredictionRequest _request;
    private readonly RowResidual? _residual;
    private readonly bool _isUncertain;
    private readonly bool _isFilled;
    private readonly double[] _added;
    private double[] _values = [];
    private long _reported;

    /// <summary>Prepares the prediction; with residuals the source is read once for them.</summary>
    internal OrderedPrediction(RegressionModel model, DataSource source, PredictionPlan plan, PredictionRequest request,
        CancellationToken cancellationToken)
    {
        (_model, _source, _plan, _request) = (model, source, plan, request);
        _residual = request.Residuals ? RowResidual.Of(model, source, plan, cancellationToken) : null;
        _isUncertain = request.Interval != PredictionInterval.None || request.Residuals || !model.Aliased.IsEmpty;
        _isFilled = model.Design.Columns.Any(column => !double.IsNaN(column.WhenMissing));
        _added = new double[plan.AddedNumbers];
        Issues = new PredictionIssues(model, plan);
    }

    /// <summary>Gets the counts of the rows that have no prediction, or one that needs a warning.</summary>
    internal PredictionIssues Issues { get; }

    /// <summary>Gets what the user should know of residuals; one sentence each.</summary>
    internal IEnumerable<string> Notes => _residual?.Notes ?? [];

    /// <summary>Predicts all rows.</summary>
    /// <param name="writer">Receives the rows; null where they are only counted.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The number of rows.</returns>
    internal long Run(IPredictionWriter? writer, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        using PlanRows rows = new(_source, _plan, cancellationToken);
        long before = 0;
        while (rows.Next())
        {
            TakeUnseen(rows, before);
            PredictChunk(rows);
            for (int i = 0; i < rows.Count; i++)
            {
                if (rows.Bad[i] is >= 0 and var bad)
                {
                    throw Refuse(bad, rows.Text(bad, i)!, before + i + 1);
                }

                if (_isFilled)
                {
                    Issues.CountFilled(rows.Row(i));
                }

                Predict(rows, i, before + i + 1, writer);
            }

            before += rows.Count;
            if (before - _reported >= RowsBetweenReports)
            {
                rowsRead?.Report(_reported = before);
            }
        }

        rowsRead?.Report(before);
        return before;
    }

    /// <summary>Refuses levels that the model was not fitted on, or makes baselines of them, if one or the other is asked for.</summary>
    private void TakeUnseen(PlanRows rows, long before)
    {
        if (_request.Unseen == UnseenLevels.Missing)
        {
            return;
        }

        for (int i = 0; i < rows.Count; i++)
        {
            Span<double> row = rows.Row(i);
            foreach (int place in _plan.Query.TextPlaces)
            {
                if (row[place] != -1)
                {
                    continue;
                }

                string cell = rows.Text(_plan.ColumnOf(place), i)!;
                ModelColumn column = _model.Design.Columns[place];
                if (_request.Unseen == UnseenLevels.Error)
                {
                    throw new DataException(FormattableString.Invariant($"{_source.Description}, row {before + i + 1}: \"{cell}\" in the column '{column.Name}' is no level that the model was fitted on; the levels are {ColumnNames.List(column.Levels)}.{Suggestion.Question(cell, column.Levels)} Correct the cell, or let such rows have no prediction or that of the baseline (--unseen missing, --unseen baseline)."));
                }

                Issues.CountAsBaseline(place, before + i + 1, cell);
                row[place] = 0;
            }
        }
    }

    /// <summary>Predicts the rows of a chunk at once where nothing but the value is needed.</summary>
    private void PredictChunk(PlanRows rows)
    {
        if (_isUncertain)
        {
            return;
        }

        if (_values.Length < rows.Count)
        {
            _values = new double[rows.Count];
        }

        _plan.Query.Predict(_model, rows.Numbers, _values.AsSpan(0, rows.Count));
    }

    private void Predict(PlanRows rows, int row, long number, IPredictionWriter? writer)
    {
        Prediction prediction = default;
        UncertainPrediction uncertain = default;
        if (_isUncertain)
        {
            uncertain = _plan.Query.PredictWithUncertainty(_model, rows.Row(row), _request.Level);
            prediction = uncertain.Prediction;
            _added[0] = prediction.Value;
        }
        else
        {
            _added[0] = _values[row];
            if (!double.IsFinite(_values[row]))
            {
                prediction = _plan.Query.Predict(_model, rows.Row(row));
            }
        }

        Issues.Count(prediction, number, rows, row);
        if (prediction.HasValue)
        {
            Issues.CountWarnings(uncertain.BreaksAlias, _request.Interval != PredictionInterval.None && uncertain.IsOutsideTraining,
                number);
        }

        Fill(uncertain);
        if (_residual is not null)
        {
            (_added[^3], _added[^2], _added[^1]) = _residual.Of(uncertain, rows.Targets[row], _plan.HasWeights ? rows.Weights[row] : 1);
        }

        writer?.Write(rows, row, _added, prediction);
    }

    private void Fill(in UncertainPrediction prediction)
    {
        if (_request.Interval == PredictionInterval.Confidence)
        {
            (_added[1], _added[2]) = (prediction.ConfidenceLower, prediction.ConfidenceUpper);
        }
        else if (_request.Interval == PredictionInterval.Prediction)
        {
            (_added[1], _added[2]) = (prediction.PredictionLower, prediction.PredictionUpper);
        }
    }

    private DataException Refuse(int bad, string cell, long row)
    {
        // All rows before this one were accepted, so the first cell with this text is the bad one.
        CsvPlace? place = (_source.Table as CsvTable)?.Find(bad, cell);
        string where = place is null && _source.Files.Count > 1 && _source.WhereIs(bad, cell) is var found
            && found != _source.Description ? found
            : place is null ? FormattableString.Invariant($"{_source.Description}, row {row}")
            : FormattableString.Invariant($"{place.File}, line {place.Line}");
        return new DataException(ReadFailure.NotExpected(where, cell, _plan.ReadAs(bad), _source.Settings.Zone,
            place is null ? "" : $": {CsvHeader.Excerpt(place.Record)}"));
    }
}
