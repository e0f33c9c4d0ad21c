namespace HpcLinReg.Orleans;

/// <summary>What a model of streams is made of. Its rows are numbers: the features and then the target.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.StreamDefinition")]
public sealed class StreamDefinition
{
    /// <summary>The most features: the moments of all columns travel in one message.</summary>
    internal const int MostFeatures = 500;

    /// <summary>Gets the names of the features, in the order of a row's values.</summary>
    [Id(0)]
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Gets the name of the target, the last value of a row.</summary>
    [Id(1)]
    public required string Target { get; init; }

    /// <summary>Gets the penalty λ ≥ 0 on the squared weights.</summary>
    [Id(2)]
    public double Ridge { get; init; }

    /// <summary>Gets the factor in (0, 1] by which earlier rows of a source fade with each of its batches; 1 keeps them.</summary>
    [Id(3)]
    public double Forgetting { get; init; } = 1;

    /// <summary>Gets the number of values of a row.</summary>
    internal int Width => Features.Count + 1;

    /// <summary>Returns what is wrong, or null.</summary>
    internal string? Problem() =>
        Features.Count is < 1 or > MostFeatures ? $"a model of streams has 1 to {MostFeatures} features, and {Features.Count} are given"
        : Features.Append(Target).FirstOrDefault(string.IsNullOrWhiteSpace) is not null ? "a column has no name"
        : Features.Append(Target).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
            ? $"the column '{twice}' is named twice"
        : !(Ridge >= 0 && double.IsFinite(Ridge)) ? $"the ridge is {Ridge}; it must be a finite number of 0 or more"
        : !(Forgetting > 0 && Forgetting <= 1) ? $"the factor of forgetting is {Forgetting}; it must be above 0 and at most 1"
        : null;

    internal bool IsSameAs(StreamDefinition other) =>
        Features.SequenceEqual(other.Features, StringComparer.Ordinal) && Target == other.Target && Ridge.Equals(other.Ridge)
            && Forgetting.Equals(other.Forgetting);
}
