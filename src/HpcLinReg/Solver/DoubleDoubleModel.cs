using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>A linear model with weights and intercept in double-double.</summary>
/// <param name="Weights">One for each feature.</param>
/// <param name="Intercept">The intercept; 0 without one.</param>
internal sealed record DoubleDoubleModel(DoubleDouble[] Weights, DoubleDouble Intercept);
