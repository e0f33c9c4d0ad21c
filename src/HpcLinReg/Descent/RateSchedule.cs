namespace HpcLinReg;

/// <summary>How the learning rate changes with the step t, from its first value η₀.</summary>
public enum RateSchedule
{
    /// <summary>The rate is η₀ at every step.</summary>
    Constant,

    /// <summary>
    /// The rate is η₀ / (1 + t/T), with T the <see cref="GradientDescentOptions.DecaySteps"/>: slow enough to reach the optimum, fast
    /// enough to average the noise of mini-batches away (Robbins, Monro 1951).
    /// </summary>
    InverseTime,

    /// <summary>The rate is η₀ · (1 + cos(π·t/steps))/2, from η₀ to 0 over all steps (Loshchilov, Hutter 2017, without restarts).</summary>
    Cosine,
}
