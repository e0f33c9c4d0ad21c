using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Fits;

namespace HpcLinReg;

/// <summary>The result of a least-squares fit: the model, its statistics and its accuracy.</summary>
/// <remarks>
/// Immutable and thread-safe. Members whose remarks say "computed when first asked for" are computed by the first thread that asks, and
/// kept; two threads that ask at the same time may both compute them, to the same bits.
/// </remarks>
public sealed class Fit
{
    private double _reciprocalCondition = double.NaN;
    private double _divisor = double.NaN;
    private double _freedom = double.NaN;
    private double _interceptStandardError = double.NaN;
    private ImmutableArray<double> _standardErrors;
    private Certificate? _certificate;

    internal Fit()
    {
    }

    /// <summary>
    /// Gets the model; the weight of an aliased column is 0, unless <see cref="FitOptions.RankDeficient"/> asked for the minimum norm.
    /// </summary>
    public LinearModel Model { get; internal init; } = null!;

    /// <summary>Gets the method that answered; never <see cref="FitMethod.Auto"/>.</summary>
    /// <remarks>
    /// After conjugate gradients <see cref="Factor"/> is empty, <see cref="Rank"/> is the number of terms, because rank was not decided,
    /// standard errors, residual degrees of freedom and <see cref="ReciprocalCondition"/> are NaN, and error bounds are infinite.
    /// </remarks>
    public FitMethod Method => Accuracy.Rung == SolverRung.None ? FitMethod.ConjugateGradient : FitMethod.ClosedForm;

    /// <summary>Gets whether an intercept was fitted.</summary>
    public bool HasIntercept { get; internal init; }

    /// <summary>Gets the penalty λ the fit was made with.</summary>
    public double Ridge { get; internal init; }

    /// <summary>
    /// Gets whether λ penalizes the weights of standardized columns (<see cref="FitOptions.StandardizeRidge"/>); false without a penalty.
    /// </summary>
    public bool IsRidgeStandardized => !Accuracy.Penalties.IsEmpty;

    /// <summary>
    /// Gets the penalty of each squared weight, λⱼ: λ for all, or λsⱼ² (<see cref="FitOptions.StandardizeRidge"/>). The formulas of this
    /// class write Λ for their diagonal matrix.
    /// </summary>
    /// <remarks>Allocates where the penalty is λ for all.</remarks>
    public ImmutableArray<double> Penalties => IsRidgeStandardized ? Accuracy.Penalties : [.. Enumerable.Repeat(Ridge, Model.Features)];

    /// <summary>
    /// Gets the number of rows, n: those of positive weight, or with frequencies their sum. Of rows that have faded
    /// (<see cref="Moments.Decay"/>) by factors v it is the effective number (Σv)²/Σv², which need not be whole.
    /// </summary>
    public double RowCount { get; internal init; }

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    public int Rank { get; internal init; }

    /// <summary>Gets the aliased features, those that the features before them determine, in ascending order.</summary>
    public ImmutableArray<AliasedColumn> Aliased { get; internal init; }

    /// <summary>
    /// Gets n minus the rank; with a ridge, computed in d³/3 flops when first asked for, n − tr(H), the hat matrix H being that of ŷ = Hy,
    /// whose trace is the rank less tr(Λ(XᵀX + Λ)⁻¹); of rows that have faded by factors v, with V their matrix, (Σv −
    /// tr((XᵀVX)⁻¹XᵀV²X))·Σv/Σv². The last two need not be whole.
    /// </summary>
    public double ResidualDegreesOfFreedom => Accuracy.Faded is { } faded ? Math.Max(0, Divisor(faded) * faded.CountPerWeight)
        : Method == FitMethod.ConjugateGradient ? double.NaN : Ridge > 0 ? UnderPenalty() : RowCount - Rank;

    /// <summary>
    /// Gets Σ(y − ŷ)². Where it is below the rounding error of its own computation, only that is known; then
    /// <see cref="ResidualStandardError"/> is NaN, and <see cref="Certificate.StandardErrors"/> says so.
    /// </summary>
    public double ResidualSumOfSquares { get; internal init; }

    /// <summary>Gets Σ(y − ȳ)², or Σy² without an intercept.</summary>
    public double TotalSumOfSquares { get; internal init; }

    /// <summary>Gets 1 − RSS / TSS; NaN when the target does not vary.</summary>
    public double RSquared => 1 - (ResidualSumOfSquares / TotalSumOfSquares);

    /// <summary>
    /// Gets √(RSS / degrees of freedom), with a ridge computed in d³/3 flops when first asked for; NaN when there are none, or when
    /// residuals are too small beside the target to be known.
    /// </summary>
    /// <remarks>
    /// Of rows that have faded by factors v it is √(RSS / (Σv − tr((XᵀVX)⁻¹XᵀV²X))), whose square is expected to be the variance of a row's
    /// noise: fading says how much a row counts, not how noisy it is. NaN, and <see cref="Certificate.StandardErrors"/> says so, when there
    /// are fewer than 30 effective rows beyond the rank.
    /// </remarks>
    public double ResidualStandardError =>
        Accuracy.Faded is { } faded ? Accuracy.ResidualsAreKnown && faded.AreEnough(Rank) ? Math.Sqrt(ResidualSumOfSquares / Divisor(faded))
            : double.NaN
        : ResidualDegreesOfFreedom > 0 && Accuracy.ResidualsAreKnown ? Math.Sqrt(ResidualSumOfSquares / ResidualDegreesOfFreedom)
            : double.NaN;

    /// <summary>
    /// Gets an estimate of 1/κ₂ of the design with centred (without an intercept: raw) columns of unit length, aliased ones left
    /// out; 1 when none is left. Not below the truth, and nearly always within a few per cent of it.
    /// </summary>
    /// <remarks>Computed when first asked for, in up to 100 steps of 4d² flops, with 2d values of working memory.</remarks>
    public double ReciprocalCondition
    {
        get
        {
            if (double.IsNaN(_reciprocalCondition) && Method == FitMethod.ClosedForm)
            {
                _reciprocalCondition = CholeskyCondition.ReciprocalCondition(Factor.AsSpan(), Model.Features);
            }

            return _reciprocalCondition;
        }
    }

    /// <summary>
    /// Gets the standard error of each weight, in the weight's units, computed in d³/3 flops when first asked for; NaN for dropped ones and
    /// where <see cref="ResidualStandardError"/> is.
    /// </summary>
    /// <remarks>
    /// s·√(((XᵀX + Λ)⁻¹XᵀX(XᵀX + Λ)⁻¹)ⱼⱼ) on the (centred, when there is an intercept) design; of rows that have faded by factors V
    /// s·√(((XᵀVX + Λ)⁻¹XᵀV²X(XᵀVX + Λ)⁻¹)ⱼⱼ). A rung of the solver ladder answers only if they have the digits asked for too, at most 12;
    /// where the last one has fewer, <see cref="Certificate.StandardErrorDigits"/> is about how many. With aliased columns they are those
    /// of the fit without them, or of the weights of minimum norm, which are combinations of those.
    /// </remarks>
    public ImmutableArray<double> StandardErrors
    {
        get
        {
            if (_standardErrors.IsDefault)
            {
                _standardErrors = Fits.StandardErrors.OfWeights(this);
            }

            return _standardErrors;
        }
    }

    /// <summary>
    /// Gets the standard error of the intercept, in the target's units; NaN without one and where <see cref="ResidualStandardError"/> is.
    /// </summary>
    public double InterceptStandardError
    {
        get
        {
            if (double.IsNaN(_interceptStandardError))
            {
                _interceptStandardError = Fits.StandardErrors.OfIntercept(this);
            }

            return _interceptStandardError;
        }
    }

    /// <summary>Gets the means of the features; empty without an intercept.</summary>
    public ImmutableArray<double> FeatureMeans { get; internal init; }

    /// <summary>
    /// Gets R, upper triangular and row-major d × d, with RᵀR = XᵀX + Λ of the (centred, when there is an intercept)
    /// design; the rows and columns of aliased features are 0.
    /// </summary>
    public ImmutableArray<double> Factor { get; internal init; }

    /// <summary>
    /// Gets the error bounds of the coefficients, computed in up to 2d³ flops when first asked for, and how the fit was computed.
    /// </summary>
    /// <remarks>Above 300 features d³/3 flops. Takes 5d values of working memory.</remarks>
    public Certificate Certificate => _certificate ??= Certificate.Of(this);

    /// <summary>Gets what the certificate and standard errors are computed from.</summary>
    internal Fits.Accuracy Accuracy { get; init; } = null!;

    /// <summary>Computes n − tr(H); 0 where the difference is no more than its own rounding error.</summary>
    private double UnderPenalty()
    {
        const double LeastShare = 1e-7;
        if (double.IsNaN(_freedom))
        {
            double trace = IsRidgeStandardized
                ? CholeskyCondition.InverseTrace(FactorOfPenalized(), Model.Features)
                : Ridge * CholeskyCondition.InverseTrace(Factor.AsSpan(), Model.Features);
            double freedom = RowCount - Rank + trace;
            _freedom = freedom > LeastShare * RowCount ? freedom : 0;
        }

        return _freedom;
    }

    /// <summary>Returns the factor with each column divided by √λⱼ, for tr(Λ(RᵀR)⁻¹).</summary>
    private double[] FactorOfPenalized()
    {
        int d = Model.Features;
        double[] factor = [.. Factor];
        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++)
            {
                factor[(i * d) + j] /= Math.Sqrt(Accuracy.Penalties[j]);
            }
        }

        return factor;
    }

    private double Divisor(Fits.FadedRows faded)
    {
        if (double.IsNaN(_divisor))
        {
            _divisor = faded.ResidualDivisor(this);
        }

        return _divisor;
    }

    /// <summary>Returns the size of the fit, its rank and R²: <c>3 features, 100 rows, rank 4, R² 0.98</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Model.Features} features, {RowCount} rows, rank {Rank}, R² {RSquared:G6}");

    /// <summary>Returns the same fit with other coefficients, or with error bounds that are known already.</summary>
    internal Fit With(LinearModel model, Fits.ErrorBounds? bounds, bool isMinimumNorm = false) =>
        With(model, Accuracy with { KnownBounds = bounds, IsMinimumNorm = isMinimumNorm });

    /// <summary>Returns the same fit with another record of its accuracy.</summary>
    internal Fit With(Fits.Accuracy accuracy) => With(Model, accuracy);

    private Fit With(LinearModel model, Fits.Accuracy accuracy) => new()
    {
        Model = model,
        HasIntercept = HasIntercept,
        Ridge = Ridge,
        RowCount = RowCount,
        Rank = Rank,
        Aliased = Aliased,
        ResidualSumOfSquares = ResidualSumOfSquares,
        TotalSumOfSquares = TotalSumOfSquares,
        FeatureMeans = FeatureMeans,
        Factor = Factor,
        Accuracy = accuracy,
    };
}
