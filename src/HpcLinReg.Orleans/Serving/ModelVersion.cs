namespace HpcLinReg.Orleans;

/// <summary>A version of a model of streams.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.ModelVersion")]
public sealed record ModelVersion
{
    /// <summary>Gets the number of entries, over all sources, that the model contains; 0 before there is a model.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>Gets the model as JSON; null where the caller knows it, or there is none.</summary>
    [Id(1)]
    public string? Model { get; init; }

    /// <summary>Gets why the last entries are not in the model; null where they are.</summary>
    [Id(2)]
    public string? Withheld { get; init; }
}
