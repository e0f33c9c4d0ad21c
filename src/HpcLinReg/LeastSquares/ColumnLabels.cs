using System.Collections.Immutable;

namespace HpcLinReg.LeastSquares;

/// <summary>What joint columns are called in messages: their names, or their place in x or y.</summary>
/// <param name="Names">One per column, or none.</param>
/// <param name="Features">How many of the columns are features.</param>
internal readonly record struct ColumnLabels(ImmutableArray<string> Names, int Features)
{
    internal string this[int column] =>
        !Names.IsEmpty ? $"column '{Names[column]}'"
        : column < Features ? $"column {column} of x (counted from 0)"
        : $"column {column - Features} of y (counted from 0)";
}
