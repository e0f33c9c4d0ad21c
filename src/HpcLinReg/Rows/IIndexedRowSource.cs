using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// Rows in which some joint columns are indicators of the levels of a text: at most one of them is 1 in a row, the others are 0. Such a
/// source can also give the place of the 1, so that a text of many levels costs about as much as a number.
/// </summary>
/// <remarks>
/// A fit reads indexes where that is worth it, and whole rows everywhere else; both readings must give the same rows. A source that wraps
/// another one passes these members on, too.
/// </remarks>
public interface IIndexedRowSource : IRowSource
{
    /// <summary>
    /// Gets, for each value of a row of <see cref="OpenIndexed"/>, how many joint columns it stands for: 0 for a number, which is a column,
    /// and the number of indicators, at least 1, for an index. Empty where no column is an indicator.
    /// </summary>
    /// <remarks>Without the weights; the target is a number.</remarks>
    ImmutableArray<int> IndicatorCounts { get; }

    /// <summary>Starts a reading at the first row that gives an index in place of indicators.</summary>
    /// <returns>
    /// The reading, which the caller disposes of: rows with a value for each of <see cref="IndicatorCounts"/>, then the weight where there
    /// are weights. An index is −1 where no indicator is 1, and otherwise the place of the 1, from 0.
    /// </returns>
    IRowReader OpenIndexed();
}
