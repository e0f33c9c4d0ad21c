using System.Globalization;
using System.Numerics;

namespace HpcLinReg;

/// <summary>The method by which a least-squares solution is computed.</summary>
public enum FitMethod
{
    /// <summary>The closed form if its matrix fits the allowed memory, otherwise conjugate gradients.</summary>
    Auto,

    /// <summary>
    /// The normal equations and their Cholesky factor: one pass over the rows, memory of d² numbers, and a full <see cref="HpcLinReg.Fit"/>
    /// with its certificate.
    /// </summary>
    ClosedForm,

    /// <summary>
    /// Conjugate gradients: two passes over the rows a step, memory of d numbers, and a model with its loss but without standard errors or
    /// a certificate.
    /// </summary>
    ConjugateGradient,
}

/// <summary>A least-squares solution, the method that computed it, and why that method was chosen.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">The method used; never <see cref="FitMethod.Auto"/>.</param>
/// <param name="Reason">Why this method was used, in one sentence.</param>
/// <param name="ClosedForm">The fit of the closed form; null after conjugate gradients.</param>
/// <param name="Descent">The result of conjugate gradients; null after a closed form.</param>
public sealed record RoutedFit(LinearModel Model, FitMethod Method, string Reason, Fit? ClosedForm, DescentResult? Descent);

/// <summary>
/// Fits by the closed form or by conjugate gradients, whichever suits the number of columns. It is separate from
/// <see cref="LinearRegression.Fit"/> because the results differ: conjugate gradients compute no factor, hence no standard errors and no
/// certificate.
/// </summary>
public static class RoutedRegression
{
    /// <summary>
    /// The default of the memory allowed for the closed form: 2 GiB, about 10,000 columns. It is fixed, and not a share of the machine's
    /// memory, so that the same data are fitted by the same method everywhere.
    /// </summary>
    public const long DefaultMemory = 1L << 31;

    /// <summary>The size of the workspace of a fit in bytes for each pair of columns (<see cref="FitWorkspace"/>).</summary>
    private const double BytesPerPair = 20;

    /// <summary>Fits a model to rows in memory by the method that suits the number of columns.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="method">The method, or <see cref="FitMethod.Auto"/>.</param>
    /// <param name="options">
    /// The options of the method: conjugate gradients take intercept and ridge, and have no rungs. Null for the defaults.
    /// </param>
    /// <param name="memory">The memory that <see cref="FitMethod.Auto"/> allows the closed form, in bytes.</param>
    /// <param name="cancellationToken">Stops conjugate gradients; a closed form is not stopped.</param>
    /// <returns>The solution, and why its method was chosen.</returns>
    /// <exception cref="ArgumentException">As <see cref="LinearRegression.Fit"/> and <see cref="ConjugateGradient"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not defined, or the memory or an option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    public static RoutedFit Fit<T>(
        MatrixSpan<T> x,
        ReadOnlySpan<T> y,
        FitMethod method = FitMethod.Auto,
        FitOptions? options = null,
        long memory = DefaultMemory,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (FitMethod road, string reason) = Choose(x.Columns, method, memory);
        return road == FitMethod.ClosedForm
            ? Of(LinearRegression.Fit(x, y, options), reason)
            : Of(ConjugateGradient.Fit(x, y, ForDescent(options), cancellationToken), reason);
    }

    /// <summary>
    /// Fits rows that may be larger than memory: they are read once or a few times for the closed form, and twice a step for a descent.
    /// </summary>
    /// <param name="rows">The rows; the last joint column is the target.</param>
    /// <param name="method">As for rows in memory.</param>
    /// <param name="options">As for rows in memory.</param>
    /// <param name="memory">As for rows in memory.</param>
    /// <param name="cancellationToken">As for rows in memory.</param>
    /// <returns>The solution, with the bits of the same rows in memory, and why its method was chosen.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">As for rows in memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">As for rows in memory.</exception>
    /// <exception cref="OverflowException">As for rows in memory.</exception>
    public static RoutedFit Fit(
        IRowSource rows,
        FitMethod method = FitMethod.Auto,
        FitOptions? options = null,
        long memory = DefaultMemory,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        (FitMethod road, string reason) = Choose(rows.Columns - 1, method, memory);
        return road == FitMethod.ClosedForm
            ? Of(LinearRegression.Fit(rows, options), reason)
            : Of(ConjugateGradient.Fit(rows, weighted: false, ForDescent(options), cancellationToken), reason);
    }

    private static RoutedFit Of(Fit fit, string reason) => new(fit.Model, FitMethod.ClosedForm, reason, fit, null);

    private static RoutedFit Of(DescentResult descent, string reason) => new(descent.Model, FitMethod.ConjugateGradient, reason, null, descent);

    private static DescentOptions ForDescent(FitOptions? options)
    {
        options ??= FitOptions.Default;
        options.Require();
        return new DescentOptions { Intercept = options.Intercept, Ridge = options.Ridge, Tolerance = 1e-12 };
    }

    private static (FitMethod Road, string Reason) Choose(int columns, FitMethod method, long memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        double needed = BytesPerPair * columns * columns;
        string matrix = string.Create(CultureInfo.InvariantCulture, $"XᵀX of {columns} columns and its factor take {needed / 1e6:G3} MB");
        string allowed = string.Create(CultureInfo.InvariantCulture, $"{memory / 1e6:G3} MB");
        switch (method)
        {
            case FitMethod.Auto when needed <= memory:
                return (FitMethod.ClosedForm, $"{matrix}, within the {allowed} allowed: the closed form XᵀXw = Xᵀy is solved at once.");
            case FitMethod.Auto:
                return (FitMethod.ConjugateGradient, $"{matrix}, more than the {allowed} allowed: the loss is descended on along conjugate directions, which need a gradient of {columns} values only.");
            case FitMethod.ClosedForm:
                return (method, "The closed form was asked for.");
            case FitMethod.ConjugateGradient:
                return (method, "Conjugate gradients were asked for.");
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "The method is none of Auto, ClosedForm and ConjugateGradient.");
        }
    }
}
