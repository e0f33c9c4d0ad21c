namespace HpcLinReg.Orleans;

/// <summary>A part that is done.</summary>
/// <param name="Attempt">The attempt whose moments count.</param>
/// <param name="Sha256">Their SHA-256.</param>
[GenerateSerializer]
[Alias("HpcLinReg.FinishedPart")]
internal sealed record FinishedPart([property: Id(0)] int Attempt, [property: Id(1)] string Sha256);
