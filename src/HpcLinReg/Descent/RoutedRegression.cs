using System.Globalization;
using System.Numerics;

namespace HpcLinReg;

/// <summary>
/// Fits by the closed form or by conjugate gradients, whichever suits the number of columns. It is separate from
/// <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions)"/> because the results differ: conjugate gradients compute no factor, hence no standard errors and no
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

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitMethod, long, FitOptions, CancellationToken)"/>
    public static RoutedFit Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, FitMethod.Auto, DefaultMemory, null, CancellationToken.None);

    /// <summary>Fits a model to rows in memory by the method that suits the number of columns.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="method">The method, or <see cref="FitMethod.Auto"/>.</param>
    /// <param name="memory">The memory that <see cref="FitMethod.Auto"/> allows the closed form, in bytes.</param>
    /// <param name="options">
    /// The options of the method: conjugate gradients take intercept and ridge, and have no rungs. Null for the defaults.
    /// </param>
    /// <param name="cancellationToken">Stops conjugate gradients; a closed form of rows in memory is not stopped.</param>
    /// <returns>The solution, and why its method was chosen.</returns>
    /// <exception cref="ArgumentException">As <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions)"/> and <see cref="ConjugateGradient"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not defined, or the memory or an option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    public static RoutedFit Fit<T>(
        MatrixSpan<T> x,
        ReadOnlySpan<T> y,
        FitMethod method,
        long memory,
        FitOptions? options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (FitMethod road, string reason) = Choose(x.Columns, method, memory);
        return road == FitMethod.ClosedForm
            ? Of(LinearRegression.Fit(x, y, options), reason)
            : Of(ConjugateGradient.Fit(x, y, ForDescent(options), cancellationToken), reason);
    }

    /// <inheritdoc cref="Fit(IRowSource, FitMethod, long, FitOptions, CancellationToken)"/>
    public static RoutedFit Fit(IRowSource rows) => Fit(rows, FitMethod.Auto, DefaultMemory, null, CancellationToken.None);

    /// <summary>
    /// Fits rows that may be larger than memory: they are read once or a few times for the closed form, and twice a step for a descent.
    /// </summary>
    /// <param name="rows">The rows; the last joint column is the target, or the weights behind it.</param>
    /// <param name="method">As for rows in memory.</param>
    /// <param name="memory">As for rows in memory.</param>
    /// <param name="options">As for rows in memory.</param>
    /// <param name="cancellationToken">Stops a reading: a closed form throws, a descent returns what it reached.</param>
    /// <returns>The solution, with the bits of the same rows in memory, and why its method was chosen.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">As for rows in memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">As for rows in memory.</exception>
    /// <exception cref="OverflowException">As for rows in memory.</exception>
    public static RoutedFit Fit(
        IRowSource rows,
        FitMethod method,
        long memory,
        FitOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        (FitMethod road, string reason) = Choose(rows.Columns - (rows.HasWeights ? 2 : 1), method, memory);
        return road == FitMethod.ClosedForm
            ? Of(LinearRegression.Fit(rows, options, cancellationToken), reason)
            : Of(ConjugateGradient.Fit(rows, ForDescent(options), cancellationToken), reason);
    }

    private static RoutedFit Of(Fit fit, string reason) => new(fit, reason);

    private static RoutedFit Of(DescentResult descent, string reason) => new(descent, reason);

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
