namespace HpcLinReg.Orleans;

/// <summary>The moments of a source after an entry of its log.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.StreamMoments")]
public sealed class StreamMoments
{
    /// <summary>Gets the last entry that the moments contain; 0 for none.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>
    /// Gets the folded moments as bytes of a <c>.moments</c> file; null where there are no rows, or they are not newer than asked.
    /// </summary>
    [Id(1)]
    public byte[]? Moments { get; init; }

    /// <summary>Gets whether the moments are newer than the caller's.</summary>
    [Id(2)]
    public bool IsNewer { get; init; }
}
