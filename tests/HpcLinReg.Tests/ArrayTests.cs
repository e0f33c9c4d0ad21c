namespace HpcLinReg.Tests;

/// <summary>Arrays and lists in brackets work without naming the element type.</summary>
public class ArrayTests
{
    private static readonly double[,] X = { { 1, 1 }, { 2, 1 }, { 3, 2 }, { 4, 3 }, { 5, 5 } };
    private static readonly double[] Y = [6, 8, 13, 18, 26];

    [Fact]
    public void Arrays_are_fitted_as_their_views_are()
    {
        Fit expected = LinearRegression.Fit(new MatrixSpan<double>(X), Y);
        Assert.Equal(expected.Model.Weights, LinearRegression.Fit(X, Y).Model.Weights);
        Assert.Equal(0, LinearRegression.Fit(X, Y, new FitOptions { Intercept = false }).Model.Intercept);
        Assert.Equal(expected.Model.Weights, LinearRegression.Fit(MatrixSpan.Create(X), Y).Model.Weights);
        Assert.Equal(expected.Model.Weights, LinearRegression.Fit(MatrixSpan.Create([1.0, 1, 2, 1, 3, 2, 4, 3, 5, 5], columns: 2), Y).Model.Weights);
        Assert.Equal(expected.Model.Weights, LinearRegression.Fit(new float[,] { { 1, 1 }, { 2, 1 }, { 3, 2 }, { 4, 3 }, { 5, 5 } }, [6f, 8, 13, 18, 26]).Model.Weights);
    }

    [Fact]
    public void Whole_numbers_in_brackets_are_doubles()
    {
        // 2²⁴ + 1 is no float.
        Assert.Equal(16_777_217, new LinearModel([1, 0], 0).Predict([16_777_217, 8]));
        PolynomialFit line = LinearRegression.FitPolynomial([0.0, 16_777_216, 33_554_432], [0.0, 16_777_216, 33_554_432], 1);
        Assert.Equal(16_777_217, line.Model.Predict([16_777_217]), 1e-8);
    }

    [Fact]
    public void Other_rows_of_variables_are_predicted_in_their_own_type()
    {
        float[] row = [6, 8];
        Assert.Equal(14, new LinearModel([1, 1], 0).Predict<float>(row));
    }

    [Fact]
    public void What_is_null_is_named()
    {
        Assert.Throws<ArgumentNullException>(() => LinearRegression.Fit((double[,])null!, Y));
        Assert.Throws<ArgumentNullException>(() => LinearRegression.Fit(X, null!));
        Assert.Throws<ArgumentNullException>(() => LinearRegression.Fit(X, Y, null!));
        Assert.Throws<ArgumentNullException>(() => MatrixSpan.Create<double>(null!));
        Assert.Throws<ArgumentNullException>(() => MatrixSpan.Create((double[])null!, 2));
    }
}
