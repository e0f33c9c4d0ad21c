using System.Numerics;

namespace HpcLinReg;

/// <summary>Checks an analytic gradient against central differences of the loss, (L(p + h) − L(p − h)) / 2h.</summary>
/// <remarks>
/// No one step h suits every parameter: truncation grows with h², rounding with 1/h. For each parameter steps fall by factors of
/// eight, from 8·max(|p|, 1) to 2⁻³⁶·max(|p|, 1), and the pair of neighbours is taken whose disagreement and rounding are least
/// together; one Richardson extrapolation (Ridders 1982, <i>Accurate computation of F′(x) and F′(x)F″(x)</i>) then removes
/// the h² term. Costs one gradient and 28 losses per parameter. Thread-safe if the functions passed are; allocates up
/// to three buffers of one element per parameter, and the result.
/// </remarks>
public static class GradientCheck
{
    /// <summary>The number of steps h for each parameter: from 8 to 2⁻³⁶ by factors of eight.</summary>
    private const int Steps = 14;
    private const double StepRatio = 8;

    /// <summary>The assumed relative error of a computed loss, 16·2⁻⁵³: a blocked sum of many squares stays below it.</summary>
    private const double LossRounding = 16 / 9007199254740992.0;

    /// <summary>A derivative counts as resolved when the error of its differences is at most this share of it.</summary>
    private const double ResolvedShare = 1e-5;

    private interface IDifferentiable
    {
        double Loss(ReadOnlySpan<double> parameters);

        void Gradient(ReadOnlySpan<double> parameters, Span<double> gradient);
    }

    /// <inheritdoc cref="Compare(ReadOnlySpan{double}, LossFunction, GradientFunction, CancellationToken)"/>
    public static GradientCheckResult Compare(ReadOnlySpan<double> parameters, LossFunction loss, GradientFunction gradient) =>
        Compare(parameters, loss, gradient, CancellationToken.None);

    /// <summary>Checks any loss and gradient at a point.</summary>
    /// <param name="parameters">The point, at least one finite number; only copies are passed to the functions.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="gradient">Its gradient. An element it leaves unwritten is NaN, hence an error.</param>
    /// <param name="cancellationToken">Stops the check; it is asked before each parameter.</param>
    /// <returns>The worst relative error, and where it is.</returns>
    /// <exception cref="ArgumentNullException">A function is null.</exception>
    /// <exception cref="ArgumentException">There are no parameters, or one is not finite (its index is named).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static GradientCheckResult Compare(ReadOnlySpan<double> parameters, LossFunction loss, GradientFunction gradient,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(gradient);
        return Run(parameters, new Delegates(loss, gradient), cancellationToken);
    }

    /// <inheritdoc cref="Compare{T}(MatrixSpan{T}, ReadOnlySpan{T}, ReadOnlySpan{double}, double, CancellationToken)"/>
    public static GradientCheckResult Compare<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Compare(x, y, weights, intercept, CancellationToken.None);

    /// <summary>
    /// Checks <see cref="LinearRegression.Gradient"/> on the caller's data: the loss (1/n)·Σ(Xw + b − y)² by the d weights and,
    /// as parameter d, the intercept.
    /// </summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">w, d of them, finite.</param>
    /// <param name="intercept">b, finite.</param>
    /// <param name="cancellationToken">Stops the check; it is asked before each parameter.</param>
    /// <returns>The worst relative error, and where it is.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, there are no rows, or a parameter is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static GradientCheckResult Compare<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns != weights.Length)
        {
            Throw.ColumnsAgainstWeights(x.Columns, weights.Length);
        }

        double[] parameters = [.. weights, intercept];
        return Run(parameters, new SquaredError<T>(x, y), cancellationToken);
    }

    private static GradientCheckResult Run<TFunction>(ReadOnlySpan<double> parameters, TFunction function,
        CancellationToken cancellationToken)
        where TFunction : IDifferentiable, allows ref struct
    {
        RequireFinite(parameters);
        double[] point = parameters.ToArray();
        double[] analytic = new double[point.Length];
        analytic.AsSpan().Fill(double.NaN);
        function.Gradient(point, analytic);
        (double Error, int Parameter, double Difference, double Resolution) worst = (0, -1, 0, 0);
        int unresolved = 0;
        for (int j = 0; j < point.Length; j++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (double difference, double resolution) = Differentiate(function, point, j);
            double size = Math.Max(Math.Abs(analytic[j]), Math.Abs(difference));
            double apart = Math.Abs(analytic[j] - difference);

            // Written so that a resolution of NaN or infinity, and a derivative of zero, count as unresolved: rounding errors would be
            // compared with rounding errors there.
            bool isResolved = resolution < ResolvedShare * size;
            double error = !double.IsFinite(apart) ? double.PositiveInfinity : !isResolved && apart <= resolution ? 0 : apart / size;
            unresolved += isResolved ? 0 : 1;
            if (error > worst.Error || worst.Parameter < 0)
            {
                worst = (error, j, difference, resolution);
            }
        }

        return new GradientCheckResult
        {
            WorstRelativeError = worst.Error,
            Parameter = worst.Parameter,
            Analytic = analytic[worst.Parameter],
            Difference = worst.Difference,
            Resolution = worst.Resolution,
            Unresolved = unresolved,
        };
    }

    /// <summary>Returns ∂L/∂pⱼ and an estimate of its error; NaN and infinity when the loss is finite for no two steps in a row.</summary>
    private static (double Derivative, double Error) Differentiate<TFunction>(TFunction function, double[] point, int index)
        where TFunction : IDifferentiable, allows ref struct
    {
        double at = point[index];
        double step = StepRatio * Math.Max(Math.Abs(at), 1);
        double wider = double.NaN;
        double best = double.NaN;
        double leastError = double.PositiveInfinity;
        for (int k = 0; k < Steps; k++, step /= StepRatio)
        {
            // The width is the distance of the rounded points, so rounding of p ± h adds no error.
            double above = at + step;
            double below = at - step;
            double up = LossAt(function, point, index, above);
            double down = LossAt(function, point, index, below);
            double width = above - below;
            double narrower = (up - down) / width;
            double error = Math.Abs(narrower - wider) + (LossRounding * (Math.Abs(up) + Math.Abs(down)) / width);
            if (error < leastError)
            {
                leastError = error;
                best = narrower + ((narrower - wider) / ((StepRatio * StepRatio) - 1));
            }

            wider = narrower;
        }

        return (best, leastError);
    }

    private static double LossAt<TFunction>(TFunction function, double[] point, int index, double value)
        where TFunction : IDifferentiable, allows ref struct
    {
        double kept = point[index];
        point[index] = value;
        double loss = function.Loss(point);
        point[index] = kept;
        return loss;
    }

    private static void RequireFinite(ReadOnlySpan<double> parameters)
    {
        if (parameters.IsEmpty)
        {
            Throw.NoParameters();
        }

        for (int j = 0; j < parameters.Length; j++)
        {
            if (!double.IsFinite(parameters[j]))
            {
                Throw.NonFiniteParameter(j, parameters[j]);
            }
        }
    }

    private readonly struct Delegates(LossFunction loss, GradientFunction gradient) : IDifferentiable
    {
        public double Loss(ReadOnlySpan<double> parameters) => loss(parameters);

        public void Gradient(ReadOnlySpan<double> parameters, Span<double> destination) => gradient(parameters, destination);
    }

    private readonly ref struct SquaredError<T> : IDifferentiable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly MatrixSpan<T> _x;
        private readonly ReadOnlySpan<T> _y;

        internal SquaredError(MatrixSpan<T> x, ReadOnlySpan<T> y)
        {
            _x = x;
            _y = y;
        }

        public double Loss(ReadOnlySpan<double> parameters) =>
            LinearRegression.MeanSquaredError(_x, _y, parameters[..^1], parameters[^1]);

        public void Gradient(ReadOnlySpan<double> parameters, Span<double> gradient) =>
            gradient[^1] = LinearRegression.Gradient(_x, _y, parameters[..^1], parameters[^1], gradient[..^1]).InterceptGradient;
    }
}
