namespace HpcLinReg.Data.Predictions;

/// <summary>Writes rows with their predictions.</summary>
internal interface IPredictionWriter : IDisposable
{
    /// <summary>Writes a row.</summary>
    /// <param name="cells">The source's cells, null for missing ones.</param>
    /// <param name="added">The numbers that are added, the prediction first; one that is not finite is missing.</param>
    /// <param name="prediction">The prediction, which says why there is none.</param>
    void Write(ReadOnlySpan<string?> cells, ReadOnlySpan<double> added, Prediction prediction);
}
