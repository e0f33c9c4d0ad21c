namespace HpcLinReg;

/// <summary>
/// A row's residual and its part in the fit: leverage, standardized residual and Cook's distance. Diagnostics, predictions, pictures and
/// labs take these numbers from here.
/// </summary>
/// <remarks>
/// With v the row's precision (1 without weights and for frequencies), h its leverage, s the residual standard error and k the model's
/// <see cref="RegressionModel.Rank"/>: standardized residual r = √v·e/(s·√(1 − h)), distance D = r²h/(k·(1 − h)) = v·e²h/(k·s²·(1 − h)²).
/// With a ridge h is of the ridge's hat matrix, and the bias of the residuals is not counted. An immutable value: no allocation. Source:
/// Cook 1977, Detection of influential observation in linear regression; Seber and Lee 2003, §10.2.
/// </remarks>
public readonly record struct RowInfluence
{
    /// <summary>
    /// The smallest 1 − h for which a row is standardized: a row of leverage h = 1 is always fitted exactly, and its residual is rounding.
    /// </summary>
    private const double LeastFreedom = 1e-10;

    /// <summary>Gets e = y − ŷ.</summary>
    public double Residual { get; private init; }

    /// <summary>Gets h, times the precision: the derivative of the row's prediction with respect to its own target.</summary>
    public double Leverage { get; private init; }

    /// <summary>Gets r; NaN where the leverage is 1 or the fit knows no residual standard error.</summary>
    public double Standardized { get; private init; }

    /// <summary>Gets D: how far all predictions move without the row; NaN where the standardized residual is.</summary>
    public double CookDistance { get; private init; }

    /// <summary>Gets whether the leverage is 1, up to rounding: the fit goes through the row whatever its target is.</summary>
    public bool IsDecisive => IsOne(Leverage);

    /// <summary>Computes the influence of a row of the training data.</summary>
    /// <param name="model">The model.</param>
    /// <param name="residual">e = y − ŷ.</param>
    /// <param name="leverage">The leverage: ‖q‖² of <see cref="TrainingBasis"/>, times the precision.</param>
    /// <param name="precision">v; 1 without weights and for frequencies.</param>
    /// <returns>The influence.</returns>
    /// <exception cref="ArgumentNullException">There is no model.</exception>
    public static RowInfluence Of(RegressionModel model, double residual, double leverage, double precision = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        double s = model.ResidualStandardError, freedom = 1 - leverage;
        if (IsOne(leverage) || !(s > 0))
        {
            return new() { Residual = residual, Leverage = leverage, Standardized = double.NaN, CookDistance = double.NaN };
        }

        double share = residual * Math.Sqrt(precision) / s;
        return new()
        {
            Residual = residual,
            Leverage = leverage,
            Standardized = share / Math.Sqrt(freedom),
            CookDistance = share / freedom * (share / freedom) * leverage / model.Rank,
        };
    }

    /// <summary>Computes the standardized residual at which a row has a distance: the contour √(D·k·(1 − h)/h).</summary>
    /// <param name="cookDistance">D.</param>
    /// <param name="leverage">h, above 0 and below 1.</param>
    /// <param name="rank">k, the model's <see cref="RegressionModel.Rank"/>.</param>
    /// <returns>The positive one of the two residuals.</returns>
    public static double StandardizedAt(double cookDistance, double leverage, int rank) =>
        Math.Sqrt(cookDistance * rank * (1 - leverage) / leverage);

    private static bool IsOne(double leverage) => !(1 - leverage >= LeastFreedom);
}
