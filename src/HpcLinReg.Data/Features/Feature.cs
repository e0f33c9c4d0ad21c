using System.Collections.Immutable;

namespace HpcLinReg.Data.Features;

/// <summary>A feature as it is read: one number a row, or one text that becomes a term for each level but the first.</summary>
/// <param name="Name">The term's name, or for a text feature the part before the bracket.</param>
/// <param name="Source">The column's name, or the expression's text.</param>
/// <param name="Column">The column's index; −1 for an expression.</param>
/// <param name="Expression">The expression; null for a column.</param>
/// <param name="IsText">Whether it is a text column.</param>
internal sealed record Feature(string Name, string Source, int Column, Expression? Expression, bool IsText)
{
    /// <summary>Gets the levels in ordinal order, the reference first; empty unless text.</summary>
    internal ImmutableArray<string> Levels { get; init; } = [];

    /// <summary>Gets the columns it reads.</summary>
    internal IEnumerable<int> Used => Expression is null ? [Column] : Expression.Used;
}
