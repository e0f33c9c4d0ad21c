namespace HpcLinReg.Terms;

/// <summary>One step of an expression in postfix order.</summary>
/// <param name="Operation">What the step does.</param>
/// <param name="Index">The index of a constant or column, or the digits of <see cref="ExpressionOperation.Round"/>.</param>
internal readonly record struct ExpressionStep(ExpressionOperation Operation, int Index);
