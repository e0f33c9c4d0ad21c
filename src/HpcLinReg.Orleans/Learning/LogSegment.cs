namespace HpcLinReg.Orleans;

/// <summary>A stored piece of a log.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.LogSegment")]
internal sealed class LogSegment
{
    /// <summary>Gets or sets the entries, in their order.</summary>
    [Id(0)]
    public List<LogEntry> Entries { get; set; } = [];

    /// <summary>
    /// Gets or sets whether the next entry goes into the next segment. It is written with the last entry, and never taken back.
    /// </summary>
    [Id(1)]
    public bool IsFull { get; set; }
}
