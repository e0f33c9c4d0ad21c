using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>What a <c>.moments</c> file states beside its sums: the source, its columns, and how they were read. Immutable and
/// thread-safe.</summary>
/// <remarks>All of it may be left out. Parts of one source merge when they agree in everything but counts and ranges.</remarks>
public sealed class MomentsFacts
{
    /// <summary>Gets the fingerprint of the source, such as a digest of its files; empty where it is not known.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// Gets how the columns of the moments come from those of the source, in a text of the caller's own; empty where nothing is to be said.
    /// </summary>
    public string Schema { get; init; } = "";

    /// <summary>Gets the name of the rows' weights; null without weights.</summary>
    public string? Weights { get; init; }

    /// <summary>Gets the meaning of the weights, where there are any.</summary>
    public WeightKind WeightKind { get; init; }

    /// <summary>
    /// Gets Σ round(2⁴⁰·ln v) over the rows of positive weight v, which a likelihood needs; a whole number, so that the parts of a source
    /// give the sum of the whole. 0 without weights.
    /// </summary>
    public Int128 ScaledLogWeights { get; init; }

    /// <summary>Gets how many rows were left out because a value was missing.</summary>
    public long RowsDropped { get; init; }

    /// <summary>Gets the source's columns; empty where they are not known.</summary>
    public ImmutableArray<MomentsInput> Inputs { get; init; } = [];
}
