using System.Collections.Immutable;

namespace HpcLinReg.Descent;

/// <summary>The sums over all rows at the point where a descent ended.</summary>
/// <param name="TotalWeight">Σv, n without weights.</param>
/// <param name="Residual">Σv(y − ŷ)².</param>
/// <param name="Total">Σv(y − ȳ)², or Σvy² without an intercept.</param>
/// <param name="Means">The means of the features.</param>
internal sealed record SolutionSums(double TotalWeight, double Residual, double Total, ImmutableArray<double> Means);
