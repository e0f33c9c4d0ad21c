using HpcLinReg.Hosting;

namespace HpcLinReg.Orleans;

/// <summary>A learner's whole state after an entry of its log, as it is stored and sent.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.LearnedState")]
internal sealed class LearnedState
{
    /// <summary>Gets or sets what decides the state; a log that began with another description is refused.</summary>
    [Id(0)]
    public string? Description { get; set; }

    /// <summary>Gets or sets the last entry that the state contains.</summary>
    [Id(1)]
    public long Sequence { get; set; }

    /// <summary>Gets or sets the number of the contract that the state's bits were made under.</summary>
    [Id(2)]
    public int BitContract { get; set; }

    /// <summary>Gets or sets the state; null before the first one.</summary>
    [Id(3)]
    public byte[]? Bytes { get; set; }

    internal StoredState? ToState() => Bytes is null ? null : new StoredState(Sequence, BitContract, Bytes);
}
