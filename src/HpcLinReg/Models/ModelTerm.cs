namespace HpcLinReg;

/// <summary>A term of a model: a column of the design matrix, or a power of one, with its coefficient.</summary>
/// <param name="Name">The name: <c>age</c>, <c>city[Rome]</c>, <c>age^2</c>, <c>city[Rome]:age</c>.</param>
/// <param name="Feature">The index of its feature in <see cref="Design.Features"/>; −1 for the intercept.</param>
/// <param name="Coefficient">
/// The estimate; 0 for a term that was dropped. In a model with a polynomial it belongs to a power of t = (x − shift)·scale (<see cref="RegressionModel.Variables"/>), not of x.
/// </param>
/// <param name="ErrorBound">An absolute bound of the estimate's arithmetic error; NaN for a term that was dropped.</param>
/// <param name="StandardError">The standard error; NaN for a term that was dropped, and where it is not known.</param>
/// <param name="IsDropped">Whether other terms determine it, so that it was left out.</param>
public sealed record ModelTerm(string Name, int Feature, double Coefficient, double ErrorBound, double StandardError, bool IsDropped);
