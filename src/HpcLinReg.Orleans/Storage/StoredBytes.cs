namespace HpcLinReg.Orleans;

/// <summary>Bytes as a grain's state: a plan, a part's moments, a result.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.StoredBytes")]
internal sealed class StoredBytes
{
    /// <summary>Gets or sets the bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; } = [];
}
