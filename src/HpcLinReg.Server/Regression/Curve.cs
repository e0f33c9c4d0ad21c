using System.Collections.Immutable;
using HpcLinReg.Server.Plots;
using HpcLinReg.Server.Points;

namespace HpcLinReg.Server.Regression;

/// <summary>
/// The engine's polynomial for some points: powers of u = (x − centre) / scale, which the engine fits by least squares. A line without a
/// penalty is fitted to x itself, so that its coefficients are the engine's own to the last bit.
/// </summary>
public sealed class Curve
{
    private readonly double[] _design;
    private readonly double[] _x;
    private readonly double[] _y;

    private Curve(PointSet data, int degree, double ridge)
    {
        double[] x = _x = data.Xs();
        _y = data.Ys();
        Degree = degree;
        if (degree > 1 || ridge > 0)
        {
            // Powers of u stay between −1 and 1, so that the normal equations keep their digits and λ means the same in any unit.
            (double min, double max) = (x.Min(), x.Max());
            Centre = (min / 2) + (max / 2);
            Scale = max > min ? (max / 2) - (min / 2) : 1;
        }

        _design = Powers(x);
        Fit = LinearRegression.Fit(Matrix, _y, new FitOptions { Ridge = ridge });
        Loss = LinearRegression.MeanSquaredError(Matrix, _y, Fit.Model.Weights, Fit.Model.Intercept);
    }

    /// <summary>Gets what the engine answered.</summary>
    public Fit Fit { get; }

    /// <summary>Gets the mean squared error, without a penalty.</summary>
    public double Loss { get; }

    /// <summary>Gets the degree.</summary>
    public int Degree { get; }

    /// <summary>Gets what is subtracted from x.</summary>
    public double Centre { get; }

    /// <summary>Gets what x − centre is divided by.</summary>
    public double Scale { get; } = 1;

    /// <summary>Gets the slope in x of a curve of degree 1.</summary>
    public double Slope => Fit.Model.Weights[0] / Scale;

    /// <summary>Gets the intercept in x of a curve of degree 1.</summary>
    public double Intercept => Fit.Model.Intercept - (Slope * Centre);

    private MatrixSpan<double> Matrix => new(_design, Degree);

    /// <summary>Fits; a problem the engine cannot pose is told in its words.</summary>
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
        var values = new double[x.Length];
        if (x.Length > 0)
        {
            Fit.Model.Predict(new MatrixSpan<double>(Powers(x), Degree), values.AsSpan());
        }

        return values;
    }

    /// <summary>ŷ − y of every point.</summary>
    public double[] Residuals()
    {
        var residuals = new double[_y.Length];
        LinearRegression.Residuals(Matrix, _y, Fit.Model.Weights, Fit.Model.Intercept, residuals);
        return residuals;
    }

    /// <summary>What each point may say about its own prediction, and how far the fit would move without it.</summary>
    public Influence Influence() => Regression.Influence.Of(Fit, Matrix, Residuals());

    /// <summary>
    /// The equation in powers of x: a curve's from the engine's own polynomial fit, which brings the coefficients back from scaled powers in
    /// double-double. Where they exceed the range of double, in powers of u.
    /// </summary>
    public string Equation()
    {
        if (Degree == 1)
        {
            return Line(Slope, Intercept);
        }

        try
        {
            Fit polynomial = LinearRegression.FitPolynomial<double>(_x, _y, Degree, new FitOptions { Ridge = Fit.Ridge });
            return Polynomial(polynomial.Model, "x");
        }
        catch (OverflowException)
        {
            return $"{Polynomial(Fit.Model, "u")} with u = (x {Numerals.Added(-Centre, 4)}) / {Numerals.Number(Scale, 4)}";
        }
    }

    private static string Polynomial(LinearModel model, string variable) =>
        $"ŷ = {Numerals.Number(model.Intercept, 4)}{string.Concat(model.Weights.ToArray().Select((weight, k) => $" {Numerals.Added(weight, 4)} {variable}{Superscript(k + 1)}"))}";

    /// <summary>The equation of a line.</summary>
    public static string Line(double slope, double intercept) => $"ŷ = {Numerals.Number(slope)} x {Numerals.Added(intercept)}";

    /// <summary>Which powers the engine left out, and why, in words.</summary>
    public ImmutableArray<string> Aliased() => [.. Fit.Aliased.Select(column => Explain(column.Column + 1))];

    private string Explain(int power)
    {
        int distinct = _x.Distinct().Count();
        return distinct == 1
            ? $"Every x is the same, so x cannot be told from the constant: there is no slope to find. What is left is the mean of y."
            : $"x{Superscript(power)} says nothing that lower powers do not: {distinct} different x carry a polynomial of degree {distinct - 1} at most.";
    }

    private double[] Powers(double[] x)
    {
        var powers = new double[x.Length * Degree];
        for (int i = 0; i < x.Length; i++)
        {
            double u = (x[i] - Centre) / Scale, power = 1;
            for (int k = 0; k < Degree; k++)
            {
                power *= u;
                powers[(i * Degree) + k] = power;
            }
        }

        return powers;
    }

    private static string Superscript(int power) => power == 1 ? "" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[power].ToString();
}
