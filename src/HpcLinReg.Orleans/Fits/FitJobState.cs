namespace HpcLinReg.Orleans;

/// <summary>What a coordinator keeps beside its plan.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.FitJobState")]
internal sealed class FitJobState
{
    /// <summary>Gets or sets where the job stands.</summary>
    [Id(0)]
    public FitJobStage Stage { get; set; }

    /// <summary>Gets or sets, for each part that is done, the attempt whose moments count.</summary>
    [Id(1)]
    public Dictionary<int, FinishedPart> Finished { get; set; } = [];

    /// <summary>Gets or sets why the job failed.</summary>
    [Id(2)]
    public string? Problem { get; set; }

    /// <summary>Gets or sets the SHA-256 of the merged moments.</summary>
    [Id(3)]
    public string? Sha256 { get; set; }

    /// <summary>Gets or sets the longest time from giving a part away until its moments were stored.</summary>
    [Id(4)]
    public TimeSpan LongestWait { get; set; }

    /// <summary>Gets or sets how often a part was given away once more.</summary>
    [Id(5)]
    public int Repeats { get; set; }
}
