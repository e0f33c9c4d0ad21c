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
        if (request.Format == PredictionFormat.Csv)
            return WriteCsv(model, source, output, request, rowsRead, cancellationToken);

        string temporary = Path.Combine(Path.GetTempPath(), $"hpclinreg-{Guid.NewGuid():N}.csv");
        try
        {
            PredictionSummary summary;
            using (FileStream csv = File.Create(temporary))
                summary = WriteCsv(model, source, csv, request, rowsRead, cancellationToken);
            ParquetCopy.Convert(temporary, source, summary.AddedColumns, output);
            return summary;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static PredictionSummary WriteCsv(
        RegressionModel model, DataSource source, Stream output, PredictionRequest request, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        PredictionPlan plan = new(model, source, request);
        RowResidual? residual = request.Residuals ? RowResidual.Of(model, source, plan, cancellationToken) : null;
        PredictionIssues issues = new(model, plan);
        DesignQuery query = plan.Query;
        bool isUncertain = request.Interval != PredictionInterval.None || request.Residuals || !model.Aliased.IsEmpty;
        int columns = source.Columns.Count;
        string?[] cells = new string?[columns];
        double[] read = new double[query.Width];
        long count = 0;

        using RowReader reader = new(source, plan.Sql(), cancellationToken);
        using CsvWriter writer = new(output);
        foreach (string name in source.Columns.Select(column => column.Name).Concat(plan.Added))
            writer.Cell(name);
        writer.EndRow();
        while (reader.Next())
        {
            if (count % RowsBetweenReports == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rowsRead?.Report(count);
            }

            count++;
            for (int i = 0; i < columns; i++)
                cells[i] = reader.Text(i);
            RequireGood(reader.Integer(columns + read.Length), cells, source, plan, count);
            for (int i = 0; i < read.Length; i++)
                read[i] = reader.Number(columns + i);
            UncertainPrediction prediction = isUncertain ? query.PredictWithUncertainty(model, read, request.Level) : new UncertainPrediction { Prediction = query.Predict(model, read) };
            issues.Count(request.Interval == PredictionInterval.None ? prediction with { IsOutsideTraining = false } : prediction, count, cells);
            foreach (string? cell in cells)
                writer.Cell(cell);
            Write(writer, prediction, request.Interval);
            if (residual is not null)
            {
                (double e, double standardized, double cook) = residual.Of(prediction, reader.Number(columns + read.Length + 1));
                Number(writer, e);
                Number(writer, standardized);
                Number(writer, cook);
            }

            writer.EndRow();
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

    private static void Write(CsvWriter writer, in UncertainPrediction prediction, PredictionInterval interval)
    {
        Number(writer, prediction.Value);
        if (interval != PredictionInterval.None)
        {
            Number(writer, interval == PredictionInterval.Confidence ? prediction.ConfidenceLower : prediction.PredictionLower);
            Number(writer, interval == PredictionInterval.Confidence ? prediction.ConfidenceUpper : prediction.PredictionUpper);
        }
    }

    private static void Number(CsvWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.Cell(value);
        else
            writer.Cell(null);
    }

    private static void RequireGood(int bad, ReadOnlySpan<string?> cells, DataSource source, PredictionPlan plan, long row)
    {
        if (bad < 0)
            return;
        // Rows before this one were good, so that the first cell with this text is this one.
        CsvPlace? place = (source.Table as CsvTable)?.Find(bad, cells[bad]!);
        string where = place is null && source.Files.Count > 1 && source.WhereIs(bad, cells[bad]!) is var found && found != source.Description ? found
            : place is null ? FormattableString.Invariant($"{source.Description}, row {row}")
            : FormattableString.Invariant($"{place.File}, line {place.Line}");
        throw new DataException(ReadFailure.NotExpected(where, cells[bad]!, plan.ReadAs(bad), source.Settings.Zone, place is null ? "" : $": {CsvHeader.Excerpt(place.Record)}"));
    }
}

/// <summary>How predictions are written.</summary>
public enum PredictionFormat
{
    /// <summary>Comma-separated, with a header; UTF-8, LF.</summary>
    Csv,

    /// <summary>Parquet.</summary>
    Parquet,
}
