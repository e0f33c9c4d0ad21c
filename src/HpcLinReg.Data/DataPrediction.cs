using HpcLinReg.Data.Features;
using HpcLinReg.Data.Predictions;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>Predicts every row of a source.</summary>
public static class DataPrediction
{
    private const int RowsBetweenReports = 32768;

    /// <summary>Writes all input columns and the prediction, rows in order and all kept.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The data.</param>
    /// <param name="output">Receives the result; left open.</param>
    /// <param name="request">How predictions are written; null for the defaults.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What became of the rows.</returns>
    /// <exception cref="DataException">The data cannot answer: a column of the model is absent, a cell is bad.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PredictionSummary Run(
        RegressionModel model,
        DataSource source,
        Stream output,
        PredictionRequest? request = null,
        IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        request ??= new PredictionRequest();
        if (request.Format != PredictionFormat.Parquet)
        {
            return Write(model, source, output, request, rowsRead, cancellationToken);
        }

        string temporary = Path.Combine(Path.GetTempPath(), $"hpclinreg-{Guid.NewGuid():N}.csv");
        try
        {
            PredictionSummary summary;
            using (FileStream csv = File.Create(temporary))
            {
                summary = Write(model, source, csv, request, rowsRead, cancellationToken);
            }

            ParquetCopy.Convert(temporary, source, summary.AddedColumns, output);
            return summary;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static PredictionSummary Write(
        RegressionModel model, DataSource source, Stream output, PredictionRequest request, IProgress<long>? rowsRead,
        CancellationToken cancellationToken)
    {
        PredictionPlan plan = new(model, source, request);
        RowResidual? residual = request.Residuals ? RowResidual.Of(model, source, plan, cancellationToken) : null;
        PredictionIssues issues = new(model, plan);
        DesignQuery query = plan.Query;
        bool isUncertain = request.Interval != PredictionInterval.None || request.Residuals || !model.Aliased.IsEmpty;
        int columns = source.Columns.Count;
        string?[] cells = new string?[columns];
        double[] read = new double[query.Width];
        double[] added = new double[plan.AddedNumbers];
        long count = 0;

        using RowReader reader = new(source, plan.Sql(), cancellationToken);
        using IPredictionWriter writer = request.Format == PredictionFormat.JsonLines
            ? new JsonLinesWriter(output, source, plan, issues) : new CsvWriter(output, source, plan);
        while (reader.Next())
        {
            if (count % RowsBetweenReports == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rowsRead?.Report(count);
            }

            count++;
            for (int i = 0; i < columns; i++)
            {
                cells[i] = reader.Text(i);
            }

            RequireGood(reader.Integer(columns + read.Length), cells, source, plan, count);
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = reader.Number(columns + i);
            }

            UncertainPrediction uncertain = isUncertain ? query.PredictWithUncertainty(model, read, request.Level) : default;
            Prediction prediction = isUncertain ? uncertain.Prediction : query.Predict(model, read);
            issues.Count(prediction, count, cells);
            if (prediction.HasValue)
            {
                issues.CountWarnings(uncertain.BreaksAlias, request.Interval != PredictionInterval.None && uncertain.IsOutsideTraining,
                    count);
            }

            added[0] = prediction.Value;
            Fill(added, uncertain, request.Interval);
            if (residual is not null)
            {
                (added[^3], added[^2], added[^1]) = residual.Of(uncertain, reader.Number(columns + read.Length + 1),
                    plan.HasWeights ? reader.Number(columns + read.Length + 2) : 1);
            }

            writer.Write(cells, added, prediction);
        }

        rowsRead?.Report(count);
        return new PredictionSummary
        {
            Rows = count,
            RowsWithoutPrediction = issues.Without,
            MissingByColumn = issues.Missing(),
            AddedColumns = plan.Added,
            Warnings = [.. issues.Warnings(), .. residual?.Notes ?? []],
        };
    }

    private static void Fill(double[] added, in UncertainPrediction prediction, PredictionInterval interval)
    {
        if (interval == PredictionInterval.Confidence)
        {
            (added[1], added[2]) = (prediction.ConfidenceLower, prediction.ConfidenceUpper);
        }
        else if (interval == PredictionInterval.Prediction)
        {
            (added[1], added[2]) = (prediction.PredictionLower, prediction.PredictionUpper);
        }
    }

    private static void RequireGood(int bad, ReadOnlySpan<string?> cells, DataSource source, PredictionPlan plan, long row)
    {
        if (bad < 0)
        {
            return;
        }
        // All rows before this one were accepted, so the first cell with this text is the bad one.
        CsvPlace? place = (source.Table as CsvTable)?.Find(bad, cells[bad]!);
        string where = place is null && source.Files.Count > 1 && source.WhereIs(bad, cells[bad]!) is var found
            && found != source.Description ? found
            : place is null ? FormattableString.Invariant($"{source.Description}, row {row}")
            : FormattableString.Invariant($"{place.File}, line {place.Line}");
        throw new DataException(ReadFailure.NotExpected(where, cells[bad]!, plan.ReadAs(bad), source.Settings.Zone,
            place is null ? "" : $": {CsvHeader.Excerpt(place.Record)}"));
    }
}
