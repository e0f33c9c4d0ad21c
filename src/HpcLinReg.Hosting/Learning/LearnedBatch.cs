namespace HpcLinReg.Hosting;

/// <summary>What became of a batch. A repeated request gets the same answer.</summary>
/// <param name="Sequence">The batch's place in the model's order.</param>
/// <param name="Version">The first version that contains the batch: this one and every later one of the model do.</param>
/// <param name="Rows">Rows learned.</param>
/// <param name="Skipped">Rows left out, because they had a text that the model does not know.</param>
public sealed record LearnedBatch(long Sequence, long Version, int Rows, int Skipped);
