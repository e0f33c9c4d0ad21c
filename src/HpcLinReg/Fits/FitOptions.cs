using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// How a least-squares problem is posed, minimize ‖y − Xw − b‖² + λ‖w‖², and by which method it is solved. Immutable and thread-safe.
/// </summary>
public sealed record FitOptions
{
    /// <summary>Gets whether an intercept b is fitted; the default is true. Without one, b = 0.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0, in the units of the squared columns; the intercept is not penalized. The default is 0.</summary>
    public double Ridge { get; init; }

    /// <summary>
    /// Gets whether the ridge penalizes the weights of standardized columns, λΣ(sⱼwⱼ)² instead of λΣwⱼ², so that it does not depend on the
    /// columns' units; the default is false.
    /// </summary>
    /// <remarks>
    /// sⱼ² = Σv(xⱼ − x̄ⱼ)²/Σv, the variance with the divisor n (without an intercept the mean square), or 1 for a column that does not
    /// vary; v are the rows' weights, which are 1 where there are none. λ is then a number without units. Coefficients, standard errors and
    /// bounds are those of the columns as they are; <see cref="HpcLinReg.Fit.Penalties"/> has λsⱼ². The same answer as dividing columns by
    /// sⱼ, fitting, and dividing the weights by sⱼ. Sources: Hoerl and Kennard 1970; the divisor is that of R's lm.ridge and scikit-learn's
    /// StandardScaler.
    /// </remarks>
    public bool StandardizeRidge { get; init; }

    /// <summary>
    /// Gets how many threads a fit of rows in memory may use; the default is 1, so that a service has no threads it did not ask for.
    /// </summary>
    /// <remarks>
    /// At most: a fit uses another thread only for another tenth of a millisecond of work or so (docs/decisions.md has the figures).
    /// The bits are the same for any number.
    /// </remarks>
    public int Threads { get; init; } = 1;

    /// <summary>The most digits that can be asked for: all that numbers in double have.</summary>
    public const int MaxDigits = 16;

    /// <summary>
    /// Gets the number of correct decimal digits that is asked of the worst coefficient, 0 to <see cref="MaxDigits"/>; the default is 10.
    /// The same number, at most 12, is asked of standard errors.
    /// </summary>
    /// <remarks>The solver ladder is climbed until they are certain; <see cref="Fit.Certificate"/> states how many are.</remarks>
    public int Digits { get; init; } = 10;

    /// <summary>
    /// Gets the methods of the solver ladder that may be used; the default is all. One alone forces it, as far as it reaches.
    /// </summary>
    public SolverRungs Rungs { get; init; } = SolverRungs.All;

    /// <summary>Gets how a column that others determine is treated; by default it is dropped.</summary>
    public RankDeficiency RankDeficient { get; init; }

    /// <summary>Gets what the weights of rows mean, where there are any: precisions, the default, or frequencies.</summary>
    public WeightKind RowWeights { get; init; }

    /// <summary>Gets the method; the default is the closed form, whatever its size.</summary>
    /// <remarks>
    /// Conjugate gradients honour <see cref="Intercept"/>, <see cref="Ridge"/>, row weights that are precisions, and <see cref="Digits"/>
    /// up to 12, as an estimate and not as a bound; <see cref="Threads"/> is an upper limit, and they use one. They refuse
    /// <see cref="Rungs"/>, <see cref="RankDeficiency.MinimumNorm"/>, <see cref="StandardizeRidge"/>, frequencies and several targets with
    /// an exception that names the remedy.
    /// </remarks>
    public FitMethod Method { get; init; }

    /// <summary>
    /// Gets the memory in bytes that <see cref="FitMethod.Auto"/> allows the closed form, of which 20d² are needed for d features; the
    /// default is 2³¹, about 10,000 features. It is no share of the machine's memory, so that the same data are fitted by the same method
    /// everywhere.
    /// </summary>
    public long ClosedFormMemory { get; init; } = 1L << 31;

    /// <summary>Gets the defaults, which are shared because options are immutable.</summary>
    internal static FitOptions Default { get; } = new();

    /// <summary>Throws where an option is out of range.</summary>
    internal void Require()
    {
        if (!double.IsFinite(Ridge) || Ridge < 0)
        {
            Throw.RidgeNotUsable(Ridge);
        }

        RowThreads.Require(Threads);

        if (Digits is < 0 or > MaxDigits)
        {
            Throw.DigitsNotUsable(Digits);
        }

        if ((Rungs & SolverRungs.All) == 0)
        {
            Throw.NoRungs();
        }

        if (!Enum.IsDefined(RankDeficient))
        {
            Throw.NoSuchChoice(nameof(RankDeficient), (int)RankDeficient);
        }

        ArgumentOutOfRangeException.ThrowIfNegative(ClosedFormMemory);
        if (!Enum.IsDefined(Method))
        {
            Throw.NoSuchChoice(nameof(Method), (int)Method);
        }

        if (!Enum.IsDefined(RowWeights))
        {
            Throw.NoSuchChoice(nameof(RowWeights), (int)RowWeights);
        }
    }

    /// <summary>Throws where an option is out of range, or conjugate gradients are asked for where there is the closed form only.</summary>
    /// <param name="what">What is fitted, for the message.</param>
    internal void RequireClosedForm(string what)
    {
        Require();
        if (Method == FitMethod.ConjugateGradient)
        {
            Throw.OnlyClosedForm(what);
        }
    }
}

/// <summary>The rungs of the solver ladder, from the fastest to the most accurate.</summary>
[Flags]
public enum SolverRungs
{
    /// <summary>None; not a choice.</summary>
    None = 0,

    /// <summary>Centred, scaled normal equations and their Cholesky factor, in double.</summary>
    NormalEquations = 1,

    /// <summary>The normal equations, refined by residuals in double-double: about one pass over the rows a step.</summary>
    Refinement = 2,

    /// <summary>Gram matrix and Cholesky factor in double-double, refined.</summary>
    DoubleDouble = 4,

    /// <summary>All of them.</summary>
    All = NormalEquations | Refinement | DoubleDouble,
}

/// <summary>How columns that the columns before them determine are treated.</summary>
public enum RankDeficiency
{
    /// <summary>Such a column is left out: its weight is 0.</summary>
    Drop,

    /// <summary>
    /// The column shares its weight with those that determine it: of all weights that fit equally well, those of the smallest ‖w‖ (the
    /// intercept not counted).
    /// </summary>
    MinimumNorm,
}
