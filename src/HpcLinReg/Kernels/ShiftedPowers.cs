namespace HpcLinReg.Kernels;

/// <summary>
/// The terms f·tᵐ⁻¹, m = 1 … <paramref name="Degree"/>, of a variable x, with t = (x − <paramref name="Shift"/>)·<paramref name="Scale"/>
/// and f = (x − <paramref name="Root"/>)·<paramref name="RootScale"/>.
/// </summary>
/// <param name="Degree">The number of terms, at least 1.</param>
/// <param name="Shift">The value of x at which t is 0.</param>
/// <param name="Scale">The factor that scales t to ±1 over the data.</param>
/// <param name="Root">The value of x at which every term is 0.</param>
/// <param name="RootScale">The factor that scales f to ±1 over the data.</param>
internal readonly record struct ShiftedPowers(int Degree, double Shift, double Scale, double Root, double RootScale);
