using System.Globalization;
using System.Numerics;

namespace HpcLinReg;

/// <summary>By which road a least-squares answer is found.</summary>
public enum FitMethod
{
    /// <summary>The closed form while its matrix fits the memory allowed, otherwise conjugate gradients.</summary>
    Auto,

    /// <summary>The normal equations and their Cholesky factor: one pass, d² memory, everything known of the answer.</summary>
    ClosedForm,

    /// <summary>Descent along conjugate directions: two passes a step, d memory, the model and its loss.</summary>
    ConjugateGradient,
}

/// <summary>A least-squares answer, the road it was found by, and why that.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">The road taken; never <see cref="FitMethod.Auto"/>.</param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="ClosedForm">What is known of a closed form; null after a descent.</param>
/// <param name="Descent">How the descent went; null after a closed form.</param>
public sealed record RoutedFit(LinearModel Model, FitMethod Method, string Reason, Fit? ClosedForm, DescentResult? Descent);

/// <summary>
/// Fits by the road that suits the number of columns. It stands beside <see cref="LinearRegression.Fit"/> because the roads do not know the same of
/// their answers: a descent has no factor, so no standard errors and no certificate.
/// </summary>
public static class RoutedRegression
{
    /// <summary>
    /// 2 GiB, about 10,000 columns: fixed, and not a share of the machine's memory, so that the same data take the same road everywhere.
    /// </summary>
    public const long DefaultMemory = 1L << 31;

    /// <summary>A fit's workspace, as <see cref="FitWorkspace"/> states it: bytes for each pair of columns.</summary>
    private const double BytesPerPair = 20;

    /// <summary>Fits rows in memory.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="method">The road, or <see cref="FitMethod.Auto"/>.</param>
    /// <param name="options">As for the road taken: a descent takes intercept and ridge, and has no rungs. Null for the defaults.</param>
    /// <param name="memory">What <see cref="FitMethod.Auto"/> allows the closed form, in bytes.</param>
    /// <param name="cancellationToken">Stops a descent; a closed form runs through.</param>
    /// <returns>The answer, and why it was found in this way.</returns>
    /// <exception cref="ArgumentException">As <see cref="LinearRegression.Fit"/> and <see cref="ConjugateGradient"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is none, or the memory or an option is out of range.</exception>
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

    /// <summary>Fits rows that may be larger than memory: they are read once or a few times for the closed form, and twice a step for a descent.</summary>
    /// <param name="rows">The rows; the last joint column is the target.</param>
    /// <param name="method">As for rows in memory.</param>
    /// <param name="options">As for rows in memory.</param>
    /// <param name="memory">As for rows in memory.</param>
    /// <param name="cancellationToken">As for rows in memory.</param>
    /// <returns>The answer, which has the bits of the same rows in memory, and why it was found in this way.</returns>
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
