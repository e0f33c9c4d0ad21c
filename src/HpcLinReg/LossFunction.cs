namespace HpcLinReg;

/// <summary>Computes a loss at a point. Called on the thread of the check, any number of times.</summary>
/// <param name="parameters">The point; valid during the call only.</param>
/// <returns>The loss there; NaN or infinity outside its domain.</returns>
public delegate double LossFunction(ReadOnlySpan<double> parameters);

/// <summary>Computes the gradient of a loss at a point. Called on the thread of the check, once.</summary>
/// <param name="parameters">The point; valid during the call only.</param>
/// <param name="gradient">Receives one derivative per parameter.</param>
public delegate void GradientFunction(ReadOnlySpan<double> parameters, Span<double> gradient);
