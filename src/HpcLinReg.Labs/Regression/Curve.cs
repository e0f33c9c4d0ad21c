using System.Collections.Immutable;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Regression;

/// <summary>
/// The engine's fit of some points: from degree 2 its polynomial, which takes x itself. A line without a penalty is fitted to x, so that
/// its coefficients are the engine's own to the last bit; with a penalty to u = (x − centre) / scale, scaled to ±1 as a polynomial's
/// variable is, so that λ means the same in any unit.
/// </summary>
public sealed class Curve
{
    private readonly PolynomialFit? _polynomial;
    private readonly RegressionModel _model;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double _centre;
    private readonly double _scale = 1;

    private Curve(PointSet data, int degree, double ridge)
    {
        double[] x = _x = data.Xs();
        _y = data.Ys();
        Degree = degree;
        var options = new FitOptions { Ridge = ridge };
        if (degree > 1)
        {
            _polynomial = LinearRegression.FitPolynomial<double>(x, _y, degree, options);
            Fit = _polynomial.BasisFit;
        }
        else
        {
            if (ridge > 0)
            {
                (double min, double max) = (x.Min(), x.Max());
                _centre = (min / 2) + (max / 2);
                _scale = max > min ? (max / 2) - (min / 2) : 1;
            }

            Fit = LinearRegression.Fit(DesignOf(x), _y, options);
        }

        var design = Design.Create([new ModelColumn("x", CellKind.Number)], Variable());
        _model = _polynomial is null ? RegressionModel.Create(design, "y", Fit) : RegressionModel.Create(design, "y", _polynomial);
        Loss = _polynomial is null
            ? LinearRegression.MeanSquaredError(DesignOf(x), _y, Fit.Model.Weights, Fit.Model.Intercept)
            : Residuals().Sum(residual => residual * residual) / _y.Length;
    }

    /// <summary>Gets what the engine answered: of a line, or on the terms of the polynomial.</summary>
    public Fit Fit { get; }

    /// <summary>Gets the mean squared error, without a penalty.</summary>
    public double Loss { get; }

    /// <summary>Gets the degree.</summary>
    public int Degree { get; }

    /// <summary>Gets the slope in x of a curve of degree 1.</summary>
    public double Slope => Fit.Model.Weights[0] / _scale;

    /// <summary>Gets the intercept in x of a curve of degree 1.</summary>
    public double Intercept => Fit.Model.Intercept - (Slope * _centre);

    /// <summary>Gets the standard error of the slope in x of a curve of degree 1; NaN for others, and where it is not known.</summary>
    public double SlopeStandardError => Degree == 1 ? _model.Terms[0].StandardError / _scale : double.NaN;

    /// <summary>Computes the 95 % limits for the mean of y and for one further point at many x; NaN where residuals say nothing.</summary>
    public (double Low, double High, double PointLow, double PointHigh)[] Bands(double[] x) => [.. x.Select(at =>
    {
        UncertainPrediction band = _model.PredictWithUncertainty([at], 0.95);
        return (band.ConfidenceLower, band.ConfidenceUpper, band.PredictionLower, band.PredictionUpper);
    })];

    /// <summary>Fits; a problem that the engine cannot pose is reported in its words.</summary>
    public static Curve? Of(PointSet data, int degree, double ridge, out string? problem)
    {
        problem = null;
        if (data.Count == 0)
        {
            problem = "There are no points. Click in the plot to add one.";
            return null;
        }

        try
        {
            return new Curve(data, degree, ridge);
        }
        catch (OverflowException exception)
        {
            problem = exception.Message;
            return null;
        }
    }

    /// <summary>ŷ at many x.</summary>
    public double[] At(double[] x)
    {
        double[] values = new double[x.Length];
        _ = _model.Predict(new MatrixSpan<double>(x, 1), values.AsSpan());
        return values;
    }

    /// <summary>ŷ − y of every point.</summary>
    public double[] Residuals()
    {
        double[] residuals = At(_x);
        for (int i = 0; i < residuals.Length; i++)
        {
            residuals[i] -= _y[i];
        }

        return residuals;
    }

    /// <summary>
    /// Computes the leverage of each point, its share in its own prediction, and how far the fit would move without it; with a penalty
    /// those of the penalized fit.
    /// </summary>
    public Influence Influence() =>
        Regression.Influence.Of(_model, _polynomial is null ? Array.ConvertAll(_x, value => (value - _centre) / _scale) : _x, _y);

    /// <summary>
    /// The equation in powers of x, which the engine brings back from the polynomial's terms in double-double. Where they exceed the range
    /// of double, in powers of t.
    /// </summary>
    public string Equation()
    {
        if (_polynomial is null)
        {
            return Line(Slope, Intercept);
        }

        try
        {
            PowerCoefficients powers = _polynomial.ToPowers();
            return Polynomial(powers.Intercept, powers.Weights.AsSpan(), "x");
        }
        catch (OverflowException)
        {
            PolynomialVariable variable = _polynomial.Model.Variables[0];
            return $"{Polynomial(_polynomial.Model.Intercept, _polynomial.Model.Weights, "t")} with t = (x {Numerals.Added(-variable.Shift, 4)}) · {Numerals.Number(variable.Scale, 4)}";
        }
    }

    private static string Polynomial(double intercept, ReadOnlySpan<double> weights, string variable) =>
        $"ŷ = {Numerals.Number(intercept, 4)}{string.Concat(weights.ToArray().Select((weight, k) => $" {Numerals.Added(weight, 4)} {variable}{Superscript(k + 1)}"))}";

    /// <summary>The equation of a line.</summary>
    public static string Line(double slope, double intercept) => $"ŷ = {Numerals.Number(slope)} x {Numerals.Added(intercept)}";

    /// <summary>Which powers the engine left out, and why, in words.</summary>
    public ImmutableArray<string> Aliased() => [.. Fit.Aliased.Select(column => Explain(column.Column + 1))];

    private string Explain(int power)
    {
        int distinct = _x.Distinct().Count();
        return distinct == 1
            ? $"Every x is the same, so x is a multiple of the constant: there is no slope to find. The fit is the mean of y."
            : $"x{Superscript(power)} says nothing that lower powers do not: {distinct} different x carry a polynomial of degree {distinct - 1} at most.";
    }

    /// <summary>Returns the feature that the fit depends on: x, a polynomial in x, or u.</summary>
    private Feature Variable() =>
        Degree > 1 ? Feature.Polynomial("x", Degree)
        : _centre == 0 && _scale == 1 ? "x"
        : Feature.Expression(FormattableString.Invariant($"(x - {_centre:R}) / {_scale:R}")).As("u");

    /// <summary>The design of a line.</summary>
    private MatrixSpan<double> DesignOf(double[] x) => new(Array.ConvertAll(x, value => (value - _centre) / _scale), 1);

    private static string Superscript(int power) => power == 1 ? "" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[power].ToString();
}
