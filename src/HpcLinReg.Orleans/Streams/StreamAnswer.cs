namespace HpcLinReg.Orleans;

/// <summary>What became of a batch. A repeated request gets the same answer.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.StreamAnswer")]
public sealed record StreamAnswer
{
    /// <summary>Gets the batch's place in its source's order, 1 for the first; 0 where it was refused.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>Gets the number of rows.</summary>
    [Id(1)]
    public int Rows { get; init; }

    /// <summary>Gets why the batch was refused, and nothing was changed; null where it was not.</summary>
    [Id(2)]
    public string? Problem { get; init; }
}
