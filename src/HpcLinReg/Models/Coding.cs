using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>
/// How one part of a feature becomes numbers: a number as it is, a text as an indicator for each level, all of them or all but the
/// baseline.
/// </summary>
internal sealed class Coding
{
    /// <summary>Gets the index of the row's value that is read; −1 for an expression.</summary>
    internal required int Place { get; init; }

    /// <summary>Gets the column; null for an expression, also one in SQL.</summary>
    internal ModelColumn? Column { get; init; }

    /// <summary>Gets the expression that is evaluated; null for a column and for SQL.</summary>
    internal Expression? Tree { get; init; }

    /// <summary>Gets the indices of the row's values that the expression reads, in the order of its columns.</summary>
    internal ImmutableArray<int> TreePlaces { get; init; } = [];

    /// <summary>Gets the columns that the expression reads, in the order of its columns.</summary>
    internal ImmutableArray<ModelColumn> TreeColumns { get; init; } = [];

    /// <summary>Gets whether it is the first part of its feature.</summary>
    internal required bool IsFirst { get; init; }

    /// <summary>Gets whether a text has an indicator for the baseline too.</summary>
    internal bool HasBaseline { get; init; }

    /// <summary>Gets the part of the feature that is coded.</summary>
    internal required FeaturePart Part { get; init; }

    /// <summary>Gets whether it is a text column.</summary>
    internal bool IsText => Column?.Kind == CellKind.Text;

    /// <summary>
    /// Gets how many powers of a number enter: those of a polynomial within an interaction. Alone it enters as it is, and the fit makes the
    /// powers.
    /// </summary>
    internal int Powers { get; init; } = 1;

    /// <summary>Gets how many numbers it gives.</summary>
    internal int Width => !IsText ? Powers : HasBaseline ? Column!.Levels.Length : Column!.Levels.Length - 1;

    /// <summary>Returns the names of the numbers.</summary>
    internal IEnumerable<string> Names(string name) =>
        IsText ? Column!.Levels.Skip(HasBaseline ? 0 : 1).Select(level => $"{name}[{level}]")
        : Enumerable.Range(1, Powers).Select(power => power == 1 ? name : FormattableString.Invariant($"{name}^{power}"));
}
