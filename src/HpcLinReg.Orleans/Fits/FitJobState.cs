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
}
