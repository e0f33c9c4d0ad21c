namespace HpcLinReg.Orleans;

/// <summary>Where a fit of many parts stands.</summary>
[GenerateSerializer]
public enum FitJobStage
{
    /// <summary>Nobody has started it.</summary>
    Unknown,

    /// <summary>Its parts are read.</summary>
    Reading,

    /// <summary>All parts are merged, and the moments can be fetched.</summary>
    Done,

    /// <summary>A part cannot be read, or the plan was refused; the problem says why.</summary>
    Failed,
}
