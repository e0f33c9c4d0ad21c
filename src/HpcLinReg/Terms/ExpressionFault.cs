namespace HpcLinReg.Terms;

/// <summary>Why an expression has no value in a row.</summary>
internal enum ExpressionFault
{
    /// <summary>The expression has a value.</summary>
    None,

    /// <summary>A column of the expression is missing.</summary>
    Missing,

    /// <summary>
    /// A function or operator is not defined for its operands, or its result exceeds the range of double: <c>ln(0)</c>, <c>1 / 0</c>,
    /// <c>exp(1000)</c>.
    /// </summary>
    NotDefined,

    /// <summary>A sum, difference or product of whole numbers does not fit into 128 bits.</summary>
    WholeOverflow,

    /// <summary>A time or a text stands where a number is needed, or anything else where a time is needed.</summary>
    WrongKind,
}
