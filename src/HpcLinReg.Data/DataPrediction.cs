namespace HpcLinReg.Data;

/// <summary>Predicts every row of a source.</summary>
public static class DataPrediction
{
    /// <summary>Writes all input columns and the prediction, rows in order and all kept.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The data.</param>
    /// <param name="output">Receives the result; left open.</param>
    /// <param name="format">The format of the result.</param>
    /// <param name="rowsRead">Told the number of rows read so far, now and then.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What became of the rows.</returns>
    /// <exception cref="DataException">The data cannot answer: a column of the model is absent, a cell is bad.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PredictionSummary Run(
        ModelFile model,
        DataSource source,
        Stream output,
        PredictionFormat format = PredictionFormat.Csv,
        IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}

/// <summary>How predictions are written.</summary>
public enum PredictionFormat
{
    /// <summary>Comma-separated, with a header; UTF-8, LF.</summary>
    Csv,

    /// <summary>Parquet.</summary>
    Parquet,
}
