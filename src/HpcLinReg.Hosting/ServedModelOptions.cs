namespace HpcLinReg.Hosting;

/// <summary>
/// Where a served model comes from and how it is kept; in configuration the section <c>HpcLinReg:Models:NAME</c>, which wins over code.
/// </summary>
public sealed class ServedModelOptions
{
    private RegressionModel? _first;

    /// <summary>Gets or sets the path of the model's file; null where the program publishes the model itself.</summary>
    public string? Path { get; set; }

    /// <summary>Gets or sets whether the file is read again while the service runs; the default is false.</summary>
    public bool Watch { get; set; }

    /// <summary>Gets or sets how often a watched file is read and its hash compared; the default is 5 seconds.</summary>
    /// <remarks>
    /// Contents are compared, not times: mounted volumes are swapped by a symbolic link, which watchers of a directory do not report.
    /// </remarks>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how many versions are kept, the current one included, for rolling back, canaries and requests that name a version; the
    /// default is 5.
    /// </summary>
    public int VersionsKept { get; set; } = 5;

    /// <summary>Gets or sets whether the service is not ready without this model; the default is true.</summary>
    public bool Required { get; set; } = true;

    /// <summary>
    /// Gets or sets whether a new version may read other columns, or have another target, than the current one; the default is false,
    /// because a caller that sends columns by position would get wrong predictions without an error.
    /// </summary>
    public bool AllowOtherColumns { get; set; }

    /// <summary>Begins with a model that the program made. Not a property: configuration cannot bring it.</summary>
    internal void BeginWith(RegressionModel model) => _first = model;

    /// <summary>Returns the model to begin with; null where there is a file, or the program publishes it later.</summary>
    internal RegressionModel? FirstModel() => _first;
}
