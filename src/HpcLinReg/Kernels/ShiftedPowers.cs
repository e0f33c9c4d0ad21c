namespace HpcLinReg.Kernels;

/// <summary>The terms f·tᵐ⁻¹, m = 1 … <paramref name="Degree"/>, of a variable x, with t = (x − <paramref name="Shift"/>)·<paramref name="Scale"/> and f = (x − <paramref name="Root"/>)·<paramref name="RootScale"/>.</summary>
/// <param name="Degree">The number of terms, at least 1.</param>
/// <param name="Shift">Where t is 0.</param>
/// <param name="Scale">The factor that brings t to ±1.</param>
/// <param name="Root">Where every term is 0.</param>
/// <param name="RootScale">The factor that brings f to ±1.</param>
internal readonly record struct ShiftedPowers(int Degree, double Shift, double Scale, double Root, double RootScale);
