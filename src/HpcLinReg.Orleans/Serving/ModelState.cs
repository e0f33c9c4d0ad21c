namespace HpcLinReg.Orleans;

/// <summary>What a model of streams keeps.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.ModelState")]
internal sealed class ModelState
{
    /// <summary>Gets or sets what the model is made of.</summary>
    [Id(0)]
    public StreamDefinition? Definition { get; set; }

    /// <summary>Gets or sets the names of its sources, in ordinal order.</summary>
    [Id(1)]
    public List<string> Sources { get; set; } = [];
}
