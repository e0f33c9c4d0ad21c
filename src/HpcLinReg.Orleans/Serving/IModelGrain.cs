using Orleans.Concurrency;

namespace HpcLinReg.Orleans;

/// <summary>Merges the streams of a model, and gives its versions to the services of the cluster. Its key is the model's name.</summary>
[Alias("HpcLinReg.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Says what the model is made of. The same definition again changes nothing.</summary>
    /// <param name="definition">The definition.</param>
    /// <returns>Why it is refused, or null.</returns>
    [Alias("Define")]
    Task<string?> Define(StreamDefinition definition);

    /// <summary>Adds a source; streams do so themselves.</summary>
    /// <param name="source">The source.</param>
    /// <returns>A task that ends when it is stored.</returns>
    /// <remarks>It interleaves, because a stream joins while it is activated by the model's own question.</remarks>
    [Alias("Join")]
    [AlwaysInterleave]
    Task Join(string source);

    /// <summary>Returns the model of now.</summary>
    /// <param name="known">The version that the caller has; 0 for none.</param>
    /// <returns>The version, with the model where the caller does not have it.</returns>
    [Alias("Current")]
    [ResponseTimeout("00:00:03")]
    Task<ModelVersion> Current(long known);
}
