using System.Numerics;
using HpcLinReg.Polynomials;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <content>Polynomials, fitted and evaluated on powers of columns that are shifted and scaled to ±1.</content>
public static partial class LinearRegression
{
    /// <inheritdoc cref="FitPolynomial{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, FitOptions)"/>
    public static PolynomialFit FitPolynomial<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int degree)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FitPolynomial(x, y, default, degree, null);

    /// <summary>Fits a polynomial of degree k in x.</summary>
    /// <param name="x">n values.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="degree">k, 1 to 40.</param>
    /// <param name="options">
    /// As for a design matrix. The fit is made on the terms of the model, powers of t = (x − shift)·scale
    /// (<see cref="PolynomialVariable"/>): a ridge penalizes the squares of their weights, and the minimum norm is that of their weights.
    /// The third rung always answers.
    /// </param>
    /// <returns>The model, which takes x itself, and the statistics and accuracy of the fit.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, there are no rows, or a cell is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree or an option is out of range.</exception>
    /// <exception cref="OverflowException">The target's squares leave the range of double.</exception>
    /// <remarks>
    /// Terms are computed, summed and solved in double-double, so the digits that powers of x computed in double lose are not lost, and the
    /// model is evaluated in the same basis. Allocates about 100k² bytes.
    /// </remarks>
    public static PolynomialFit FitPolynomial<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int degree, FitOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FitPolynomial(x, y, default, degree, options);

    /// <inheritdoc cref="FitPolynomial{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{double}, int, FitOptions)"/>
    public static PolynomialFit FitPolynomial<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, int degree)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FitPolynomial(x, y, rowWeights, degree, null);

    /// <summary>Fits a polynomial of degree k in x to rows that have weights.</summary>
    /// <param name="x">n values.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="rowWeights">
    /// n finite weights, none negative; a row of weight 0 counts as no row, whatever its cells. Empty: every row counts once.
    /// </param>
    /// <param name="degree">k, 1 to 40.</param>
    /// <param name="options">As without weights; <see cref="FitOptions.RowWeights"/> says what the weights mean.</param>
    /// <returns>The model, which takes x itself, and the statistics and accuracy of the fit.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, no row has weight, a weight is not usable, or a cell is NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree or an option is out of range.</exception>
    /// <exception cref="OverflowException">The target's squares leave the range of double.</exception>
    /// <remarks>As without weights.</remarks>
    public static PolynomialFit FitPolynomial<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, int degree,
        FitOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options = Checked(options);
        options.RequireClosedForm("Polynomials are fitted");
        PolynomialVariable.RequireDegree(degree);
        var column = new MatrixSpan<T>(x, x.Length, 1, 1);
        RowArguments.RequireRows(column, y.Length);
        bool weighted = !rowWeights.IsEmpty;
        if (weighted && rowWeights.Length != x.Length)
        {
            Throw.RowsAgainst(nameof(rowWeights), x.Length, rowWeights.Length);
        }

        RowWeights.RequireKind(rowWeights, options.RowWeights, 0);
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        for (int i = 0; i < x.Length; i++)
        {
            if (weighted && rowWeights[i] == 0)
            {
                continue;
            }

            double value = Kernels.Line.Widen(x[i]);
            if (!double.IsFinite(value))
            {
                Throw.NonFiniteCell(i, "x", value);
            }

            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        var basis = new PolynomialBasis(["x", "y"], [degree], [(least, most)], options.Intercept);
        var tree = new MomentsTree(2, 0, MomentsPrecision.DoubleDouble, basis);
        tree.Add(column, new MatrixSpan<T>(y, y.Length, 1, 1), rowWeights);
        return PolynomialSolver.Solve(tree, basis, options);
    }

    /// <inheritdoc cref="FitPolynomial(IRowSource, ReadOnlySpan{int}, FitOptions, CancellationToken)"/>
    public static PolynomialFit FitPolynomial(IRowSource rows, ReadOnlySpan<int> degrees) =>
        FitPolynomial(rows, degrees, null, CancellationToken.None);

    /// <inheritdoc cref="FitPolynomial(IRowSource, ReadOnlySpan{int}, FitOptions, CancellationToken)"/>
    public static PolynomialFit FitPolynomial(IRowSource rows, ReadOnlySpan<int> degrees, FitOptions? options) =>
        FitPolynomial(rows, degrees, options, CancellationToken.None);

    /// <summary>Fits a polynomial in several features, each with its own degree, to the rows of a source, which are read twice.</summary>
    /// <param name="rows">
    /// The rows; the last joint column is the target, or the weights behind it (<see cref="IRowSource.HasWeights"/>).
    /// </param>
    /// <param name="degrees">
    /// The degree of each feature: k for a polynomial of degree k in it, 1 for the feature itself, shifted but not scaled.
    /// </param>
    /// <param name="options">As for one variable.</param>
    /// <param name="cancellationToken">Stops a reading; it is asked before each call of <see cref="IRowReader.ReadRows"/>.</param>
    /// <returns>The model, which takes the features themselves, and the statistics and accuracy of the fit.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is not one degree for each feature, or the source not one name for each column, there are no rows, or none that has weight, a
    /// weight is not usable, or a cell is NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A degree or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">
    /// The source gives other rows in a later reading than in its first, or can be read only once.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="OverflowException">The squares of the target or of a feature of degree 1 leave the range of double.</exception>
    public static PolynomialFit FitPolynomial(IRowSource rows, ReadOnlySpan<int> degrees, FitOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options = Checked(options);
        options.RequireClosedForm("Polynomials are fitted");
        var labels = ColumnLabels.Of(rows);
        if (degrees.Length != labels.Features)
        {
            Throw.DegreesAgainst(degrees.Length, labels.Features);
        }

        foreach (int degree in degrees)
        {
            PolynomialVariable.RequireDegree(degree);
        }

        string[] called = [.. labels.Names.IsEmpty ? ColumnLabels.Numbered(labels.Columns) : labels.Names];
        var source = CheckedSource.ToReadAgain(CancellableRows.Of(rows, cancellationToken));
        var basis = new PolynomialBasis(called, degrees, source.Ranges(called, rows.HasWeights), options.Intercept);
        var tree = new MomentsTree(labels.Columns, 0, MomentsPrecision.DoubleDouble, basis);
        if (rows.HasWeights)
        {
            SourceMoments.AddWeighted(tree, source, options.RowWeights);
        }
        else
        {
            SourceMoments.Add(tree, source);
        }

        return PolynomialSolver.Solve(tree, basis, options);
    }
}
