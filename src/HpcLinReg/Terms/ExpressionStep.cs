namespace HpcLinReg.Terms;

/// <summary>One step of an expression in postfix order.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Index">The index of a constant or column, or the digits of <see cref="ExpressionOperation.Round"/>.</param>
internal readonly record struct ExpressionStep(ExpressionOperation Operation, int Index);
