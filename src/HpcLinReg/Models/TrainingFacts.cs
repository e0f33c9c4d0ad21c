using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>Counts, ranges and means of the rows that a model was trained on.</summary>
/// <remarks>Immutable and thread-safe. <see cref="TrainingRecord"/> gathers it.</remarks>
public sealed class TrainingFacts
{
    /// <summary>Gets the mean of each column of <see cref="Design.Columns"/>; empty where they are not known.</summary>
    public ImmutableArray<double> Means { get; init; } = [];

    /// <summary>Gets the smallest value of each column; empty where they are not known.</summary>
    public ImmutableArray<double> Least { get; init; } = [];

    /// <summary>Gets the largest value of each column; empty where they are not known.</summary>
    public ImmutableArray<double> Most { get; init; } = [];

    /// <summary>Gets how many rows were left out because a value was missing; null where it is not known.</summary>
    public long? RowsDropped { get; init; }

    /// <summary>
    /// Gets Σ ln v over the rows of positive weight v, which a likelihood needs; 0 without weights, NaN where it is not known.
    /// </summary>
    public double SumOfLogWeights { get; init; } = double.NaN;

    /// <summary>Gets the meaning of the rows' weights; null without weights.</summary>
    public WeightKind? Weights { get; init; }

    /// <summary>
    /// Gets the kind of the target's column: <see cref="CellKind.Flag"/> for true and false, <see cref="CellKind.Missing"/> where it is not
    /// known.
    /// </summary>
    public CellKind TargetKind { get; init; }

    /// <summary>
    /// Gets a digest of the target's values in the rows used, in order, by which two models show that they were fitted on the same rows;
    /// empty where it is not known.
    /// </summary>
    public string RowDigest { get; init; } = "";

    /// <summary>Gets how the columns of a file were read, by the reader's own names, such as <c>zone</c> or <c>decimal</c>.</summary>
    public ImmutableSortedDictionary<string, string> Reading { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
