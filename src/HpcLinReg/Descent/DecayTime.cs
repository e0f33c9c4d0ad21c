namespace HpcLinReg.Descent;

/// <summary>
/// Chooses T of the rate η₀/(1 + t/T) for mini-batches: T = 2/(λmin·η₀) steps, with λmin the smallest eigenvalue of the loss's Hessian.
/// </summary>
/// <remarks>
/// After T steps the rate falls like 2/(λmin·t). Along the flattest direction the error of the start then falls like t⁻², and the noise of
/// the mini-batches is averaged over a growing number of them (Robbins, Monro 1951; Bottou, Curtis, Nocedal 2018, theorem 4.7, needs more
/// than 1 in place of 2). Once an epoch changes little along every direction, the noise of its mini-batches nearly cancels, because their
/// gradients sum to that of all rows.
/// </remarks>
internal static class DecayTime
{
    /// <summary>
    /// The 2 of the rate 2/(λmin·t): with 4, most of 40 data sets took longer to reach 1e-3, with 1.5 those that converge slowly did.
    /// </summary>
    private const double Multiple = 2;

    /// <summary>
    /// T is at most this share of all steps, so that the rate falls to a ninth at least, also where columns are nearly collinear.
    /// </summary>
    private const double LargestShare = 1.0 / 8;

    /// <summary>
    /// The most columns for which λmin is estimated: the sample then has 16 rows and more for each, so that its λmin is at least half of
    /// that of all rows (Marchenko, Pastur 1967: (1 − 1/√16)²).
    /// </summary>
    private const int MostColumns = 256;

    /// <summary>Returns T, at least 1.</summary>
    /// <param name="sample">The rows from which λmin is estimated.</param>
    /// <param name="objective">The loss on the descent's scale.</param>
    /// <param name="rate">η₀; with momentum μ, η₀/(1 − μ).</param>
    /// <param name="steps">The number of steps of all epochs.</param>
    /// <param name="cancellationToken">Stops the estimate.</param>
    internal static long Of(RowSample sample, Objective objective, double rate, long steps, CancellationToken cancellationToken)
    {
        MemoryBlocks<double> blocks = sample.ToBlocks();
        double curvature = blocks.Features > MostColumns ? 0
            : SmallestEigenvalue.Estimate<double, MemoryBlocks<double>>(ref blocks, objective, sample.TotalWeight, cancellationToken);
        double most = LargestShare * steps;
        double time = Multiple / (curvature * rate);
        return (long)Math.Max(1, time < most ? time : most);
    }
}
