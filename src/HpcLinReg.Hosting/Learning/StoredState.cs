namespace HpcLinReg.Hosting;

/// <summary>A learner's whole state after an entry of its log.</summary>
/// <param name="Sequence">The last entry that it contains.</param>
/// <param name="BitContract">
/// The number of <see cref="EngineInfo.BitContract"/> it was made under; under another one the rows are replayed.
/// </param>
/// <param name="State">The bytes.</param>
public sealed record StoredState(long Sequence, int BitContract, ReadOnlyMemory<byte> State);
