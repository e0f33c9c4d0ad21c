namespace HpcLinReg.Orleans;

/// <summary>Reads one part of a plan. Its key is JOB/PLAN/PART/ATTEMPT.</summary>
[Alias("HpcLinReg.IPartGrain")]
internal interface IPartGrain : IGrainWithStringKey
{
    /// <summary>Starts to read the part, unless that is done or goes on, and returns at once how it stands.</summary>
    /// <param name="forgetsFailure">Whether a failure of an earlier reading is tried again: what it failed by may be mended.</param>
    /// <returns>How it stands.</returns>
    [Alias("Ask")]
    [ResponseTimeout("00:00:03")]
    Task<PartAnswer> Ask(bool forgetsFailure);

    /// <summary>Ends the reading, and removes what is stored.</summary>
    /// <returns>A task that ends when it is removed.</returns>
    [Alias("Remove")]
    [ResponseTimeout("00:00:30")]
    Task Remove();
}
