namespace HpcLinReg.Orleans;

/// <summary>How a part stands.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.PartAnswer")]
internal sealed record PartAnswer
{
    /// <summary>Gets the SHA-256 of the stored moments; null before they are stored.</summary>
    [Id(0)]
    public string? Sha256 { get; init; }

    /// <summary>Gets why the part cannot be read; null where it can.</summary>
    [Id(1)]
    public string? Problem { get; init; }

    /// <summary>Gets the number of the contract that fixes the silo's bits.</summary>
    [Id(2)]
    public int BitContract { get; init; }

    /// <summary>Gets the silo.</summary>
    [Id(3)]
    public string Silo { get; init; } = "";
}
