using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// The options that all descent methods share. They minimize the loss (Σv(Xw + b − y)² + λ‖w‖²)/Σv, whose minimum is the answer of
/// <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions)"/> with the same intercept and ridge.
/// </summary>
public record DescentOptions
{
    /// <summary>Gets whether an intercept b is fitted; the default is true.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0, in the units of the squared columns; the intercept is not penalized. The default is 0.</summary>
    public double Ridge { get; init; }

    /// <summary>
    /// Gets whether the descent runs on columns of mean 0 (with an intercept) and mean square 1; the default is true. Model and callbacks
    /// are in the caller's units either way; gradient norms and rates are on the descent's scale.
    /// </summary>
    public bool Standardize { get; init; } = true;

    /// <summary>
    /// Gets the model to start from. The default, null, is weights 0, and as intercept 0, or with <see cref="Standardize"/> the mean
    /// target.
    /// </summary>
    public LinearModel? Start { get; init; }

    /// <summary>
    /// Gets the <see cref="DescentResult.Distance"/> at which the descent has converged, in shares of the coefficients; the default is
    /// 1e-8, and 1e-3 for mini-batches.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>
    /// Gets the largest number of steps. The default, null, is 40,000 for gradient descent, that of all epochs for mini-batches, and
    /// 10(d + 1) for conjugate gradients, for which d + 1 suffice in exact arithmetic.
    /// </summary>
    public long? Steps { get; init; }

    /// <summary>
    /// Gets how many threads a descent over rows in memory may use for its passes over all rows; the default is 1, so that a service has no
    /// threads it did not ask for.
    /// </summary>
    /// <remarks>
    /// At most: a pass uses another thread only for another tenth of a millisecond of work or so. The bits are the same for any number. A
    /// stream, and the steps of mini-batches, which follow each other, take one thread. With more than one, a pass allocates the tasks of
    /// its threads.
    /// </remarks>
    public int Threads { get; init; } = 1;

    /// <summary>Gets how many points of the loss are kept, at least 4; the default is 1000.</summary>
    public int HistoryPoints { get; init; } = 1000;

    /// <summary>
    /// Gets a function that is called at the start and after every step with the loss and a view of the weights; null for none.
    /// </summary>
    /// <remarks>It is called on the thread of the descent. If it cancels the token, the descent stops at this very step.</remarks>
    public DescentCallback? OnStep { get; init; }

    /// <summary>
    /// Gets the receiver of progress reports, one after every step, or after mini-batches of some 2048 rows; null for none.
    /// </summary>
    public IProgress<DescentProgress>? Progress { get; init; }

    /// <summary>Throws when an option is out of its range or does not fit the number of features.</summary>
    internal virtual void Require(int features)
    {
        if (!double.IsFinite(Ridge) || Ridge < 0)
        {
            Throw.RidgeNotUsable(Ridge);
        }

        if (!(Tolerance >= 0 && Tolerance < 1))
        {
            Throw.ToleranceNotUsable(Tolerance);
        }

        RowThreads.Require(Threads);

        if (Steps is < 0)
        {
            Throw.OptionBelow(nameof(Steps), Steps.Value, 0);
        }

        if (HistoryPoints < 4)
        {
            Throw.OptionBelow(nameof(HistoryPoints), HistoryPoints, 4);
        }

        if (Start is { } start && start.Features != features)
        {
            Throw.StartAgainstFeatures(start.Features, features);
        }

        if (Start is { Intercept: not 0 } && !Intercept)
        {
            Throw.StartHasIntercept(Start.Intercept);
        }
    }
}

/// <summary>The options of <see cref="GradientDescent"/>. Immutable and thread-safe.</summary>
public record GradientDescentOptions : DescentOptions
{
    /// <summary>
    /// Gets the learning rate η₀, used as given; null for 1/λmax of the loss's Hessian, which <see cref="DescentResult.Rate"/> reports.
    /// </summary>
    public double? Rate { get; init; }

    /// <summary>
    /// Gets how the rate changes from step to step; by default it is constant, and for mini-batches
    /// <see cref="RateSchedule.InverseTime"/>.
    /// </summary>
    public RateSchedule Schedule { get; init; }

    /// <summary>
    /// Gets T of <see cref="RateSchedule.InverseTime"/>: the steps after which the rate is half of η₀. The default, null, is 100 steps; for
    /// mini-batches 2/(λmin·η₀), but at most an eighth of all steps, with λmin the smallest eigenvalue of the loss's Hessian, estimated
    /// from a sample of rows.
    /// </summary>
    public long? DecaySteps { get; init; }

    /// <summary>
    /// Gets the momentum μ, 0 ≤ μ &lt; 1; the default is 0. The velocity is V ← μV − ηg, and the step adds V (Polyak 1964: heavy ball).
    /// </summary>
    public double Momentum { get; init; }

    /// <summary>
    /// Gets whether the step adds μV − ηg instead (Nesterov 1983, in the form of Sutskever et al. 2013); the default is false.
    /// </summary>
    public bool Nesterov { get; init; }

    /// <summary>Gets the multiple of the first loss above which the descent counts as diverged; the default is 100.</summary>
    public double DivergenceFactor { get; init; } = 100;

    internal override void Require(int features)
    {
        base.Require(features);
        if (Rate is { } rate && (!double.IsFinite(rate) || rate <= 0))
        {
            Throw.RateNotUsable(rate);
        }

        if (!(Momentum >= 0 && Momentum < 1))
        {
            Throw.MomentumNotUsable(Momentum);
        }

        if (!(DivergenceFactor > 1))
        {
            Throw.DivergenceFactorNotUsable(DivergenceFactor);
        }

        if (Schedule is not (RateSchedule.Constant or RateSchedule.InverseTime or RateSchedule.Cosine))
        {
            Throw.ScheduleNotKnown((int)Schedule);
        }

        if (DecaySteps is < 1)
        {
            Throw.OptionBelow(nameof(DecaySteps), DecaySteps.Value, 1);
        }
    }
}

/// <summary>The options of <see cref="StochasticGradientDescent"/>. Immutable and thread-safe.</summary>
public sealed record StochasticGradientDescentOptions : GradientDescentOptions
{
    /// <summary>
    /// Makes the default options. Two of them differ from those of <see cref="GradientDescent"/>: the rate falls, because mini-batches with
    /// a constant rate end beside the minimum, and a coefficient counts as reached at 1e-3 of its size, because mini-batches need 10 times
    /// as many steps for each further digit and more.
    /// </summary>
    public StochasticGradientDescentOptions()
    {
        Schedule = RateSchedule.InverseTime;
        Tolerance = 1e-3;
    }

    /// <summary>
    /// Gets the number of rows of a mini-batch, B ≥ 1; the default is 32. The last mini-batch of an epoch has the remaining rows.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Gets the largest number of epochs; an epoch makes steps with all rows once, and then computes the loss of all rows. The default,
    /// null, is as many as read 2³⁰ cells of [X | y], but at least 20 and at most 40,000.
    /// </summary>
    public int? Epochs { get; init; }

    /// <summary>Gets the seed of the shuffling; the same seed gives the same bits.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Gets the window W: rows are shuffled within each W rows in turn, rounded up to whole mini-batches, so that a stream is shuffled as
    /// memory is. With 1, mini-batches follow each other in the order of rows. The default, null, is as many rows as 8 MiB hold, from 2048
    /// to 65,536.
    /// </summary>
    public int? ShuffleWindow { get; init; }

    internal override void Require(int features)
    {
        base.Require(features);
        if (BatchSize < 1)
        {
            Throw.OptionBelow(nameof(BatchSize), BatchSize, 1);
        }

        if (Epochs is < 0)
        {
            Throw.OptionBelow(nameof(Epochs), Epochs.Value, 0);
        }

        if (ShuffleWindow is < 1)
        {
            Throw.OptionBelow(nameof(ShuffleWindow), ShuffleWindow.Value, 1);
        }
    }
}
