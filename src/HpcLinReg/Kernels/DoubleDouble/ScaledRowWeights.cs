namespace HpcLinReg.Kernels;

/// <summary>
/// Weights of rows, each times one power of two, so that squares of weights stay in the range of double. The default has no weights: every
/// row counts once.
/// </summary>
/// <param name="values">The weights, or none.</param>
/// <param name="scale">The power of two.</param>
internal readonly ref struct ScaledRowWeights(ReadOnlySpan<double> values, double scale)
{
    /// <summary>Gets the weights before they are scaled.</summary>
    internal ReadOnlySpan<double> Values { get; } = values;

    /// <summary>Gets the power of two.</summary>
    internal double Scale { get; } = scale;
}
