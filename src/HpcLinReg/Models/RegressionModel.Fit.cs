using HpcLinReg.Models;

namespace HpcLinReg;

/// <content>Fits of columns in memory.</content>
public sealed partial class RegressionModel
{
    /// <summary>Fits a model to columns in memory.</summary>
    /// <param name="data">The columns.</param>
    /// <param name="target">The name of the target: a column of numbers or flags.</param>
    /// <param name="features">The features; empty fits the mean.</param>
    /// <param name="options">How the problem is posed and how many digits are asked for; null for the defaults.</param>
    /// <param name="weights">
    /// The name of the column of row weights, whose meaning <see cref="FitOptions.RowWeights"/> states; null for none.
    /// </param>
    /// <returns>The model. Rows with a missing value are left out and counted (<see cref="TrainingFacts.RowsDropped"/>).</returns>
    /// <exception cref="ArgumentException">A column or feature cannot be used, or no row is complete.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    /// <remarks>
    /// Texts enter against their first level in the order of their UTF-8 bytes, among the levels of the rows used. Two readings of the
    /// columns, and one for each step of refinement. Accuracy: <see cref="Certificate"/>.
    /// </remarks>
    public static RegressionModel Fit(ColumnTable data, string target, ReadOnlySpan<Feature> features, FitOptions? options = null,
        string? weights = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(target);
        options ??= FitOptions.Default;
        var rows = TableRows.Of(data, target, features, weights, options);
        if (rows.Design.Degrees.Any(degree => degree > 1))
        {
            PolynomialFit polynomial = LinearRegression.FitPolynomial(rows, rows.Design.Degrees.AsSpan(), options);
            return WithPowers(Create(rows.Design, target, polynomial, rows.Facts), polynomial);
        }

        return Create(rows.Design, target, LinearRegression.Fit(rows, options), rows.Facts);
    }

    /// <summary>
    /// Returns the model with the coefficients of powers; without them where they leave the range of double, which no prediction does.
    /// </summary>
    private static RegressionModel WithPowers(RegressionModel model, PolynomialFit fit)
    {
        try
        {
            return model.With(fit.ToPowers());
        }
        catch (OverflowException)
        {
            return model;
        }
    }
}
