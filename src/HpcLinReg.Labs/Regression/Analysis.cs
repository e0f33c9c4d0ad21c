using System.Collections.Immutable;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Regression;

/// <summary>The engine's results for a state: the line in the visitor's hands, the best fit, and how the points take part in it.</summary>
public sealed class Analysis
{
    private Analysis(RegressionState state, Analysis? before)
    {
        PointSet data = state.Data;
        if (before is not null && before._data.Points == data.Points && before._degree == state.Degree && before._ridge == state.Ridge
            && before._test == state.Test)
        {
            // While a line is dragged the points stay, and so does all that follows from them.
            (Best, Optimum, Problem, Influence, MeanOfY) = (before.Best, before.Optimum, before.Problem, before.Influence, before.MeanOfY);
            (TotalVariance, Held, _fitted) = (before.TotalVariance, before.Held, before._fitted);
        }
        else if (data.Count > 0)
        {
            Held = state.Test ? HeldOut.Of(data.Count) : new bool[data.Count];
            _fitted = data with { Points = [.. data.Points.Where((_, i) => !Held[i])] };
            Optimum = Curve.Of(_fitted, state.Degree, 0, out string? problem);
            Best = state.Ridge > 0 ? Curve.Of(_fitted, state.Degree, state.Ridge, out problem) : Optimum;
            Problem = problem;
            Influence = Best?.Influence().Among(Held);
            (MeanOfY, TotalVariance) = Mean(_fitted);
        }
        else
        {
            Problem = "There are no points. Click in the plot to add one.";
        }

        (_data, _degree, _ridge, _test) = (data, state.Degree, state.Ridge, state.Test);
        ShowsCurve = state.Degree > 1;
        if (data.Count == 0)
        {
            return;
        }

        if (ShowsCurve)
        {
            Loss = Best?.Loss ?? double.NaN;
            Residuals = Best is { } best ? Of(best, data) : new double[data.Count];
        }
        else
        {
            double[] x = _fitted.Xs(), y = _fitted.Ys(), slopeGradient = new double[1], slope = [state.Slope];
            Residuals = new double[data.Count];
            LinearRegression.Residuals(new MatrixSpan<double>(data.Xs(), 1), data.Ys(), slope, state.Intercept, Residuals);
            LossGradient gradient = LinearRegression.Gradient(new MatrixSpan<double>(x, 1), y, slope, state.Intercept, slopeGradient);
            Loss = gradient.Loss;
            (SlopeGradient, InterceptGradient) = LineGradient.WithoutRounding(x, y, state.Slope, state.Intercept, slopeGradient[0],
                gradient.InterceptGradient);
        }

        TestLoss = LossOfHeld(Residuals);
    }

    private readonly PointSet _data;
    private readonly int _degree;
    private readonly double _ridge;
    private readonly bool _test;
    private readonly PointSet _fitted = new("", []);

    /// <summary>Gets the best fit with the state's degree and penalty; null when there is none.</summary>
    public Curve? Best { get; }

    /// <summary>Gets the best fit without a penalty, whose loss nothing of this degree can go below.</summary>
    public Curve? Optimum { get; }

    /// <summary>Gets why there is no best fit, in the engine's words; null when there is one.</summary>
    public string? Problem { get; }

    /// <summary>Gets leverage and Cook's distance in the best fit, its penalty included.</summary>
    public Influence? Influence { get; }

    /// <summary>Gets which points are held out of the fit to test it.</summary>
    public bool[] Held { get; } = [];

    /// <summary>Gets how many points are fitted; the loss and its gradient are their means.</summary>
    public int Fitted => _fitted.Count;

    /// <summary>Gets the mean squared error of what is shown over the points held out; NaN without them.</summary>
    public double TestLoss { get; } = double.NaN;

    /// <summary>Gets the mean squared error of the best fit over the points held out; NaN without them.</summary>
    public double BestTestLoss => Best is { } best && _test ? LossOfHeld(Of(best, _data)) : double.NaN;

    /// <summary>Gets whether residuals and loss are those of the fitted curve, which no one drags, instead of the visitor's line.</summary>
    public bool ShowsCurve { get; }

    /// <summary>Gets the mean squared error of what is shown.</summary>
    public double Loss { get; } = double.NaN;

    /// <summary>Gets ∂loss/∂w of the visitor's line.</summary>
    public double SlopeGradient { get; } = double.NaN;

    /// <summary>Gets ∂loss/∂b of the visitor's line.</summary>
    public double InterceptGradient { get; } = double.NaN;

    /// <summary>Gets ŷ − y of every point, of what is shown.</summary>
    public double[] Residuals { get; } = [];

    /// <summary>Gets the mean of y, which the line without a slope predicts.</summary>
    public double MeanOfY { get; } = double.NaN;

    /// <summary>Gets the mean squared error of the mean.</summary>
    public double TotalVariance { get; } = double.NaN;

    /// <summary>Gets 1 − loss / loss of the mean: 0 for the mean, negative for anything worse; NaN when y does not vary.</summary>
    public double RSquared => TotalVariance > 0 ? 1 - (Loss / TotalVariance) : double.NaN;

    /// <summary>Gets R² of the best fit.</summary>
    public double BestRSquared => Best is { } best && TotalVariance > 0 ? 1 - (best.Loss / TotalVariance) : double.NaN;

    /// <summary>Gets how far the loss is above the least one.</summary>
    public double AboveOptimum => Optimum is null ? double.NaN : Math.Max(0, Loss - Optimum.Loss);

    /// <summary>Asks the engine.</summary>
    /// <param name="state">What is shown.</param>
    /// <param name="before">The analysis of the state before, whose fits are kept when the points are the same.</param>
    public static Analysis Of(RegressionState state, Analysis? before = null) => new(state, before);

    /// <summary>Gets the accuracy of the engine's answer, in words.</summary>
    public ImmutableArray<string> Certificate()
    {
        if (Best is not { } best)
        {
            return Problem is null ? [] : [Problem];
        }

        Certificate certificate = best.Fit.Certificate;
        string digits = $"The arithmetic is right to at least {Math.Floor(certificate.Digits):0} digits of every coefficient.";
        if (certificate.Rank <= best.Degree)
        {
            digits += $" The points determine {certificate.Rank} of the {best.Degree + 1} coefficients.";
        }

        string all = best.Fit.ResidualDegreesOfFreedom == 0 ? " There are as many coefficients as points, so nothing is left to judge the fit by." : "";
        return [digits + all, .. best.Aliased()];
    }

    /// <summary>ŷ − y of every point, those held out included.</summary>
    private static double[] Of(Curve curve, PointSet data) => [.. curve.At(data.Xs()).Zip(data.Ys(), (fitted, y) => fitted - y)];

    private double LossOfHeld(double[] residuals) =>
        residuals.Where((_, i) => Held[i]).Select(residual => residual * residual).DefaultIfEmpty(double.NaN).Average();

    private static (double Mean, double Variance) Mean(PointSet data)
    {
        double[] y = data.Ys();
        try
        {
            Fit fit = LinearRegression.Fit(new MatrixSpan<double>(default, y.Length, 0, 0), y);
            return (fit.Model.Intercept, fit.TotalSumOfSquares / y.Length);
        }
        catch (OverflowException)
        {
            return (double.NaN, double.NaN);
        }
    }
}
