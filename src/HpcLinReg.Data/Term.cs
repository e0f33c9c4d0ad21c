namespace HpcLinReg.Data;

/// <summary>A column of the design; the intercept is not among them.</summary>
/// <param name="Name">The name: of the column, of the expression, or <c>Column[level]</c>.</param>
/// <param name="Feature">The name of the feature that it comes from.</param>
public sealed record Term(string Name, string Feature);
