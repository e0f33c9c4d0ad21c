using System.Globalization;
using HpcLinReg.Cli.Output;

namespace HpcLinReg.Cli.Chapter;

/// <summary>A statement of the chapter, what this run found, and whether it holds.</summary>
internal sealed record Finding(string Statement, string Found, bool Holds);

/// <summary>
/// The chapter on linear regression as one seeded run, every number compared with what it must be: shapes, the example worked by hand, the
/// gradient against differences, descent, the closed form, their agreement, and a rate too large.
/// </summary>
internal sealed class ChapterRun
{
    private const int Rows = 100;
    private const double Slope = 3;
    private const double Offset = 4;

    private readonly double[] _x = new double[Rows];
    private readonly double[] _y = new double[Rows];

    internal ChapterRun(int seed)
    {
        // y = 3x + 4 and noise of deviation 1/2 (Box, Muller 1958); x between 0 and 2.
        var random = new Random(seed);
        for (int i = 0; i < Rows; i++)
        {
            _x[i] = 2 * random.NextDouble();
            double noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            _y[i] = (Slope * _x[i]) + Offset + (0.5 * noise);
        }

        Closed = LinearRegression.Fit(X, _y);
        var plain = new GradientDescentOptions { Standardize = false, Tolerance = 1e-11 };
        Descent = GradientDescent.Fit(X, _y, plain with { OnStep = (in step) => Way.Add((step.Weights[0], step.Intercept)) });
        double stable = Descent.LargestStableRate;
        Slow = GradientDescent.Fit(X, _y, plain with { Rate = 0.1 * stable });
        Swinging = GradientDescent.Fit(X, _y,
            plain with { Rate = 0.9 * stable, OnStep = (in step) => SwingingWay.Add((step.Weights[0], step.Intercept)) });
        Diverging = GradientDescent.Fit(X, _y, plain with { Rate = 1.05 * stable });
    }

    /// <summary>Gets the closed form.</summary>
    internal Fit Closed { get; }

    /// <summary>Gets the descent at the default rate, 1/λmax, and its way.</summary>
    internal DescentResult Descent { get; }

    internal List<(double First, double Second)> Way { get; } = [];

    /// <summary>Gets a tenth of the largest stable rate.</summary>
    internal DescentResult Slow { get; }

    /// <summary>Gets a rate just below the largest stable one, and its way from side to side.</summary>
    internal DescentResult Swinging { get; }

    internal List<(double First, double Second)> SwingingWay { get; } = [];

    /// <summary>Gets a rate just above it.</summary>
    internal DescentResult Diverging { get; }

    private MatrixSpan<double> X => new(_x, 1);

    internal IEnumerable<Finding> Findings() =>
        [Shapes(), HandLoss(), HandGradient(), Checked(), Falls(), Stops(), Orthogonal(), NearTruth(), Agrees(), Diverges()];

    private static string Number(double value) => value.ToString("G10", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private Finding Shapes()
    {
        double[] predictions = new double[Rows];
        double[] residuals = new double[Rows];
        double[] gradient = new double[1];
        LinearRegression.Predict(X, [1.0], 0, predictions.AsSpan());
        LinearRegression.Residuals(X, _y, [1.0], 0, residuals);
        double both = LinearRegression.Gradient(X, _y, [1.0], 0, gradient).InterceptGradient;
        bool holds = predictions.SequenceEqual(_x) && residuals.Zip(_x.Zip(_y))
            .All(row => row.First == row.Second.First - row.Second.Second) && double.IsFinite(gradient[0] + both);
        return new Finding("X is n × d, w has d weights; predictions and residuals have n values, the gradient d", $"X {Rows} × 1, ŷ {predictions.Length}, r {residuals.Length}, Xᵀr {gradient.Length}", holds);
    }

    private static Finding HandLoss()
    {
        double loss = LinearRegression.MeanSquaredError(new MatrixSpan<double>([1, 2, 3], 1), [2.0, 4, 6], [1], 0);
        return new Finding("by hand: x = 1, 2, 3, y = 2, 4, 6, w = 1, b = 0 has the loss 14/3", Number(loss), loss == 14.0 / 3);
    }

    private static Finding HandGradient()
    {
        double[] gradient = new double[1];
        double intercept = LinearRegression.Gradient(new MatrixSpan<double>([1, 2, 3], 1), [2.0, 4, 6], [1], 0, gradient).InterceptGradient;
        return new Finding("its gradient is −28/3 by w and −4 by b", $"{Number(gradient[0])} and {Number(intercept)}", gradient[0] == -28.0 / 3 && intercept == -4);
    }

    private Finding Checked()
    {
        GradientCheckResult check = GradientCheck.Compare(X, _y, [1.0], 0);
        return new Finding("the gradient agrees with central differences to 1e-5 (ours: to 1e-7)", $"worst relative error {Short(check.WorstRelativeError)}", check is { WorstRelativeError: < 1e-7, Unresolved: 0 });
    }

    private Finding Falls()
    {
        LossPoint[] points = [.. Descent.History.Points];

        // Near the least loss only rounding is left to rise.
        bool holds = points.Zip(points.Skip(1)).All(pair => pair.Second.Loss <= pair.First.Loss * (1 + 1e-14));
        return new Finding("the loss falls at every step of a stable rate", $"{Number(points[0].Loss)} to {Number(points[^1].Loss)} in {Counted.Of(Descent.Steps, "step")} at rate {Short(Descent.Rate)}", holds);
    }

    private Finding Stops() => new("descent converges: the gradient vanishes", $"{Descent.Stop} at most {Short(Descent.Distance)} from the minimum, gradient {Short(Descent.History.First.GradientNorm)} to {Short(Descent.History.Last.GradientNorm)}", Descent.Stop == StopReason.Converged);

    private Finding Orthogonal()
    {
        double[] residuals = new double[Rows];
        double[] product = new double[1];
        LinearRegression.Residuals(X, _y, Closed.Model.Weights, Closed.Model.Intercept, residuals);
        LinearRegression.TransposeMultiply(X, residuals, product);
        double share = Math.Abs(product[0]) / Math.Sqrt(_x.Sum(value => value * value) * residuals.Sum(r => r * r));
        return new Finding("residuals of the closed form are orthogonal to X", $"Xᵀr / ‖X‖‖r‖ = {Short(share)}", share < 1e-13);
    }

    private Finding NearTruth()
    {
        double weight = Math.Abs(Closed.Model.Weights[0] - Slope) / Closed.StandardErrors[0];
        double intercept = Math.Abs(Closed.Model.Intercept - Offset) / Closed.InterceptStandardError;
        return new Finding("the closed form finds y = 3x + 4 within five standard errors", $"w = {Closed.Model.Weights[0]:F4}, b = {Closed.Model.Intercept:F4}", weight < 5 && intercept < 5);
    }

    private Finding Agrees()
    {
        double difference = Training.Agreement.Difference(Closed, Descent.Model);
        return new Finding("descent and closed form agree to 1e-10", Short(difference), difference < 1e-10);
    }

    private Finding Diverges() => new(
        "a rate above 2/λmax diverges",
        $"{Diverging.Stop} after {Counted.Of(Diverging.Steps, "step")} at rate {Short(Diverging.Rate)}; stable below {Short(Diverging.LargestStableRate)}",
        Diverging.Stop == StopReason.Diverged && Diverging.Rate > Diverging.LargestStableRate && Swinging.Stop == StopReason.Converged);
}
