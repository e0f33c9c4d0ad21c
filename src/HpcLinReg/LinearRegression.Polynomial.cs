using System.Numerics;
using HpcLinReg.LeastSquares;

namespace HpcLinReg;

/// <content>Polynomials, fitted on powers of columns that are shifted and scaled to ±1.</content>
public static partial class LinearRegression
{
    /// <summary>The highest degree of a polynomial. Above it powers of numbers within ±1 differ too little for any double.</summary>
    internal const int MostDegree = 40;

    /// <summary>The polynomial b + w₁x + w₂x² + … + wₖxᵏ that fits best.</summary>
    /// <param name="x">n values.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="degree">k, 1 to 40.</param>
    /// <param name="options">
    /// As for a design matrix. A ridge penalizes the coefficients of (x − c)·σ, in which the fit is made. The third rung always answers, and powers
    /// that others determine are dropped.
    /// </param>
    /// <returns>The model, whose features are x, x², …, and what is known of it.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, there are no rows, or a cell is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree or an option is out of range.</exception>
    /// <exception cref="OverflowException">A coefficient or a power exceeds the range of double.</exception>
    /// <remarks>
    /// Shifted and scaled to ±1, where powers are well conditioned, in double-double, and brought back in double-double: the digits that
    /// powers of x computed in double lose are not lost. Allocates about 100k² bytes.
    /// </remarks>
    public static Fit FitPolynomial<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int degree, FitOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FitPolynomial(x, y, default, degree, options);

    /// <summary>The polynomial that fits best with a weight for each row.</summary>
    /// <param name="x">n values.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="rowWeights">n finite weights, none negative; a row of weight 0 counts as no row, whatever its cells. Empty for ones.</param>
    /// <param name="degree">k, 1 to 40.</param>
    /// <param name="options">As without weights; <see cref="FitOptions.RowWeights"/> says what the weights mean.</param>
    /// <returns>The model, whose features are x, x², …, and what is known of it.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, there are no rows, no row has weight, a weight is not usable, or a cell is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree or an option is out of range.</exception>
    /// <exception cref="OverflowException">A coefficient or a power exceeds the range of double.</exception>
    /// <remarks>As without weights.</remarks>
    public static Fit FitPolynomial<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, int degree, FitOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options = Checked(options);
        RequireDegree(degree);
        var column = new MatrixSpan<T>(x, x.Length, 1, 1);
        RequireRowsOf(column, y.Length);
        bool weighted = !rowWeights.IsEmpty;
        if (weighted && rowWeights.Length != x.Length)
        {
            Throw.RowsAgainst(nameof(rowWeights), x.Length, rowWeights.Length);
        }

        options.RequireFrequencies(rowWeights, 0);
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

        var basis = new PolynomialBasis(["x", "y"], [degree, 1], [(least, most), default], options.Intercept);
        var accumulator = new MomentsAccumulator(2, 0, MomentsPrecision.DoubleDouble, basis);
        if (weighted)
        {
            accumulator.Add(column, new MatrixSpan<T>(y, y.Length, 1, 1), rowWeights);
        }
        else
        {
            accumulator.Add(column, y);
        }

        return PolynomialFit.Solve(accumulator, basis, options);
    }

    /// <summary>As for one variable, for rows of which some columns stand for their powers; they are read twice.</summary>
    /// <param name="rows">The rows; the last joint column is the target.</param>
    /// <param name="degrees">Of each feature: 1 for itself, k for its powers 1 to k, which take its place in the model.</param>
    /// <param name="options">As for one variable.</param>
    /// <param name="names">What the joint columns are called in messages, without the weights; none for x1, x2, ….</param>
    /// <param name="weighted">Whether a row's weight follows its target.</param>
    /// <returns>The model, whose features are the columns with their powers, and what is known of it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is not one degree for each feature or one name for each column, there are no rows, or none that has weight, a weight is not usable, or a cell is
    /// NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A degree or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The source has another number of rows in a later reading.</exception>
    /// <exception cref="OverflowException">A coefficient or a power leaves the range of double.</exception>
    public static Fit FitPolynomial(
        IRowSource rows, ReadOnlySpan<int> degrees, FitOptions? options = null, ReadOnlySpan<string> names = default, bool weighted = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options = Checked(options);
        int columns = JointColumns(rows, names, weighted);
        if (degrees.Length != columns - 1)
        {
            Throw.DegreesAgainst(degrees.Length, columns - 1);
        }

        foreach (int degree in degrees)
        {
            RequireDegree(degree);
        }

        string[] called = names.IsEmpty ? [.. Enumerable.Range(1, columns).Select(j => $"x{j}")] : names.ToArray();
        var source = new SourceRows(rows);
        var basis = new PolynomialBasis(called, [.. degrees, 1], source.Ranges(called, weighted), options.Intercept);
        var accumulator = new MomentsAccumulator(columns, 0, MomentsPrecision.DoubleDouble, basis);
        if (weighted)
        {
            source.AddWeightedTo(accumulator, options);
        }
        else
        {
            source.AddTo(accumulator);
        }

        return PolynomialFit.Solve(accumulator, basis, options);
    }

    private static void RequireDegree(int degree)
    {
        if (degree is < 1 or > MostDegree)
        {
            Throw.DegreeNotUsable(degree);
        }
    }
}
