namespace HpcLinReg.Data;

/// <summary>A column of the design; the intercept is not among them.</summary>
/// <param name="Name">The name: of the column, of the expression, or <c>Column[level]</c>.</param>
/// <param name="Kind">Where its values come from.</param>
/// <param name="Source">The column, or the text of the expression.</param>
/// <param name="Level">The level for which the term is 1; null unless <paramref name="Kind"/> is <see cref="TermKind.Level"/>.</param>
public sealed record Term(string Name, TermKind Kind, string Source, string? Level = null);

/// <summary>Where a term's values come from.</summary>
public enum TermKind
{
    /// <summary>A numeric or boolean column.</summary>
    Column,

    /// <summary>A SQL expression over columns.</summary>
    Expression,

    /// <summary>1 where a text column has a certain level, else 0.</summary>
    Level,
}
