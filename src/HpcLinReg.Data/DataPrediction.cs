using HpcLinReg.Data.Predictions;

namespace HpcLinReg.Data;

/// <summary>Predicts every row of a source.</summary>
public static class DataPrediction
{
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

        if (TypedPrediction.Of(model, source, request) is { } typed)
        {
            return typed.Run(output, rowsRead, cancellationToken);
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
        OrderedPrediction rows = new(model, source, plan, request, cancellationToken);
        long count;
        using (IPredictionWriter writer = request.Format == PredictionFormat.JsonLines
            ? new JsonLinesWriter(output, source, plan, rows.Issues) : new CsvWriter(output, source, plan))
        {
            count = rows.Run(writer, rowsRead, cancellationToken);
        }

        return Summary(plan, rows, count);
    }

    /// <summary>Returns the summary of rows that were predicted in order.</summary>
    internal static PredictionSummary Summary(PredictionPlan plan, OrderedPrediction rows, long count) => new()
    {
        Rows = count,
        RowsWithoutPrediction = rows.Issues.Without,
        MissingByColumn = rows.Issues.Missing(),
        AddedColumns = plan.Added,
        Warnings = [.. rows.Issues.Warnings(), .. rows.Notes],
    };
}
