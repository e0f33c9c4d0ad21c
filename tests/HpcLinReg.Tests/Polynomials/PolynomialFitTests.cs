using System.Globalization;
using HpcLinReg.Tests.Nist;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Polynomials;

/// <summary>Polynomials in years and in seconds since 1970, whose raw powers evaluated in double are off by any amount: the model predicts what it fitted.</summary>
public class PolynomialFitTests
{
    /// <summary>The first three predictions, exact to 16 digits, and the residual standard deviation to 3.</summary>
    [Theory]
    [InlineData("day", 4, 0.485, 4.425473616355293, 4.074331791015093, 3.7663773896719817)]
    [InlineData("day", 6, 0.410, 3.315678853091124, 3.2373548993964096, 3.1693982758644395)]
    [InlineData("year", 5, 0.257, 0.8457889822080232, 0.7596572412846833, 0.6826410424738149)]
    [InlineData("year", 9, 0.167, 0.670530222498343, 0.6296566684240009, 0.6069959155655617)]
    public void Predictions_are_the_exact_ones_to_their_last_digits(string name, int degree, double deviation, params double[] expected)
    {
        (double[] x, double[] y) = Columns(name);
        PolynomialFit fit = LinearRegression.FitPolynomial<double>(x, y, degree);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], fit.Model.Predict<double>([x[i]]), 8 * (degree + 1) * Naive.Roundoff * Size(fit.Model, x[i]));
        }

        Assert.Equal(deviation, Math.Sqrt(SumOfSquares(fit.Model, x, y) / (x.Length - degree - 1)), 0.0005);
        Assert.Equal(fit.BasisFit.ResidualSumOfSquares, SumOfSquares(fit.Model, x, y), 1e-9 * fit.BasisFit.ResidualSumOfSquares);
    }

    /// <summary>A square of seconds or milliseconds, and a cube of years, of whole numbers: the residuals are nothing.</summary>
    [Theory]
    [InlineData("min", 2)]
    [InlineData("ms", 2)]
    [InlineData("yr", 3)]
    [InlineData("yr", 8)]
    public void Whole_numbers_on_a_polynomial_are_predicted_to_rounding(string name, int degree)
    {
        (double[] x, double[] y) = Columns(name);
        PolynomialFit fit = LinearRegression.FitPolynomial<double>(x, y, degree);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(y[i], fit.Model.Predict<double>([x[i]]), 8 * (degree + 1) * Naive.Roundoff * Size(fit.Model, x[i]));
        }
    }

    [Fact]
    public void A_row_holds_the_variables_whatever_their_degrees()
    {
        double[] years = [.. Enumerable.Range(1990, 30).Select(year => (double)year)], loads = [.. years.Select((_, i) => 1e6 + (i * i % 11))];
        double[] joint = [.. years.SelectMany((year, i) => (double[])[year, loads[i], Math.Pow((year - 2004) / 10, 3) + (2 * (loads[i] - 1e6))])];
        PolynomialFit fit = LinearRegression.FitPolynomial(new ArrayRows(joint, 3), [3, 1]);
        Assert.Equal([3, 1], fit.Model.Variables.Select(variable => variable.Degree));
        Assert.Equal(Math.Pow(0.6, 3) + 14, fit.Model.Predict<double>([2010, 1e6 + 7]), 1e-12);
        Assert.Equal(4, fit.Model.Weights.Length);
    }

    /// <summary>x³ + x over years without an intercept: powers of x scaled alone differ by a twentieth, and of degree 6 are collinear to double-double.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    public void Without_an_intercept_powers_are_shifted_too(int degree)
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(i => 1_700_000_000.0 + (3600 * i))], y = [.. x.Select(value => value * (1 + Math.Pow((value - x[20]) / 1e5, 3)))];
        PolynomialFit fit = LinearRegression.FitPolynomial<double>(x, y, Math.Max(degree, 4), new FitOptions { Intercept = false });
        Assert.Empty(fit.BasisFit.Aliased);
        Assert.Equal((false, 0), (fit.Model.HasIntercept, fit.Model.Predict<double>([0])));
        Assert.All(x.Zip(y), pair => Assert.Equal(pair.Second, fit.Model.Predict<double>([pair.First]), 1e-12 * pair.Second));
        Assert.InRange(fit.ToPowers().Digits, 0, 16);
    }

    [Theory]
    [InlineData(1.7e308, 2)]
    [InlineData(1e200, 2)]
    [InlineData(1e110, 3)]
    public void Powers_beyond_the_range_of_double_are_not_shown_but_the_model_predicts(double size, int degree)
    {
        double[] x = [-size, -0.7 * size, -0.1 * size, 0.2 * size, 0.6 * size, 0.9 * size], y = [1, 2, 4, 3, 1, 0];
        PolynomialFit fit = LinearRegression.FitPolynomial<double>(x, y, degree);
        Assert.Contains("lower degree", Assert.Throws<OverflowException>(fit.ToPowers).Message, StringComparison.Ordinal);
        PolynomialFit same = LinearRegression.FitPolynomial<double>([-1, -0.7, -0.1, 0.2, 0.6, 0.9], y, degree);
        Assert.All(x, value => Assert.Equal(same.Model.Predict<double>([value / size]), fit.Model.Predict<double>([value]), 1e-14));
    }

    /// <summary>Shift and scale follow the unit, so the weights that a ridge penalizes do not.</summary>
    [Fact]
    public void A_ridge_means_the_same_in_any_unit()
    {
        (double[] x, double[] y) = Columns("year");
        var options = new FitOptions { Ridge = 3 };
        PolynomialFit years = LinearRegression.FitPolynomial<double>(x, y, 4, options);
        PolynomialFit days = LinearRegression.FitPolynomial<double>([.. x.Select(year => (year - 1970) * 365.25)], y, 4, options);
        Assert.All(x, year => Assert.Equal(years.Model.Predict<double>([year]), days.Model.Predict<double>([(year - 1970) * 365.25]), 1e-14));
    }

    /// <summary>Of two different x the square is constant, and its centred sum of squares rounds to less than 0: the residuals are those of a line all the same.</summary>
    [Fact]
    public void A_power_that_is_constant_on_the_rows_does_not_hide_the_residuals()
    {
        double[] x = [.. Enumerable.Range(0, 33).Select(i => i * i % 7 < 3 ? 5840264.2722531445 : 5841830.296410132)], y = [.. x.Select((value, i) => (value / 1e6) + (i % 5))];
        Fit line = LinearRegression.Fit<double>(new MatrixSpan<double>(x, 1), y, new FitOptions { Digits = FitOptions.MaxDigits });
        Fit fit = LinearRegression.FitPolynomial<double>(x, y, 11).BasisFit;
        Assert.Equal((2, 10), (fit.Rank, fit.Aliased.Length));
        Assert.Equal(line.ResidualSumOfSquares, fit.ResidualSumOfSquares, 1e-12 * line.ResidualSumOfSquares);
        Assert.Equal(line.ResidualStandardError, fit.ResidualStandardError, 1e-12);
    }

    [Fact]
    public void Columns_without_rows_or_weights_are_refused_as_before()
    {
        Assert.Throws<ArgumentException>(() => LinearRegression.FitPolynomial<double>([], [], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearRegression.FitPolynomial<double>([1, 2], [1, 2], 41));
        Assert.Contains("Row 1 (counted from 0), x, is NaN", Assert.Throws<ArgumentException>(() => LinearRegression.FitPolynomial<double>([1, double.NaN], [1, 2], 1)).Message, StringComparison.Ordinal);
    }

    private static double Size(PolynomialModel model, double x) => new ExactTerms(model).Predict([x]).Size;

    private static double SumOfSquares(PolynomialModel model, double[] x, double[] y) => x.Zip(y, (value, target) => target - model.Predict<double>([value])).Sum(residual => residual * residual);

    private static (double[] X, double[] Y) Columns(string name)
    {
        double[][] rows = [.. File.ReadLines(ReferenceData.PathOf($"polynomials/{name}.csv")).Skip(1).Select(line => Array.ConvertAll(line.Split(','), cell => double.Parse(cell, CultureInfo.InvariantCulture)))];
        return ([.. rows.Select(row => row[0])], [.. rows.Select(row => row[1])]);
    }
}
