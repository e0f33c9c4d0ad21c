namespace HpcLinReg.Orleans;

/// <summary>Keeps the log of one model that learns in a service. Its key is the model's name.</summary>
[Alias("HpcLinReg.ILearningLogGrain")]
internal interface ILearningLogGrain : IGrainWithStringKey
{
    /// <summary>Begins the log, or opens it; returns what is stored. A log that began otherwise is left as it is.</summary>
    [Alias("Open")]
    Task<LearnedState> Open(string description);

    /// <summary>Returns entries behind a sequence number: some, or none behind the last.</summary>
    [Alias("Read")]
    Task<List<LogEntry>> Read(long after);

    /// <summary>Finds an entry by its key.</summary>
    [Alias("Find")]
    Task<LogEntry?> Find(string key);

    /// <summary>Appends entries, all or none; returns why not, or null. The same entries again change nothing.</summary>
    [Alias("Commit")]
    Task<string?> Commit(List<LogEntry> entries);

    /// <summary>Stores a whole state.</summary>
    [Alias("Save")]
    Task Save(LearnedState state, bool removesRows);
}
