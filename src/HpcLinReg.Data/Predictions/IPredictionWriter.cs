namespace HpcLinReg.Data.Predictions;

/// <summary>Writes rows with their predictions.</summary>
internal interface IPredictionWriter : IDisposable
{
    /// <summary>Writes a row: the source's cells, null for missing ones, then the prediction and with an interval its limits.</summary>
    void Write(ReadOnlySpan<string?> cells, in UncertainPrediction prediction, PredictionInterval interval);
}
