using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>What is known of a column of the source that moments were summed of. Immutable and thread-safe.</summary>
/// <remarks>
/// A source's column may stand for several columns of the moments (the levels of a text), or for none by itself (one that only an
/// expression reads).
/// </remarks>
public sealed class MomentsInput
{
    /// <summary>Gets the column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the kind of its cells; <see cref="CellKind.Missing"/> where it is not known.</summary>
    public CellKind Kind { get; init; }

    /// <summary>Gets the levels of a text; empty for other kinds.</summary>
    public ImmutableArray<string> Levels { get; init; } = [];

    /// <summary>Gets the number of rows in which it had no value.</summary>
    public long Missing { get; init; }

    /// <summary>Gets the smallest value in the rows that count; NaN where it is not known.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>Gets the largest value in the rows that count; NaN where it is not known.</summary>
    public double Most { get; init; } = double.NaN;
}
