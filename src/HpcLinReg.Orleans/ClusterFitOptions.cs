namespace HpcLinReg.Orleans;

/// <summary>How a silo takes part in fits.</summary>
public sealed class ClusterFitOptions
{
    /// <summary>Gets or sets how many parts a silo reads at once; by default one for each processor.</summary>
    public int PartsAtOnce { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the folder below which the paths of a plan are resolved. A path that leads out of it fails its part; null takes paths
    /// as they are.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>
    /// Gets or sets how long a part may give no answer before it is given to another silo as well. Both have the same bytes, and the first
    /// one counts.
    /// </summary>
    public TimeSpan SilenceBeforeRepeat { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets how often a coordinator asks for a part, and a service node for a model.</summary>
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns what is wrong with the options, or null.</summary>
    internal string? Problem() =>
        PartsAtOnce is < 1 or > 1024 ? $"{nameof(PartsAtOnce)} is {PartsAtOnce}; it must be 1 to 1024."
        : SilenceBeforeRepeat <= TimeSpan.Zero ? $"{nameof(SilenceBeforeRepeat)} must be positive."
        : PollingInterval <= TimeSpan.Zero ? $"{nameof(PollingInterval)} must be positive."
        : DataFolder is not null && !Directory.Exists(DataFolder) ? $"The folder {DataFolder} does not exist."
        : null;
}
