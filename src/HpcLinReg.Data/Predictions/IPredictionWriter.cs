namespace HpcLinReg.Data.Predictions;

/// <summary>Writes rows with their predictions.</summary>
internal interface IPredictionWriter : IDisposable
{
    /// <summary>Writes a row.</summary>
    /// <param name="rows">The chunk that has the source's cells.</param>
    /// <param name="row">The row of the chunk.</param>
    /// <param name="added">The numbers that are added, the prediction first; one that is not finite is missing.</param>
    /// <param name="prediction">Says why there is no prediction, where there is none.</param>
    void Write(PlanRows rows, int row, ReadOnlySpan<double> added, Prediction prediction);
}
