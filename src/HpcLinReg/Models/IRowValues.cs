using HpcLinReg.Terms;

namespace HpcLinReg.Models;

/// <summary>The values of a row, however they are stored.</summary>
internal interface IRowValues
{
    /// <summary>Returns the value at a place; a text as the index of its level.</summary>
    /// <param name="place">The place.</param>
    /// <param name="column">The column; null for a value of SQL.</param>
    Scalar this[int place, ModelColumn? column] { get; }

    /// <summary>Returns the value at a place as a number, NaN where it is missing or is of another kind; for columns of numbers.</summary>
    double Number(int place);
}
